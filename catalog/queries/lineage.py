"""Walks along lineage: from an asset to what it is made from (upstream), and to what is made from it (downstream)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from accounts.models import Account
from catalog.models import CatalogQuerySet, CatalogRow, Column, Dashboard, DashboardField, FieldLineage, Lineage, Table
from catalog.models.assets import AssetKind
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN, FIELD_PARENTS, PARENTS
from catalog.models.rows import any_of
from catalog.queries.references import AssetReference, columns_of, joins_of, reference_from, reference_to
from catalog.queries.visibility import points_to_shown

# A column is as popular as its table.
POPULARITY = {
    AssetKind.TABLE: "table__popularity",
    AssetKind.DASHBOARD: "dashboard__popularity",
    AssetKind.COLUMN: "column__table__popularity",
    AssetKind.DASHBOARD_FIELD: "dashboard_field__popularity",
}


class Direction(Enum):
    """The value is the side of a lineage that a step in this direction leads to."""

    UPSTREAM = "parent"
    DOWNSTREAM = "child"


@dataclass(frozen=True, slots=True)
class Level:
    """The assets at one step from the start, the most popular first, and how many more there are."""

    assets: list[AssetReference]
    more: int = 0


@dataclass(frozen=True, slots=True)
class LineageWalk:
    """Levels from the farthest parents over the asset itself, `levels[start]`, to the farthest children.

    `edges` are (place of the parent's level, the parent's id, the child's id in the next level). An asset that can
    be reached in several ways stands in each of its levels.
    """

    levels: list[Level]
    start: int
    edges: list[tuple[int, UUID, UUID]]
    goes_on: frozenset[Direction] = frozenset()  # where a step further would find something

    @property
    def upstream(self) -> list[Level]:
        """The nearest first."""
        return self.levels[: self.start][::-1]

    @property
    def downstream(self) -> list[Level]:
        return self.levels[self.start + 1 :]


@dataclass(frozen=True, slots=True)
class Step:
    """How rows of one kind of lineage are followed in one direction: from their near side to their far one."""

    model: type[CatalogRow]
    near: str
    far: str
    near_kinds: Sequence[AssetKind]
    far_kinds: Sequence[AssetKind]


def step_along(model: type[CatalogRow], parents: Sequence[str], children: Sequence[str], direction: Direction) -> Step:
    above, below = [AssetKind(kind) for kind in parents], [AssetKind(kind) for kind in children]
    if direction is Direction.UPSTREAM:
        return Step(model, near="child", far="parent", near_kinds=below, far_kinds=above)
    return Step(model, near="parent", far="child", near_kinds=above, far_kinds=below)


def walk_lineage(
    account: Account,
    asset: Table | Dashboard | Column | DashboardField,
    *,
    upstream: int,  # steps, a query or two for each, and one to know whether it goes on
    downstream: int,
    level_size: int,  # assets at one step; the others are counted
) -> LineageWalk:
    """Of a table or a dashboard: over tables and dashboards. Of a column or a field: over those, down to dashboards."""
    start = reference_to(asset)
    rows: tuple[type[CatalogRow], Sequence[str], Sequence[str]] = (Lineage, PARENTS, CHILDREN)
    if isinstance(asset, Column | DashboardField):
        rows = (FieldLineage, FIELD_PARENTS, FIELD_CHILDREN)
    depths = {Direction.UPSTREAM: upstream, Direction.DOWNSTREAM: downstream}
    steps = {way: step_along(*rows, way) for way in depths}
    walked = {
        way: walk_one_way(account, start, steps[way], depth=depth, size=level_size) for way, depth in depths.items()
    }
    (above, edges_above), (below, edges_below) = walked[Direction.UPSTREAM], walked[Direction.DOWNSTREAM]
    goes_on = frozenset(
        way
        for way, (levels, _) in walked.items()
        if levels and len(levels) == depths[way] and lineages(account, levels[-1].assets, steps[way]).exists()
    )
    place = len(above)
    edges = [(place - number, far, near) for number, near, far in edges_above]
    edges += [(place + number - 1, near, far) for number, near, far in edges_below]
    return LineageWalk([*reversed(above), Level([start]), *below], place, edges, goes_on)


def parts_with_lineage(account: Account, asset: Table | Dashboard) -> set[UUID]:
    """The ids of the columns of a table, or of the fields of a dashboard, of which any lineage is stored. One query."""
    part, whole = ("column", "table") if isinstance(asset, Table) else ("dashboard_field", "dashboard")
    rows = FieldLineage.objects.visible_to(account).order_by()
    ids = [
        rows.filter(**{f"{side}_{part}__{whole}": asset}).values_list(f"{side}_{part}", flat=True)
        for side in ("parent", "child")
    ]
    return set(ids[0].union(ids[1]))


def walk_one_way(
    account: Account, start: AssetReference, step: Step, *, depth: int, size: int
) -> tuple[list[Level], list[tuple[int, UUID, UUID]]]:
    """The levels on one side, the nearest first, and their edges: the number of the step from 1, near id, far id."""
    levels, edges, near = [], [], [start]
    for number in range(1, depth + 1):
        level, ties = take_step(account, near, step, size=size)
        if not level.assets:
            break
        levels.append(level)
        edges += [(number, *tie) for tie in ties]
        near = level.assets
    return levels, edges


def take_step(
    account: Account, near: Sequence[AssetReference], step: Step, *, size: int
) -> tuple[Level, list[tuple[UUID, UUID]]]:
    """The assets one step further, and (near id, far id) for each edge that leads to them."""
    rows = lineages(account, near, step)
    # An asset's rows follow each other and are no more than `near`: these hold all that belong to the first `size`.
    ties = [
        (id_at(row, step.near, step.near_kinds), reference_from(row, f"{step.far}_"))
        for row in rows[: size * len(near) + 1]
    ]
    assets = list({far.id: far for _, far in ties}.values())
    shown = {far.id for far in assets[:size]}
    more = count_far(rows, step) - size if len(assets) > size else 0
    return Level(assets[:size], more), [(near_id, far.id) for near_id, far in ties if far.id in shown]


def lineages(account: Account, near: Sequence[AssetReference], step: Step) -> CatalogQuerySet:
    """The rows that have one of these on their near side, by the popularity of the far one."""
    of_these = any_of(
        Q(**{f"{step.near}_{kind}__in": ids})
        for kind in step.near_kinds
        if (ids := [asset.id for asset in near if asset.kind == kind])
    )
    far = f"{step.far}_"
    return (
        lineages_where(account, of_these, step)
        .select_related(*joins_of(step.far_kinds, far))
        .only(*(f"{step.near}_{kind}" for kind in step.near_kinds), *columns_of(step.far_kinds, far))
    )


def lineages_where(account: Account, condition: Q, step: Step) -> CatalogQuerySet:
    """The rows for which this holds and that lead to something shown, by the popularity of that."""
    far = f"{step.far}_"
    rows: CatalogQuerySet = step.model.objects.visible_to(account).filter(
        condition, points_to_shown(far, step.far_kinds)
    )
    return rows.order_by(
        Coalesce(*(f"{far}{POPULARITY[kind]}" for kind in step.far_kinds)).desc(nulls_last=True),
        far_id(step),
        "id",
    )


def id_at(row: CatalogRow, side: str, kinds: Sequence[AssetKind]) -> UUID:
    """The id of what stands on this side of the row."""
    pks: Iterator[UUID | None] = (getattr(row, f"{side}_{kind}_id") for kind in kinds)
    return next(pk for pk in pks if pk)


def far_id(step: Step) -> Coalesce:
    return Coalesce(*(f"{step.far}_{kind}_id" for kind in step.far_kinds))


def count_far(rows: CatalogQuerySet, step: Step) -> int:
    """How many assets stand on the far side of these rows."""
    counted: int = rows.order_by().aggregate(assets=Count(far_id(step), distinct=True))["assets"]
    return counted
