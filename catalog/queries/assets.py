"""The search of the catalog: assets of every kind, page by page, without counting them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts.models import Account
from catalog.models import (
    CatalogQuerySet,
    OwnerEntity,
    Source,
    Table,
    Tag,
    TagEntity,
    TeamOwnerEntity,
    Term,
)
from catalog.models.assets import MODELS, AssetKind
from catalog.models.rows import any_of
from catalog.queries.references import PLACE_COLUMNS, AssetReference, reference_to

ASSETS_PER_PAGE = 50
LAST_PAGE = 200  # who has not found it among 10,000 searches on; further pages would take longer and longer
MAX_IDS_IN_QUERY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedKind:
    """How one kind is searched: the text's column, the look-up to its source, the order, what else is read of it."""

    text: str
    source: str | None
    order: tuple[Any, ...]
    columns: tuple[str, ...] = ()


POPULAR = F("popularity").desc(nulls_last=True)
# In the order of the page. Columns are a hundred times as many as tables: in the order of an index alone.
SEARCHED_KINDS = {
    AssetKind.TABLE: SearchedKind(
        text="path",
        source="schema__database__source",
        order=(POPULAR, "path", "id"),
        columns=("popularity",),
    ),
    AssetKind.DASHBOARD: SearchedKind(
        text="name", source="source", order=(POPULAR, "name", "id"), columns=("popularity",)
    ),
    AssetKind.TERM: SearchedKind(text="name", source=None, order=("name", "id")),
    AssetKind.COLUMN: SearchedKind(text="name", source="source", order=("id",)),
}


@dataclass(frozen=True, slots=True)
class AssetSearch:
    """What somebody looks for; all that is given has to hold. One of `tags` is enough; of none, nothing is found."""

    text: str = ""
    kind: AssetKind | None = None
    source: Source | None = None
    tags: Sequence[Tag] | None = None

    @property
    def kinds(self) -> list[AssetKind]:
        """Columns are among them when they are asked for, or by a text that an index finds."""
        if self.kind:
            return [self.kind]
        return [kind for kind in SEARCHED_KINDS if kind != AssetKind.COLUMN or finds_columns(self.text)]


@dataclass(slots=True)
class ListedAsset:
    """One asset of the page. `popularity` is out of HIGHEST_POPULARITY, `owners` counts people and teams."""

    reference: AssetReference
    source: Source | None
    popularity: int | None = None
    owners: int = 0
    tags: list[str] = field(default_factory=list)


def finds_columns(text: str) -> bool:
    """Whether the text has enough letters and digits for the index of trigrams."""
    return sum(map(str.isalnum, text)) >= 3


def search_assets(account: Account, search: AssetSearch, *, page: int) -> tuple[list[ListedAsset], bool]:
    """The assets of a page, the first of which is 1, and whether there are more."""
    matches = [matching(account, search, kind) for kind in search.kinds]
    rows = rows_between(matches, (page - 1) * ASSETS_PER_PAGE, ASSETS_PER_PAGE + 1)
    shown = rows[:ASSETS_PER_PAGE]
    ids = [row.pk for row in shown]
    tags, owners = tags_of(account, ids), owners_of(account, ids)
    listed = [
        ListedAsset(reference_to(row), source_of(row), getattr(row, "popularity", None), owners[row.pk], tags[row.pk])
        for row in shown
    ]
    return listed, len(rows) > ASSETS_PER_PAGE


def matching(account: Account, search: AssetSearch, kind: AssetKind) -> CatalogQuerySet:
    how = SEARCHED_KINDS[kind]
    rows: CatalogQuerySet = MODELS[kind].objects.visible_to(account).undeleted().unhidden()
    if search.text:
        rows = rows.filter(**{f"{how.text}__icontains": search.text})
    if search.source:
        rows = rows.filter(**{how.source: search.source}) if how.source else rows.none()
    if search.tags is not None:
        rows = rows.filter(pk__in=tagged(account, search.tags, kind))
    columns = ["name", PLACE_COLUMNS[kind], *([f"{how.source}__name"] if how.source else []), *how.columns]
    joins = [column.rpartition("__")[0] for column in columns if "__" in column]
    return rows.select_related(*joins).only(*columns).order_by(*how.order)


def tagged(account: Account, tags: Sequence[Tag], kind: AssetKind) -> Any:
    """The ids of what has one of the tags; as a query when they are many.

    Of a query PostgreSQL guesses how many it finds. When it expects far too many, it reads every column in the order
    of the page instead, for seconds.
    """
    entities = TagEntity.objects.visible_to(account).filter(tag__in=tags, **{f"{kind.value}__isnull": False})
    ids = entities.values_list(kind.value, flat=True)
    few = list(ids[: MAX_IDS_IN_QUERY + 1])
    return few if len(few) <= MAX_IDS_IN_QUERY else ids


def rows_between(querysets: Sequence[CatalogQuerySet], start: int, size: int) -> list[Any]:
    """`size` rows from `start` on, of these one after another; each is counted up to `start` at most."""
    rows_so_far: list[Any] = []
    for rows in querysets:
        part = list(rows[start : start + size - len(rows_so_far)])
        start = 0 if part or not start else start - rows[:start].count()
        rows_so_far += part
        if len(rows_so_far) == size:
            break
    return rows_so_far


def source_of(row: Any) -> Source | None:
    if isinstance(row, Term):
        return None
    source: Source = row.schema.database.source if isinstance(row, Table) else row.source
    return source


def tags_of(account: Account, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """To each asset its labels, in their order."""
    labels = defaultdict(list)
    names = [kind.value for kind in SEARCHED_KINDS]
    entities = TagEntity.objects.visible_to(account).filter(points_to_any(names, ids)).order_by("tag__label")
    for label, *pointers in entities.values_list("tag__label", *names):
        labels[next(pointer for pointer in pointers if pointer)].append(label)
    return labels


def owners_of(account: Account, ids: Sequence[UUID]) -> Counter[UUID]:
    """To each asset the number of people and teams that own it."""
    names = [kind.value for kind in SEARCHED_KINDS if kind != AssetKind.COLUMN]
    owners: Counter[UUID] = Counter()
    for model in (OwnerEntity, TeamOwnerEntity):
        for pointers in model.objects.visible_to(account).filter(points_to_any(names, ids)).values_list(*names):
            owners.update(pointer for pointer in pointers if pointer)
    return owners


def points_to_any(names: Sequence[str], ids: Sequence[UUID]) -> Q:
    """That one of these columns points to one of these assets."""
    return any_of(Q(**{f"{name}__in": ids}) for name in names)
