"""The words of assets, each with its impact, read from the rows as they are now."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models.functions import Left

from accounts.models import Account
from catalog.choices import SourceTechnology
from catalog.index.impacts import (
    COLUMN_NAMES,
    COLUMN_TEXTS,
    NAME,
    OWN_TEXT,
    PARENT_NAME,
    PLACE,
    TEXT,
    Field,
    impacts,
)
from catalog.index.words import read_words
from catalog.models import CatalogQuerySet, Column, DashboardField, SearchWord, TableQuery, TagEntity
from catalog.models.assets import MODELS, AssetKind
from catalog.models.search import QUERY, SearchGroup

MAX_TEXT = 20_000  # characters of a description that are read
MAX_PART_TEXT = 2_000  # of that of a column or a field
MAX_TEXTS_OF_PARTS = 100_000  # of those of one table or dashboard together
MAX_WORDS = 3_000  # of an entry, those of the greatest impact
MAX_QUERIES = 20_000  # of an account that are found, the newest

Words = dict[str, int]
Texts = dict[UUID, dict[Field, list[str]]]

# What is read of each kind: its name first, then look-ups with their field.
READ: Mapping[str, tuple[tuple[str, Field], ...]] = {
    AssetKind.TABLE: (
        ("name", NAME),
        ("schema__database__name", PLACE),
        ("schema__name", PLACE),
        ("description_raw", TEXT),
        ("external_description", TEXT),
    ),
    AssetKind.DASHBOARD: (
        ("name", NAME),
        ("folder_path", PLACE),
        ("description_raw", TEXT),
        ("external_description", TEXT),
    ),
    AssetKind.TERM: (
        ("name", NAME),
        ("parent_term__name", PLACE),
        ("description_raw", TEXT),
        ("external_description", TEXT),
    ),
    AssetKind.COLUMN: (
        ("name", NAME),
        ("description_raw", OWN_TEXT),
        ("external_description", OWN_TEXT),
        ("table__name", PARENT_NAME),
    ),
    AssetKind.DASHBOARD_FIELD: (
        ("name", NAME),
        ("label", OWN_TEXT),
        ("description", OWN_TEXT),
        ("dashboard__name", PARENT_NAME),
    ),
}
TAG_FIELDS = {
    AssetKind.COLUMN: OWN_TEXT,
    AssetKind.DASHBOARD_FIELD: OWN_TEXT,
}
PARTS: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    AssetKind.TABLE: (Column, ("description_raw", "external_description")),
    AssetKind.DASHBOARD: (DashboardField, ("label", "description")),
}


def words_of_assets(account: Account, kind: str, ids: Collection[UUID]) -> dict[UUID, Words]:
    """To each of these assets that is found its words; what is deleted, hidden or of another account has none.

    At most three queries, however many assets.
    """
    texts = texts_of_queries(account, ids) if kind == QUERY else texts_of(account, AssetKind(kind), ids)
    return {pk: limited(impacts(of_one)) for pk, of_one in texts.items()}


def limited(words: Words) -> Words:
    if len(words) <= MAX_WORDS:
        return words
    best = sorted(words.items(), key=lambda one: (-one[1], one[0]))[:MAX_WORDS]
    return dict(best)


def found_rows(account: Account, kind: str) -> CatalogQuerySet:
    """The rows of a kind that are found: neither deleted nor hidden, nor in anything that is; of queries the newest."""
    if kind == QUERY:
        return newest_queries(account)
    rows: CatalogQuerySet = MODELS[kind].objects.visible_to(account).undeleted().unhidden()
    return rows


def texts_of(account: Account, kind: AssetKind, ids: Collection[UUID]) -> Texts:
    columns, fields = zip(*READ[kind], strict=True)
    texts: Texts = {}
    for pk, *values in found_rows(account, kind).filter(pk__in=ids).order_by().values_list("pk", *columns):
        of_one: dict[Field, list[str]] = defaultdict(list)
        texts[pk] = of_one
        for field, value in zip(fields, values, strict=True):
            of_one[field].append((value or "")[:MAX_TEXT])
    tags = TagEntity.objects.visible_to(account).filter(**{f"{kind.value}__in": list(texts)}).order_by()
    for pk, label in tags.values_list(kind.value, "tag__label"):
        texts[pk][TAG_FIELDS.get(kind, TEXT)].append(label)
    if kind in PARTS:
        add_parts(account, kind, texts)
    return texts


def add_parts(account: Account, kind: AssetKind, texts: Texts) -> None:
    """Add the names and texts of a table's columns, or a dashboard's fields, of texts as many as there is room for."""
    model, said = PARTS[kind]
    parts = model.objects.visible_to(account).filter(deleted_at=None, **{f"{kind.value}__in": list(texts)})
    beginnings = [Left(text, MAX_PART_TEXT) for text in said]
    read = parts.order_by("pk").values_list(kind.value, "name", *beginnings)
    room: dict[UUID, int] = dict.fromkeys(texts, MAX_TEXTS_OF_PARTS)
    for pk, name, *values in read.iterator():  # a slice of the index may have a million columns
        texts[pk][COLUMN_NAMES].append(name)
        for value in filter(None, values):
            texts[pk][COLUMN_TEXTS].append(value[: room[pk]])
            room[pk] = max(0, room[pk] - len(value))


# --- Queries ---------------------------------------------------------------------------------------

# What is no identifier (comments, texts, numbers), and quoted names. Where dialects read a text differently, as with a
# backslash before its end or a comment in a comment, nothing behind it is read: so no value is taken for a name.
NO_IDENTIFIER = re.compile(
    r"""
    --[^\n]* | //[^\n]* | [#][^\n]*
    | /[*](?:(?!/[*]).)*?[*]/ | /[*].*
    | [$](\w*)[$].*?(?:[$]\1[$]|\Z)
    | '{3}.* | '(?:[^'\\]|'{2}|\\[^'])*+' | '.*
    | "{3}.* | "(?P<quoted>(?:[^"\\]|"{2}|\\[^"])*+)" | ".*
    | `(?P<name>[^`]*)` | `.*
    | \b\d[\w.]*
    """,
    re.DOTALL | re.VERBOSE,
)
KEYWORDS = read_words("stop.sql.txt")
# Where double quotation marks are around names; elsewhere, as in BigQuery, MySQL and Spark, they are around texts.
NAMES_ARE_QUOTED = {
    SourceTechnology.AMAZON_ATHENA,
    SourceTechnology.DREMIO,
    SourceTechnology.EXASOL,
    SourceTechnology.FIREBOLT,
    SourceTechnology.ORACLE,
    SourceTechnology.POSTGRES,
    SourceTechnology.PRESTODB,
    SourceTechnology.REDSHIFT,
    SourceTechnology.SNOWFLAKE,
    SourceTechnology.SQLSERVER,
    SourceTechnology.SYNAPSE,
    SourceTechnology.TERADATA,
    SourceTechnology.TRINO,
    SourceTechnology.VERTICA,
}
SQL, AUTHOR = Field(2.0, 0.6, 30), Field(2.0, 0.3, 3)


def newest_queries(account: Account) -> CatalogQuerySet:
    """The newest MAX_QUERIES that are not hidden; of those of one instant, all."""
    rows: CatalogQuerySet = TableQuery.objects.visible_to(account).filter(is_hidden=False)
    oldest = rows.order_by("-timestamp").values("timestamp")[MAX_QUERIES - 1 : MAX_QUERIES]
    return rows.exclude(timestamp__lt=oldest) if rows.count() > MAX_QUERIES else rows


def has_too_many_queries(account: Account) -> bool:
    """Whether more are in the index than MAX_QUERIES, as the count of its words says."""
    counts = SearchWord.objects.filter(account=account, group=SearchGroup.QUERIES, word="")
    return counts.filter(entries__gt=MAX_QUERIES).exists()


def texts_of_queries(account: Account, ids: Collection[UUID]) -> Texts:
    rows = newest_queries(account).filter(pk__in=ids).order_by()
    said = list(rows.values_list("pk", "query", "author", "source_user__name", "source_user__email"))
    tables = TableQuery.tables.through.objects.filter(tablequery__in=[pk for pk, *_ in said], table__account=account)
    read = ("tablequery", "table__path", "table__schema__database__source__technology")
    paths, technologies = defaultdict(list), defaultdict(set)
    for pk, path, technology in tables.order_by().values_list(*read):
        paths[pk].append(path)
        technologies[pk].add(technology)
    texts: Texts = {}
    for pk, sql, *people in said:
        names = identifiers(sql, names_are_quoted=bool(technologies[pk]) and technologies[pk] <= NAMES_ARE_QUOTED)
        texts[pk] = {SQL: [" ".join(names)], AUTHOR: [who or "" for who in people], PLACE: paths[pk]}
    return texts


def identifiers(sql: str, *, names_are_quoted: bool = False) -> Iterator[str]:
    """The names in a statement; never a value that somebody compared with.

    What stands between double quotation marks is a name in some dialects, a text in others.
    """

    def name_alone(found: re.Match[str]) -> str:
        return f" {found['name'] or (names_are_quoted and found['quoted']) or ''} "

    for name in re.findall(r"\w+", NO_IDENTIFIER.sub(name_alone, sql[:MAX_TEXT])):
        if name.lower() not in KEYWORDS:
            yield name
