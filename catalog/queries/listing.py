"""Assets of one kind by words, place and tag, a part at a time, with how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Case, CharField, F, IntegerField, JSONField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from accounts.models import Account
from catalog.errors import InvalidInput, UnknownReference
from catalog.ids import known_uuid
from catalog.models import CatalogQuerySet, Schema, Table, TagEntity
from catalog.models.assets import AssetKind
from catalog.models.search import GROUPS
from catalog.queries.assets import source_of
from catalog.queries.filters import in_folder
from catalog.queries.finding import find_asset, find_tag, path_is_any
from catalog.queries.holding import SEARCHED_KINDS
from catalog.queries.references import PLACE_COLUMNS, AssetReference, reference_to
from catalog.queries.search import LEAST_SCORE, MAX_CANDIDATES, MAX_POSTINGS, Hit, candidates, with_boosts
from catalog.queries.similar import similar_names
from catalog.queries.visibility import shown_rows
from catalog.queries.words import all_words, finds_columns, is_storable, said, words_in

MAX_COUNTED = 1_000  # of what is found
MAX_IDS_IN_QUERY = 1_000
MAX_RANKED = 100  # of what holds all words; the rest follows in the order of the page
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
    """A part of what was found. `total` is MAX_COUNTED when there are more, and then `is_capped`.

    `is_partial` says that no name or path holds all words, and that these fit best. `similar` are names that look like
    what was asked, where none holds all of it.
    """

    items: list[Any]
    total: int
    is_capped: bool
    is_truncated: bool  # there are more behind these
    is_partial: bool = False
    similar: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of some rows: so many in this order, behind so many."""

    order: Sequence[Any]
    limit: int
    offset: int


class Counted(Subquery):
    """How many rows a query has, read with other rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class Together(Aggregate):
    """The texts of a group as a list."""

    function = "json_group_array"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="jsonb_agg", **context)


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
    rows = narrowed(account, kind, under=under, tag=tag)
    part = Part(SEARCHED_KINDS[kind].order, limit, offset)
    if kind == AssetKind.COLUMN and under:
        part = replace(part, order=("table__path", *IN_THE_TABLE))
    found = best_of(account, kind, rows, query, part) if words else ranked(account, kind, rows, (), part)
    return replace(found, items=[line(row, kind) for row in found.items])


def best_of(account: Account, kind: AssetKind, rows: CatalogQuerySet, query: str, part: Part) -> Listing:
    """A part of the rows that hold all words, those first that the index finds best; if none does, of what it finds."""
    of_group = candidates(account, GROUPS[kind], query, foreign=True, most=MAX_POSTINGS)
    hits = [hit for hit in of_group if hit.kind == kind and hit.score >= LEAST_SCORE][:MAX_CANDIDATES]
    holding = rows.filter(all_words(words_in(query), SEARCHED.get(kind, "name")))
    found = ranked(account, kind, holding, best_ids(account, kind, holding, query, hits), part)
    if found.total:
        return found
    ids = best_ids(account, kind, rows, query, hits)
    found = ranked(account, kind, rows.filter(pk__in=ids), ids, part)
    similar = similar_names(account, kind, [query])[query] if is_storable(query) else []
    return replace(found, is_partial=bool(found.total), similar=similar)


def best_ids(account: Account, kind: AssetKind, rows: CatalogQuerySet, query: str, hits: Sequence[Hit]) -> list[UUID]:
    """Of the hits the MAX_RANKED best that are among the rows. One query, or none without hits."""
    among: dict[str, Q] = {kind: Q(pk__in=rows.order_by().values("pk"))}
    return [hit.id for hit in with_boosts(account, query, hits, [kind], among)][:MAX_RANKED]


def ranked(account: Account, kind: AssetKind, rows: CatalogQuerySet, first: Sequence[UUID], part: Part) -> Listing:
    """A part of the rows, these first. One query, and one more behind the end."""
    order = [place_among(first), *part.order] if first else part.order
    number = Counted(rows.order_by().values("pk")[: MAX_COUNTED + 1])
    read = read_lines(account, rows, kind).annotate(number=number).order_by(*order)
    items = list(read[part.offset : part.offset + part.limit + 1])
    total = items[0].number if items else rows.order_by()[: MAX_COUNTED + 1].count() if part.offset else 0
    return listing(items, total, part.limit)


def place_among(ids: Sequence[UUID]) -> Case:
    """The place of a row among these, or behind them."""
    places = Case(*(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)), output_field=IntegerField())
    return Case(When(pk__in=ids, then=places), default=Value(len(ids)), output_field=IntegerField())


def list_columns(account: Account, table: Table, *, query: str = "", limit: int, offset: int = 0) -> Listing:
    """The `Column` rows of the table in its order, whose name or description holds all words; at most two queries."""
    columns = table.columns.visible_to(account).filter(deleted_at=None).order_by(*IN_THE_TABLE)
    columns = columns.filter(all_words(words_in(query), "name", "description_raw", "external_description"))
    items = list(columns[offset : offset + limit + 1])
    is_counted = len(items) <= limit and (items or not offset)
    return listing(items, offset + len(items) if is_counted else columns.order_by()[: MAX_COUNTED + 1].count(), limit)


def listing(items: list[Any], total: int, limit: int) -> Listing:
    """What was read, one row more than the limit where there is more behind it."""
    return Listing(items[:limit], min(total, MAX_COUNTED), total > MAX_COUNTED, len(items) > limit)


def read_lines(account: Account, rows: CatalogQuerySet, kind: AssetKind) -> CatalogQuerySet:
    """The rows with what a line says."""
    source = SEARCHED_KINDS[kind].source
    columns = ["name", PLACE_COLUMNS[kind], *([POPULARITY[kind]] if kind in POPULARITY else [])]
    columns += [f"{source}__name"] if source else []
    columns += MARKS if kind != AssetKind.COLUMN else ()
    joins = [column.rpartition("__")[0] for column in columns if "__" in column]
    tags = TagEntity.objects.visible_to(account).filter(**{kind.value: OuterRef("pk")}).order_by().values(kind.value)
    labels = Subquery(tags.annotate(labels=Together("tag__label")).values("labels"))
    read: CatalogQuerySet = rows.select_related(*joins).only(*columns).annotate(said=said(MAX_SAID), labels=labels)
    return read


def line(row: Any, kind: AssetKind) -> ListedAsset:
    source = source_of(row)
    of_table = row.table if kind == AssetKind.COLUMN else row
    return ListedAsset(
        reference=reference_to(row),
        description=row.said,
        source=source.name if source else None,
        popularity=getattr(of_table, "popularity", None),
        tags=sorted(row.labels or (), key=str.casefold),
        is_verified=getattr(row, "verified_at", None) is not None,
        is_deprecated=getattr(row, "deprecated_at", None) is not None,
    )


def narrowed(account: Account, kind: AssetKind, *, under: str, tag: str) -> CatalogQuerySet:
    """The shown rows that lie in this place and have this tag, either of which may be empty.

    One query for both, and one more where several terms have the name of the place.
    """
    rows = shown_rows(account, kind)
    wanted = [*places(account, kind, under), *([few_tagged(account, kind, tag)] if is_storable(tag) and tag else [])]
    found: dict[str, list[UUID]] = {}
    for pk, look_up in wanted[0].union(*wanted[1:], all=True) if wanted else ():
        found.setdefault(look_up, []).append(pk)
    tagged = found.pop("pk", [])
    if under:
        rows = rows.filter(lies_under(account, kind, under, found))
    if tag and not tagged:
        find_tag(account, tag)  # it may be on assets of other kinds
    if tag:
        few = len(tagged) <= MAX_IDS_IN_QUERY
        rows = rows.filter(pk__in=tagged if few else entities(account, kind, tag).values(kind.value))
    return rows


def places(account: Account, kind: AssetKind, place: str) -> list[Any]:
    """Queries of what may be called so: each row an id, and the look-up by which an asset of the kind lies in it."""
    if not place or not is_storable(place) or kind == AssetKind.DASHBOARD:
        return []
    if kind == AssetKind.TERM:
        is_called = path_is_any(account, AssetKind.TERM, [place]) | Q(pk=known_uuid(place))
        return [ids(shown_rows(account, AssetKind.TERM).filter(is_called), "parent_term")]
    path = Concat("database__name", Value("."), "name", output_field=CharField())
    schemas = Schema.objects.visible_to(account).annotate(path=path).filter(Q(database__name=place) | Q(path=place))
    if kind == AssetKind.TABLE:
        return [ids(schemas, "schema")]
    tables = shown_rows(account, AssetKind.TABLE).filter(path_is_any(account, AssetKind.TABLE, [place]))
    return [ids(schemas, "table__schema"), ids(tables, "table")]


def lies_under(account: Account, kind: AssetKind, place: str, found: Mapping[str, Sequence[UUID]]) -> Q:
    """That a row lies in this place, of which `places` found this; UnknownReference when there is none."""
    if kind == AssetKind.DASHBOARD:
        return in_folder("folder_path")(place) if is_storable(place) else Q(pk__in=())
    if kind == AssetKind.TERM and len(found.get("parent_term", ())) != 1:
        return Q(parent_term=find_asset(account, [AssetKind.TERM], place))
    if not found:
        raise UnknownReference("database, schema or table" if kind == AssetKind.COLUMN else "database or schema", place)
    look_up = "table" if "table" in found else next(iter(found))
    return Q(**{f"{look_up}__in": found[look_up]})


def few_tagged(account: Account, kind: AssetKind, label: str) -> Any:
    """Ids of what has this tag: more are not read, but a part of the query, of which PostgreSQL guesses the number."""
    few = entities(account, kind, label).values("pk")[: MAX_IDS_IN_QUERY + 1]
    return ids(TagEntity.objects.filter(pk__in=few), "pk", of=kind.value)


def entities(account: Account, kind: AssetKind, label: str) -> CatalogQuerySet:
    """What joins the tag of this label to assets of this kind."""
    rows = TagEntity.objects.visible_to(account).filter(tag__label=label, **{f"{kind.value}__isnull": False})
    joined: CatalogQuerySet = rows.order_by()
    return joined


def ids(rows: CatalogQuerySet, look_up: str, *, of: str = "pk") -> Any:
    """Pairs of an id and the look-up that is asked for it."""
    return rows.order_by().values_list(of, Value(look_up, CharField()))
