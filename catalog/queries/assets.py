"""What the search of the catalog finds, page by page."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from accounts.models import Account
from catalog.models import (
    CatalogQuerySet,
    CatalogRow,
    Column,
    Dashboard,
    OwnerEntity,
    Source,
    Table,
    Tag,
    TagEntity,
    TeamOwnerEntity,
    Term,
)
from catalog.models.rows import HIGHEST_POPULARITY, any_of
from catalog.queries.references import Card, Kind, card

PAGE = 50  # assets
LAST_PAGE = 200  # who has not found it among 10,000 searches on; further pages would take longer and longer
FEW = 1_000  # ids that a query may list
BAR = 110  # units of its bar


class Found(NamedTuple):
    """How one kind is searched: its rows, the text's column, the way to the source, the order, what is read of it."""

    model: type[CatalogRow]
    text: str
    source: str | None
    order: tuple[Any, ...]
    along: tuple[str, ...]
    columns: tuple[str, ...]


POPULAR = F("popularity").desc(nulls_last=True)
# In the order of the page. Columns are a hundred times as many as tables: in the order of an index alone.
FOUND = {
    Kind.TABLE: Found(
        *(Table, "path", "schema__database__source", (POPULAR, "path", "id")),
        along=("schema__database__source",),
        columns=("name", "path", "popularity", "schema__database__source__name"),
    ),
    Kind.DASHBOARD: Found(
        *(Dashboard, "name", "source", (POPULAR, "name", "id")),
        along=("source",),
        columns=("name", "folder_path", "popularity", "source__name"),
    ),
    Kind.TERM: Found(Term, "name", None, ("name", "id"), along=("parent_term",), columns=("name", "parent_term__name")),
    Kind.COLUMN: Found(
        *(Column, "name", "source", ("id",)),
        along=("table", "source"),
        columns=("name", "table__path", "source__name"),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; all that is given has to hold. One of `tags` is enough; of none, nothing is found."""

    text: str = ""
    kind: Kind | None = None
    source: Source | None = None
    tags: Sequence[Tag] | None = None

    @property
    def kinds(self) -> list[Kind]:
        """Columns are among them when they are asked for, or by a text that an index finds."""
        if self.kind:
            return [self.kind]
        return [kind for kind in FOUND if kind != Kind.COLUMN or finds_columns(self.text)]


@dataclass(slots=True)
class Line:
    """One asset of the page."""

    card: Card
    source: Source | None
    popularity: int | None = None
    owners: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def bar(self) -> int:
        """The length of its popularity, of BAR units."""
        return BAR * min(max(self.popularity or 0, 0), HIGHEST_POPULARITY) // HIGHEST_POPULARITY


def finds_columns(text: str) -> bool:
    """Whether the text has enough letters and digits for the index of trigrams."""
    return sum(map(str.isalnum, text)) >= 3


def lines(account: Account, wanted: Wanted, *, page: int) -> tuple[list[Line], bool]:
    """The assets of a page, the first of which is 1, and whether there are more."""
    rows = sliced([matching(account, wanted, kind) for kind in wanted.kinds], (page - 1) * PAGE, PAGE + 1)
    shown = rows[:PAGE]
    ids = [row.pk for row in shown]
    tags, owners = tags_of(account, ids), owners_of(account, ids)
    found = [
        Line(card(row), source_of(row), getattr(row, "popularity", None), owners[row.pk], tags[row.pk]) for row in shown
    ]
    return found, len(rows) > PAGE


def matching(account: Account, wanted: Wanted, kind: Kind) -> CatalogQuerySet:
    how = FOUND[kind]
    rows: CatalogQuerySet = how.model.objects.visible_to(account).undeleted().unhidden()
    if wanted.text:
        rows = rows.filter(**{f"{how.text}__icontains": wanted.text})
    if wanted.source:
        rows = rows.filter(**{how.source: wanted.source}) if how.source else rows.none()
    if wanted.tags is not None:
        rows = rows.filter(pk__in=tagged(account, wanted.tags, kind))
    return rows.select_related(*how.along).only(*how.columns).order_by(*how.order)


def tagged(account: Account, tags: Sequence[Tag], kind: Kind) -> Any:
    """The ids of what has one of the tags; as a query when they are many.

    Of a query PostgreSQL guesses how many it finds. When it expects far too many, it reads every column in the order
    of the page instead, for seconds.
    """
    entities = TagEntity.objects.visible_to(account).filter(tag__in=tags, **{f"{kind.value}__isnull": False})
    ids = entities.values_list(kind.value, flat=True)
    few = list(ids[: FEW + 1])
    return few if len(few) <= FEW else ids


def sliced(querysets: Sequence[CatalogQuerySet], start: int, size: int) -> list[Any]:
    """`size` rows from `start` on, of these one after another; each is counted up to `start` at most."""
    found: list[Any] = []
    for rows in querysets:
        part = list(rows[start : start + size - len(found)])
        start = 0 if part or not start else start - rows[:start].count()
        found += part
        if len(found) == size:
            break
    return found


def source_of(row: Any) -> Source | None:
    if isinstance(row, Term):
        return None
    source: Source = row.schema.database.source if isinstance(row, Table) else row.source
    return source


def tags_of(account: Account, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """To each asset its labels, in their order."""
    labels = defaultdict(list)
    names = [kind.value for kind in FOUND]
    entities = TagEntity.objects.visible_to(account).filter(one_of(names, ids)).order_by("tag__label")
    for label, *pointers in entities.values_list("tag__label", *names):
        labels[next(pointer for pointer in pointers if pointer)].append(label)
    return labels


def owners_of(account: Account, ids: Sequence[UUID]) -> Counter[UUID]:
    """To each asset the number of people and teams that own it."""
    names = [kind.value for kind in FOUND if kind != Kind.COLUMN]
    owners: Counter[UUID] = Counter()
    for model in (OwnerEntity, TeamOwnerEntity):
        for pointers in model.objects.visible_to(account).filter(one_of(names, ids)).values_list(*names):
            owners.update(pointer for pointer in pointers if pointer)
    return owners


def one_of(names: Sequence[str], ids: Sequence[UUID]) -> Q:
    """That one of these columns points to one of these assets."""
    return any_of(Q(**{f"{name}__in": ids}) for name in names)
