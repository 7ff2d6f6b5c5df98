"""What is known of the assets of an evidence, many at once: as many queries for one of them as for twelve."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import Coalesce, Left, RowNumber

from accounts.models import Account, User
from assistant.drafts import MAX_COLUMNS, NAMELESS, Candidate, ColumnFact, Neighbour
from catalog.index.entries import NO_IDENTIFIER
from catalog.index.words import words_of
from catalog.models import CatalogQuerySet, Column, DashboardField, Lineage, PinnedAsset, QualityCheck
from catalog.models.assets import AssetKind
from catalog.models.knowledge import PINNED_FROM, PINNED_TO
from catalog.models.lineage import CHILDREN, PARENTS
from catalog.models.rows import any_of
from catalog.queries.assets import tags_of
from catalog.queries.details import first_of, owners_of_any
from catalog.queries.filters import TableOfQuery
from catalog.queries.lineage import POPULARITY, Direction, far_id, id_at, lineages_where, step_along
from catalog.queries.references import columns_of, joins_of, reference_from, reference_to
from catalog.queries.visibility import points_to_shown, shown_rows
from catalog.queries.warehouse_details import NEWEST_RUNS

MAX_TEXT = 5_000  # characters of a description that are looked at
MAX_PART_TEXT = 300  # characters of a column's text
MAX_READ = 100  # columns of a table, or fields of a dashboard, among which the best are looked for
MAX_NEIGHBOURS = 10  # on each side of the lineage that are named; all are counted
MAX_PINNED = 5
MAX_CHECKS = 5
MAX_QUERIES_READ = 20  # the newest of a table, of which the most used are told
MAX_QUERIES = 2
MAX_SQL = 1_000  # characters
TEXTS = ("description_raw", "external_description")

MAIL = re.compile(r"[^\s<>()\[\]]{1,64}@[^\s<>()\[\]]+")  # the part before @ has 64 at most (RFC 5321, 4.5.3.1.1)
NO_MAIL = "…@…"  # in place of an address of mail; writers see that there was one, and quote no such sentence

ById = Mapping[UUID, Candidate]


def candidates_of(account: Account, scores: Mapping[tuple[str, UUID], float]) -> list[Candidate]:
    """Those of these assets that are shown, with what their own rows say, the best first. One query for each kind."""
    found = []
    for kind in dict.fromkeys(kind for kind, _ in scores):
        ids = [pk for of_kind, pk in scores if of_kind == kind]
        rows = shown_rows(account, AssetKind(kind)).filter(pk__in=ids).select_related("verified_by_user")
        if kind == AssetKind.TERM:
            rows = rows.select_related("parent_term", "verified_by_user")
        rows = rows.defer("description_state_lexical").order_by()
        found += [candidate(kind, row, scores[kind, row.pk]) for row in rows]
    return sorted(found, key=lambda one: (-one.score, one.path, one.id))


def candidate(kind: str, row: Any, score: float) -> Candidate:
    reference = reference_to(row)
    return Candidate(
        kind=kind,
        id=row.pk,
        name=row.name,
        place=reference.place,
        path=reference.path,
        url=f"{settings.BASE_URL}{row.get_absolute_url()}",
        score=score,
        texts=[(field, without_mail(text[:MAX_TEXT])) for field in TEXTS if (text := getattr(row, field))],
        verified=row.is_verified,
        verified_by=spoken(row.verified_by_user) if row.verified_by_user else "",
        deprecated=row.is_deprecated,
        popularity=getattr(row, "popularity", None),
        freshness=getattr(row, "last_refreshed_at", None),
    )


def without_mail(text: str) -> str:
    return MAIL.sub(NO_MAIL, text) if "@" in text else text


def spoken(person: User) -> str:
    """The name of a person, empty when they have none, or an address in its place: that is never told."""
    name = f"{person.first_name} {person.last_name}".strip()
    return "" if "@" in name else name


def add_facts(
    account: Account,
    candidates: Sequence[Candidate],
    *,
    asked: Sequence[frozenset[str]],
    parts: Mapping[UUID, float],  # columns that the search found, with their scores
) -> None:
    """Add all else that is known. At most nine queries."""
    by_id = {one.id: one for one in candidates}
    tags, owners = tags_of(account, list(by_id)), owners_of_any(account, list(by_id))
    for one in candidates:
        one.tags = list(map(without_mail, tags[one.id]))
        one.owners = list(dict.fromkeys(who.name if "@" not in who.name else NAMELESS for who in owners[one.id]))
    tables, dashboards = of_kind(by_id, AssetKind.TABLE), of_kind(by_id, AssetKind.DASHBOARD)
    if tables:
        add_columns(account, tables, asked, parts)
        add_queries(account, tables)
        add_checks(account, tables)
    if dashboards:
        add_fields(account, dashboards, asked)
    if tables or dashboards:
        for way in Direction:
            add_neighbours(account, by_id, way)
    if by_id:
        add_pinned(account, by_id)


def of_kind(by_id: ById, kind: str) -> dict[UUID, Candidate]:
    return {pk: one for pk, one in by_id.items() if one.kind == kind}


# --- Columns and fields ----------------------------------------------------------------------------


def add_columns(account: Account, tables: ById, asked: Sequence[frozenset[str]], parts: Mapping[UUID, float]) -> None:
    """Those that the search found come first, then those that a table shows first: of them the best are kept."""
    rows = Column.objects.visible_to(account).filter(table__in=tables, deleted_at=None)
    is_found = Case(When(pk__in=list(parts), then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.annotate(number=Window(Count("pk"), partition_by=["table"]))
    order = (is_found.asc(), F("source_order").asc(nulls_last=True), "name", "id")
    listed: dict[UUID, list[tuple[float, ColumnFact]]] = defaultdict(list)
    values = ("pk", "table", "name", "is_pii", *TEXTS, "number")
    for pk, table, name, is_pii, own, external, number in first_of(rows, "table", order, MAX_READ).values_list(*values):
        text = without_mail((own or external or "")[:MAX_PART_TEXT])
        score = parts.get(pk, 0.0)
        listed[table].append((score, ColumnFact(pk, name, text, personal=bool(is_pii), asked=bool(score))))
        tables[table].column_count = number
    keep_best(tables, listed, asked)


def add_fields(account: Account, dashboards: ById, asked: Sequence[frozenset[str]]) -> None:
    rows = DashboardField.objects.visible_to(account).filter(dashboard__in=dashboards, deleted_at=None)
    rows = rows.annotate(number=Window(Count("pk"), partition_by=["dashboard"]))
    listed: dict[UUID, list[tuple[float, ColumnFact]]] = defaultdict(list)
    values = ("pk", "dashboard", "name", "description", "number")
    for pk, dashboard, name, text, number in first_of(rows, "dashboard", ("name", "id"), MAX_READ).values_list(*values):
        listed[dashboard].append((0.0, ColumnFact(pk, name, without_mail((text or "")[:MAX_PART_TEXT]))))
        dashboards[dashboard].column_count = number
    keep_best(dashboards, listed, asked)


def keep_best(
    wholes: ById, listed: Mapping[UUID, list[tuple[float, ColumnFact]]], asked: Sequence[frozenset[str]]
) -> None:
    """The columns that have most of what was asked in name and text; of equals, in the order of the table."""
    for pk, columns in listed.items():
        ranked = sorted(columns, key=lambda one: -(one[0] + covered(one[1], asked)))  # stable
        wholes[pk].columns = [column for _, column in ranked[:MAX_COLUMNS]]


def covered(column: ColumnFact, asked: Sequence[frozenset[str]]) -> float:
    """How many of the words asked are in a column; in its name they count twice."""
    name, text = set(words_of(column.name)), set(words_of(column.text))
    return sum(2.0 * bool(name & words) + bool(text & words) for words in asked)


# --- Lineage, pins, queries, checks ----------------------------------------------------------------


def add_neighbours(account: Account, by_id: ById, way: Direction) -> None:
    """The most popular of the assets one step away, and how many there are: one query, exact for each of them."""
    step = step_along(Lineage, PARENTS, CHILDREN, way)
    near = Coalesce(*(f"{step.near}_{kind}_id" for kind in step.near_kinds))
    popularity = Coalesce(*(f"{step.far}_{POPULARITY[kind]}" for kind in step.far_kinds))
    ends = any_of(Q(**{f"{step.near}_{kind}__in": list(of_kind(by_id, kind))}) for kind in step.near_kinds)
    far = f"{step.far}_"
    ties = lineages_where(account, ends, step).annotate(
        number=Window(Count("pk"), partition_by=[near]),
        place=Window(RowNumber(), partition_by=[near], order_by=[popularity.desc(nulls_last=True), far_id(step).asc()]),
    )
    columns = (*(f"{step.near}_{kind}" for kind in step.near_kinds), *columns_of(step.far_kinds, far))
    rows = ties.filter(place__lte=MAX_NEIGHBOURS).select_related(*joins_of(step.far_kinds, far)).only(*columns)
    for row in rows.order_by("place"):
        one = by_id[id_at(row, step.near, step.near_kinds)]
        there = neighbour(row, far)
        if way is Direction.UPSTREAM:
            one.parents.append(there)
            one.more_parents = row.number - len(one.parents)
        else:
            one.children.append(there)
            one.more_children = row.number - len(one.children)


def neighbour(row: Any, prefix: str) -> Neighbour:
    reference = reference_from(row, prefix)
    return Neighbour(reference.kind, reference.id, reference.path, f"{settings.BASE_URL}{reference.url}")


def add_pinned(account: Account, by_id: ById) -> None:
    pins: CatalogQuerySet = PinnedAsset.objects.visible_to(account).undeleted()
    pins = pins.filter(
        any_of(Q(**{f"from_{kind}__in": list(of_kind(by_id, kind))}) for kind in PINNED_FROM),
        points_to_shown("to_", PINNED_TO),
    )
    kinds = [AssetKind(kind) for kind in PINNED_TO]
    for row in pins.select_related(*joins_of(kinds, "to_")).order_by("id")[: MAX_PINNED * len(by_id)]:
        one = by_id[id_at(row, "from", [AssetKind(kind) for kind in PINNED_FROM])]
        if len(one.pinned) < MAX_PINNED:
            one.pinned.append(neighbour(row, "to_"))


def add_queries(account: Account, tables: ById) -> None:
    """Of the newest queries of each table those that ran most often, but for their values, which nobody is told."""
    rows: Any = TableOfQuery.objects.filter(
        table__in=tables, tablequery__account=account, tablequery__is_hidden=False
    ).annotate(sql=Left("tablequery__query", MAX_SQL))
    newest = first_of(rows, "table", (F("tablequery__timestamp").desc(), F("tablequery").desc()), MAX_QUERIES_READ)
    ran: dict[UUID, list[str]] = defaultdict(list)
    for pk, sql in newest.values_list("table", "sql"):
        ran[pk].append(without_values(sql))
    for pk, statements in ran.items():
        tables[pk].queries = [sql for sql, _ in Counter(statements).most_common(MAX_QUERIES) if sql]


def without_values(sql: str) -> str:
    """A statement on one line, a question mark for each text and number, without comments."""
    return " ".join(NO_IDENTIFIER.sub(without_value, sql).split())


def without_value(found: re.Match[str]) -> str:
    """Names stay: those in backticks, and between double quotation marks where a dot beside them says it: "s"."t"."""
    if found[0].startswith(("--", "//", "#", "/*")):
        return " "
    around = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return found[0] if found["name"] or (found["quoted"] and "." in around) else "?"


def add_checks(account: Account, tables: ById) -> None:
    """The last to run of each table."""
    rows = QualityCheck.objects.visible_to(account).undeleted().filter(table__in=tables)
    for pk, name, status in first_of(rows, "table", NEWEST_RUNS, MAX_CHECKS).values_list("table", "name", "status"):
        tables[pk].quality.append((without_mail(name), status))
