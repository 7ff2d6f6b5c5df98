"""Everything along lineage as far as some steps lead, each asset once, with a number that stays the same page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Account
from catalog.models import CatalogRow
from catalog.models.assets import AssetKind
from catalog.queries.lineage import Direction

MAX_ASSETS = 2_000  # of a walk
MAX_LINEAGES = 10_000  # read in one step


@dataclass(frozen=True, slots=True)
class Node:
    """An asset by its number in the walk. `step` counts from 0, the start itself, whose direction is None.

    Numbers follow steps, then direction (upstream first), then popularity, then paths.
    """

    number: int
    id: UUID
    kind: AssetKind
    path: str
    popularity: int | None  # out of a million; a column's is its table's
    step: int
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
        """Some of the nodes, and the edges whose farther end, by number, is among them."""
        raise NotImplementedError


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
    raise NotImplementedError
