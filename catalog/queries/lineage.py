"""What an asset is made from, and what is made from it: two steps each way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from accounts.models import Account
from catalog.models import CatalogQuerySet, Dashboard, Lineage, Table
from catalog.queries.references import Card, Kind, card, target
from catalog.queries.visibility import through_all

STEPS = 2
MOST = 12  # assets at one step; the others are counted
KINDS = (Kind.TABLE, Kind.DASHBOARD)
READ = {Kind.TABLE: ("name", "path"), Kind.DASHBOARD: ("name", "folder_path")}


@dataclass(frozen=True, slots=True)
class Level:
    """The assets at one step from the middle, the most popular first, and how many more there are."""

    cards: list[Card]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Levels from the farthest parents over the asset itself to the farthest children.

    `edges` are (place of the parent's level, the parent's id, the child's id in the next level). An asset that can
    be reached in several ways stands in each of its levels.
    """

    levels: list[Level]
    middle: int
    edges: list[tuple[int, UUID, UUID]]

    @property
    def parents(self) -> list[Level]:
        """The nearest first."""
        return self.levels[: self.middle][::-1]

    @property
    def children(self) -> list[Level]:
        return self.levels[self.middle + 1 :]


def neighbours(account: Account, asset: Table | Dashboard) -> Neighbours:
    own = card(asset)
    above, above_edges = steps(account, own, far="parent")
    below, below_edges = steps(account, own, far="child")
    middle = len(above)
    edges = [(middle - step, far, near) for step, near, far in above_edges]
    edges += [(middle + step - 1, near, far) for step, near, far in below_edges]
    return Neighbours([*reversed(above), Level([own]), *below], middle, edges)


def steps(account: Account, own: Card, *, far: str) -> tuple[list[Level], list[tuple[int, UUID, UUID]]]:
    """The levels on one side, the nearest first, and their edges: the step from 1, the near id, the far one."""
    levels, edges, near = [], [], [own]
    for step in range(1, STEPS + 1):
        level, found = one_step(account, near, far=far)
        if not level.cards:
            break
        levels.append(level)
        edges += [(step, *edge) for edge in found]
        near = level.cards
    return levels, edges


def one_step(account: Account, near: Sequence[Card], *, far: str) -> tuple[Level, list[tuple[UUID, UUID]]]:
    """The far sides of what these assets take part in, and (near id, far id) for each line between the two."""
    rows = lineages(account, near, far=far)
    other = "child" if far == "parent" else "parent"
    # An asset's rows follow each other and are no more than `near`: these hold all that belong to the first MOST.
    found = [(end_id(row, other), target(row, f"{far}_")) for row in rows[: MOST * len(near) + 1]]
    cards = list({one.id: one for _, one in found}.values())
    shown = {one.id for one in cards[:MOST]}
    more = count(rows, far=far) - MOST if len(cards) > MOST else 0
    return Level(cards[:MOST], more), [(near_id, one.id) for near_id, one in found if one.id in shown]


def lineages(account: Account, near: Sequence[Card], *, far: str) -> CatalogQuerySet:
    """The rows that have one of these on their near side, by the popularity of the far one."""
    other = "child" if far == "parent" else "parent"
    table, dashboard = f"{far}_table", f"{far}_dashboard"
    of_these = Q()
    for kind in KINDS:
        of_these |= Q(**{f"{other}_{kind.value}__in": [one.id for one in near if one.kind == kind]})
    rows: CatalogQuerySet = Lineage.objects.visible_to(account).filter(of_these, through_all(f"{far}_", KINDS))
    return (
        rows.select_related(table, dashboard)
        .only(
            *(f"{other}_{kind.value}" for kind in KINDS),
            *(f"{far}_{kind.value}__{name}" for kind in KINDS for name in READ[kind]),
        )
        .order_by(
            Coalesce(f"{table}__popularity", f"{dashboard}__popularity").desc(nulls_last=True),
            Coalesce(f"{table}_id", f"{dashboard}_id"),
            "id",
        )
    )


def end_id(row: Lineage, side: str) -> UUID:
    """The id of what stands on this side of the row."""
    ends: tuple[Any, Any] = getattr(row, f"{side}_table_id"), getattr(row, f"{side}_dashboard_id")
    found: UUID = ends[0] or ends[1]
    return found


def count(rows: CatalogQuerySet, *, far: str) -> int:
    """How many assets stand on the far side of these rows."""
    end = Coalesce(F(f"{far}_table_id"), F(f"{far}_dashboard_id"))
    counted: int = rows.order_by().aggregate(found=Count(end, distinct=True))["found"]
    return counted
