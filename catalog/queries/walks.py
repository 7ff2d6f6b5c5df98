"""Everything along lineage within some steps: each asset once, with a number that stays the same page by page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Account
from catalog.models import CatalogRow, Column, DashboardField, FieldLineage, Lineage
from catalog.models.assets import KINDS, AssetKind
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN, FIELD_PARENTS, PARENTS
from catalog.models.rows import NOTHING, any_of
from catalog.queries.lineage import POPULARITY, Direction, Step, lineages_where, step_along
from catalog.queries.references import PLACE_COLUMNS, columns_of, joined, reference_to

MAX_ASSETS = 2_000  # of a walk
MAX_LINEAGES = 10_000  # that are read in one step
TOO_MANY = f"Only {MAX_ASSETS:,} assets were followed: there are more."
Rows = tuple[type[CatalogRow], Sequence[str], Sequence[str]]  # a kind of lineage, with what it leads from and to
ASSETS: Rows = (Lineage, PARENTS, CHILDREN)
PARTS: Rows = (FieldLineage, FIELD_PARENTS, FIELD_CHILDREN)
# What is read of the table that a column lies in, and of the dashboard of a field, beside what is read of these.
READ_OF_WHOLE: Mapping[AssetKind, tuple[str, ...]] = {
    AssetKind.COLUMN: ("column__table",),
    AssetKind.DASHBOARD_FIELD: (
        "dashboard_field__dashboard",
        "dashboard_field__dashboard__folder_path",
        "dashboard_field__dashboard__popularity",
    ),
}


@dataclass(frozen=True, slots=True)
class Point:
    """An asset that a lineage leads to; popularity out of a million, a column's is its table's."""

    kind: AssetKind
    id: UUID
    path: str
    popularity: int | None


@dataclass(frozen=True, slots=True)
class Tie:
    """A lineage from `near`, where the walk is, to `far`; `whole` is the table or dashboard of a column or a field."""

    near: UUID
    far: Point
    whole: Point
    how: str
    refreshed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """An asset by its number in an answer, and how many steps away it is."""

    number: int
    id: UUID
    kind: AssetKind
    path: str
    popularity: int | None  # out of a million; a column's is its table's
    step: int


@dataclass(frozen=True, slots=True)
class Node(Numbered):
    """Of a walk, whose steps count from 0, the start itself, of which the direction is None.

    Numbers follow steps, then direction (upstream first), then popularity, then paths.
    """

    direction: Direction | None


@dataclass(frozen=True, slots=True)
class Edge:
    """What is at `parent` goes into what is at `child`, both by number; `how` is a LineageType."""

    parent: int
    child: int
    how: str
    refreshed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Walk:
    """`nodes[0]` is the start; a node's number is its place. `steps` counts the nodes of each step and direction."""

    nodes: list[Node]
    edges: list[Edge]
    steps: dict[tuple[int, Direction], int]
    why_incomplete: str  # a sentence; empty when nothing was left out

    def page(self, offset: int, limit: int) -> tuple[list[Node], list[Edge]]:
        """Some of the nodes, the start among the first, and the edges whose farther end, by number, is among them."""
        shown = range(offset, offset + limit)
        return self.nodes[offset : offset + limit], [
            edge for edge in self.edges if max(edge.parent, edge.child) in shown
        ]


Found = tuple[int, Direction | None, Point]  # at which step, in which direction


class Front:
    """How far a walk in one direction has come."""

    def __init__(self, account: Account, step: Step, start: Q, *, seen: Iterable[UUID] = ()) -> None:
        self.account, self.step = account, step
        self.next: Q | None = start  # what holds for the lineages of the next step; None at the end
        self.seen = set(seen)
        self.is_cut = False  # something was left out

    def advance(self, *, room: int) -> list[Tie]:
        """The lineages one step further, by the popularity of what they lead to; one query, none at the end.

        At most `room` assets are new.
        """
        if self.next is None:
            return []
        rows = lineages_where(self.account, self.next, self.step).values(*columns_read(self.step))
        read = list(rows[: MAX_LINEAGES + 1])
        self.is_cut |= len(read) > MAX_LINEAGES
        ties = [tie_in(row, self.step) for row in read[:MAX_LINEAGES]]
        new = {tie.far.id: tie.far for tie in ties if tie.far.id not in self.seen}
        taken = dict(list(new.items())[: max(room, 0)])
        self.is_cut |= len(taken) < len(new)
        self.seen |= taken.keys()
        self.next = near_any(self.step, taken.values()) if taken else None
        return [tie for tie in ties if tie.far.id in self.seen]

    def go_on_from(self, points: Iterable[Point]) -> None:
        """Let the next step start from these as well, but for those that were seen."""
        new = {point.id: point for point in points if point.id not in self.seen}
        if new:
            self.seen |= new.keys()
            self.next = near_any(self.step, new.values()) | (self.next or NOTHING)


def walk(
    account: Account,
    asset: CatalogRow,  # a table, a dashboard, a column or a field
    *,
    directions: Collection[Direction] = tuple(Direction),
    depth: int,
    kinds: Collection[AssetKind] = (),  # to show; others are walked through. None: all
) -> Walk:
    """Of a table or a dashboard over those; of a column or a field over those, down to dashboards.

    One query a step and direction. Edges lead between nodes that are shown.
    """
    start = point_of(asset)
    steps = [step_along(*(PARTS if isinstance(asset, Column | DashboardField) else ASSETS), way) for way in Direction]
    fronts = {
        way: Front(account, step, near_any(step, [start]), seen=[start.id])
        for way, step in zip(Direction, steps, strict=True)
        if way in directions
    }
    found: dict[UUID, Found] = {start.id: (0, None, start)}
    edges: dict[tuple[UUID, UUID], Tie] = {}
    for number in range(1, depth + 1):
        for way, front in fronts.items():
            for tie in front.advance(room=MAX_ASSETS + 1 - len(found)):
                edges.setdefault((tie.far.id, tie.near) if way is Direction.UPSTREAM else (tie.near, tie.far.id), tie)
                found.setdefault(tie.far.id, (number, way, tie.far))
    why = TOO_MANY if any(front.is_cut for front in fronts.values()) else ""
    shown = [one for one in found.values() if not kinds or one[2].kind in kinds or one[2] == start]
    return numbered(shown, edges, why)


def numbered(found: Iterable[Found], ties: Mapping[tuple[UUID, UUID], Tie], why_incomplete: str) -> Walk:
    """The walk over these; lineages of others are left out."""
    nodes = [
        Node(number, point.id, point.kind, point.path, point.popularity, step, way)
        for number, (step, way, point) in enumerate(sorted(found, key=nearness))
    ]
    numbers = {node.id: node.number for node in nodes}
    edges = [
        Edge(numbers[parent], numbers[child], tie.how, tie.refreshed_at)
        for (parent, child), tie in ties.items()
        if parent in numbers and child in numbers
    ]
    edges.sort(key=lambda edge: (max(edge.parent, edge.child), edge.parent, edge.child))
    steps = Counter((node.step, node.direction) for node in nodes if node.direction)
    return Walk(nodes, edges, dict(steps), why_incomplete)


def nearness(found: Found) -> tuple[Any, ...]:
    step, way, point = found
    return step, way is Direction.DOWNSTREAM, *rank(point)


def rank(point: Point) -> tuple[Any, ...]:
    """The most popular first, then by path."""
    return point.popularity is None, -(point.popularity or 0), point.path, point.id


def point_of(asset: Any) -> Point:
    kind = KINDS[type(asset)]
    popularity = asset.table.popularity if kind == AssetKind.COLUMN else asset.popularity
    return Point(kind, asset.pk, reference_to(asset).path, popularity)


def near_any(step: Step, points: Collection[Point]) -> Q:
    """That a lineage has one of these on its near side."""
    ids = {kind: [point.id for point in points if point.kind == kind] for kind in step.near_kinds}
    return any_of(Q(**{f"{step.near}_{kind}__in": of_kind}) for kind, of_kind in ids.items() if of_kind)


def columns_read(step: Step) -> list[str]:
    far = f"{step.far}_"
    columns = [f"{step.near}_{kind}" for kind in step.near_kinds] + [f"{far}{kind}" for kind in step.far_kinds]
    columns += columns_of(step.far_kinds, far) + [f"{far}{POPULARITY[kind]}" for kind in step.far_kinds]
    columns += [f"{far}{column}" for kind in step.far_kinds for column in READ_OF_WHOLE.get(kind, ())]
    return list(dict.fromkeys([*columns, "lineage_type", "refreshed_at"]))


def tie_in(row: Mapping[str, Any], step: Step) -> Tie:
    near = next(pk for kind in step.near_kinds if (pk := row[f"{step.near}_{kind}"]))
    kind = next(kind for kind in step.far_kinds if row[f"{step.far}_{kind}"])
    far = point_at(row, f"{step.far}_", kind)
    return Tie(near, far, whole_of(row, f"{step.far}_", far), row["lineage_type"], row["refreshed_at"])


def point_at(row: Mapping[str, Any], far: str, kind: AssetKind) -> Point:
    place, name = row[f"{far}{kind}__{PLACE_COLUMNS[kind]}"], row[f"{far}{kind}__name"]
    path = place if kind == AssetKind.TABLE else joined(kind, place, name)
    return Point(kind, row[f"{far}{kind}"], path, row[f"{far}{POPULARITY[kind]}"])


def whole_of(row: Mapping[str, Any], far: str, point: Point) -> Point:
    """The table of a column, the dashboard of a field; any other asset itself."""
    if point.kind == AssetKind.COLUMN:
        return Point(AssetKind.TABLE, row[f"{far}column__table"], row[f"{far}column__table__path"], point.popularity)
    if point.kind == AssetKind.DASHBOARD_FIELD:
        dashboard = f"{far}dashboard_field__dashboard"
        path = joined(AssetKind.DASHBOARD, row[f"{dashboard}__folder_path"], row[f"{dashboard}__name"])
        return Point(AssetKind.DASHBOARD, row[dashboard], path, row[f"{dashboard}__popularity"])
    return point
