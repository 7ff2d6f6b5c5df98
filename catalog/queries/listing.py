"""Assets of one kind by words, place and tag, a part at a time, with how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, TextField, Value
from django.db.models.functions import Coalesce, Concat, Left, NullIf

from accounts.models import Account
from catalog.errors import InvalidInput, UnknownReference
from catalog.models import CatalogQuerySet, Schema, Table, TagEntity
from catalog.models.assets import AssetKind
from catalog.queries.assets import LEAST_SCORE, SEARCHED_KINDS, best_first, finds_columns, source_of, tags_of
from catalog.queries.filters import in_folder
from catalog.queries.finding import find_asset, find_tag, path_is_any
from catalog.queries.references import PLACE_COLUMNS, AssetReference, reference_to
from catalog.queries.search import find
from catalog.queries.visibility import shown_rows
from catalog.queries.words import all_words, is_storable, words_in

MAX_COUNTED = 1_000  # of what is found
MAX_IDS_IN_QUERY = 1_000
MAX_SAID = 500  # characters of a description, whose Markdown somebody may read fifty times in one answer
SEARCHED = {AssetKind.TABLE: "path"}  # of other kinds, the name
MARKS = ("verified_at", "deprecated_at")
POPULARITY: Mapping[AssetKind, str] = {
    AssetKind.TABLE: "popularity",
    AssetKind.DASHBOARD: "popularity",
    AssetKind.COLUMN: "table__popularity",  # as popular as its table
}
IN_THE_TABLE = (F("source_order").asc(nulls_last=True), "name", "id")


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """One line. `description` is the beginning of Catalog's text or the source's, as Markdown."""

    reference: AssetReference
    description: str
    source: str | None  # its name
    popularity: int | None  # out of a million; a column's is its table's
    tags: list[str]
    is_verified: bool
    is_deprecated: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of what was found. `total` is MAX_COUNTED when there are more, and then `is_capped`."""

    items: list[Any]
    total: int
    is_capped: bool
    is_truncated: bool  # there are more behind these


def list_assets(
    account: Account,
    kind: AssetKind,
    *,
    query: str = "",  # words between blanks, in any order and case: all have to occur, unless that finds nothing
    under: str = "",  # a database, a schema, of columns also a table; a folder; the id or exact name of a parent term
    tag: str = "",  # its exact label
    limit: int,
    offset: int = 0,
) -> Listing:
    """`ListedAsset`s: of words the best first, else in the order of the page, columns below a place in its order.

    Words are looked for by the index, and in the path of a table or the name of anything else. UnknownReference for a
    tag, a term, a database or the like that is not there. InvalidInput for columns without `under` and without a word
    of three letters or digits, which no index finds.
    """
    words = words_in(query)
    if kind == AssetKind.COLUMN and not under and not any(map(finds_columns, words)):
        raise InvalidInput("To find columns, give a word of three letters or digits, or the place that they lie under.")
    rows = shown_rows(account, kind)
    if under:
        rows = rows.filter(lies_under(account, kind, under))
    if tag:
        rows = rows.filter(pk__in=tagged(account, kind, tag))
    order = ("table__path", *IN_THE_TABLE) if kind == AssetKind.COLUMN and under else SEARCHED_KINDS[kind].order
    if words:
        found = best_of(account, kind, rows, query, order=order, limit=limit, offset=offset)
    else:
        found = part_of(rows, read_lines(rows, kind).order_by(*order), limit=limit, offset=offset)
    tags = tags_of(account, [row.pk for row in found.items])
    lines = [line(row, kind, tags[row.pk]) for row in found.items]
    return Listing(lines, found.total, found.is_capped, found.is_truncated)


def best_of(
    account: Account,
    kind: AssetKind,
    rows: CatalogQuerySet,
    query: str,
    *,
    order: Sequence[Any],
    limit: int,
    offset: int,
) -> Listing:
    """A part of the rows that hold all words, those first that the index finds best; if none does, of what it finds."""
    holding = rows.filter(all_words(words_in(query), SEARCHED.get(kind, "name"))).order_by(*order)
    known = [(kind, pk) for pk in holding.values_list("pk", flat=True)[: MAX_COUNTED + 1]]
    hits = find(account, query, kinds=[kind], also={kind: Q(pk__in=rows.order_by().values("pk"))}).items
    holding_all = set(known)
    wanted = [hit for hit in hits if hit.score >= LEAST_SCORE and (not known or (kind, hit.id) in holding_all)]
    ranked = best_first(known, wanted)
    ids = [pk for _, pk in ranked[offset : offset + limit]]
    by_id = read_lines(shown_rows(account, kind), kind).in_bulk(ids)
    items = [by_id[pk] for pk in ids if pk in by_id]
    is_truncated = len(ranked) > offset + limit
    return Listing(items, min(len(ranked), MAX_COUNTED), len(ranked) > MAX_COUNTED, is_truncated)


def list_columns(account: Account, table: Table, *, query: str = "", limit: int, offset: int = 0) -> Listing:
    """The `Column` rows of the table in its order, whose name or description holds all words; at most two queries."""
    columns = table.columns.visible_to(account).filter(deleted_at=None).order_by(*IN_THE_TABLE)
    columns = columns.filter(all_words(words_in(query), "name", "description_raw", "external_description"))
    return part_of(columns, columns, limit=limit, offset=offset)


def part_of(rows: CatalogQuerySet, read: CatalogQuerySet, *, limit: int, offset: int) -> Listing:
    """A part of the rows as they are to be `read`; they are counted when the end is not among them."""
    items = list(read[offset : offset + limit + 1])
    truncated = len(items) > limit
    total = offset + len(items)
    if truncated or (offset and not items):
        total = rows.order_by()[: MAX_COUNTED + 1].count()
    return Listing(items[:limit], min(total, MAX_COUNTED), total > MAX_COUNTED, truncated)


def read_lines(rows: CatalogQuerySet, kind: AssetKind) -> CatalogQuerySet:
    """The rows with what a line says."""
    source = SEARCHED_KINDS[kind].source
    columns = ["name", PLACE_COLUMNS[kind], *([POPULARITY[kind]] if kind in POPULARITY else [])]
    columns += [f"{source}__name"] if source else []
    columns += MARKS if kind != AssetKind.COLUMN else ()
    joins = [column.rpartition("__")[0] for column in columns if "__" in column]
    nothing = Value("", TextField())
    said = Coalesce(NullIf("description_raw", nothing), "external_description", nothing)
    read: CatalogQuerySet = rows.select_related(*joins).only(*columns).annotate(said=Left(said, MAX_SAID))
    return read


def line(row: Any, kind: AssetKind, tags: list[str]) -> ListedAsset:
    source = source_of(row)
    of_table = row.table if kind == AssetKind.COLUMN else row
    return ListedAsset(
        reference=reference_to(row),
        description=row.said,
        source=source.name if source else None,
        popularity=getattr(of_table, "popularity", None),
        tags=tags,
        is_verified=getattr(row, "verified_at", None) is not None,
        is_deprecated=getattr(row, "deprecated_at", None) is not None,
    )


def tagged(account: Account, kind: AssetKind, label: str) -> Any:
    """The ids of what has this tag; as a query when they are many, of which PostgreSQL guesses the number wrong."""
    if not is_storable(label):
        find_tag(account, label)
    entities = TagEntity.objects.visible_to(account).filter(tag__label=label, **{f"{kind.value}__isnull": False})
    ids = entities.order_by().values_list(kind.value, flat=True)
    few = list(ids[: MAX_IDS_IN_QUERY + 1])
    if not few:
        find_tag(account, label)  # it may be on assets of other kinds
    return few if len(few) <= MAX_IDS_IN_QUERY else ids


def lies_under(account: Account, kind: AssetKind, place: str) -> Q:
    """That a row lies in this place; UnknownReference when there is none. One query or two, none for a folder."""
    if kind == AssetKind.DASHBOARD:
        return in_folder("folder_path")(place) if is_storable(place) else Q(pk__in=())
    if kind == AssetKind.TERM:
        return Q(parent_term=find_asset(account, [AssetKind.TERM], place))
    path = Concat("database__name", Value("."), "name", output_field=CharField())
    schemas = Schema.objects.visible_to(account).annotate(path=path).filter(Q(database__name=place) | Q(path=place))
    ids = schemas.order_by().values_list("pk", Value(value=False))
    if kind == AssetKind.COLUMN:
        tables = shown_rows(account, AssetKind.TABLE).filter(path_is_any(account, AssetKind.TABLE, [place]))
        ids = ids.union(tables.order_by().values_list("pk", Value(value=True)))
    found = list(ids) if is_storable(place) else []
    if not found:
        raise UnknownReference("database, schema or table" if kind == AssetKind.COLUMN else "database or schema", place)
    lookup = {AssetKind.TABLE: "schema", AssetKind.COLUMN: "table__schema"}[kind]
    in_tables = [pk for pk, is_table in found if is_table]
    return Q(table__in=in_tables) if in_tables else Q(**{f"{lookup}__in": [pk for pk, _ in found]})
