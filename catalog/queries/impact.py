"""What may break when an asset is dropped, renamed or changed: everything downstream, and whom to tell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Exists, Q

from accounts.models import Account
from catalog.models import Column, Dashboard, FieldLineage, Lineage, Source, Table, TableQuery
from catalog.models.assets import AssetKind
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN, FIELD_PARENTS, PARENTS
from catalog.models.rows import any_of
from catalog.queries.details import Owner, owners_of_any
from catalog.queries.lineage import Direction, step_along
from catalog.queries.walks import (
    ASSETS,
    MAX_ASSETS,
    PARTS,
    TOO_MANY,
    Front,
    Numbered,
    Point,
    Tie,
    near_any,
    point_of,
    rank,
)

RECENT_DAYS = 90
MAX_USERS = 20
MAX_NOTIFIED = 200  # owners, those who own most of it: with more an answer would hold little else
MAX_QUERIES_READ = 1_000  # the newest, of which the users are told
TOO_MANY_OWNERS = f"Only the {MAX_NOTIFIED} who own most of it are named together: each asset names its own."
NO_LINEAGE = "No lineage at all is known of its source: what depends on it cannot be told."
NO_COLUMN_LINEAGE = (
    "No lineage of columns is known of its source: of what depends on its table, columns cannot be told."
)
# From an asset that a lineage points to up to its source.
SOURCES = {
    "table": "table__schema__database__source",
    "dashboard": "dashboard__source",
    "column": "column__source",
    "dashboard_field": "dashboard_field__dashboard__source",
}


class Certainty(Enum):
    CERTAIN = "certain"  # the lineage of what was asked for leads there, or to a part of it
    POSSIBLE = "possible"  # a column was asked for, and only its table is upstream


@dataclass(frozen=True, slots=True)
class Affected(Numbered):
    """A table, dashboard or column downstream; numbers and steps count from 1, steps over the shortest way.

    `via` is the path of what leads there, empty for the asset that was asked for. `owners` are a column's table's.
    """

    certainty: Certainty
    via: str
    owners: list[Owner]


@dataclass(frozen=True, slots=True)
class Impact:
    """`affected` has the nearest first, of these the most popular, `walks.MAX_ASSETS` at most.

    `level` is `column` when lineage of columns or fields told anything, else `table`. `notify` are the owners of all
    that, with how many of these tables and dashboards they own, the most first, MAX_NOTIFIED at most. `recent_users`
    ran queries on the table in the last RECENT_DAYS, the latest first, by name or address.
    """

    affected: list[Affected]
    level: str
    notify: list[tuple[Owner, int]]
    recent_users: list[str]
    why_incomplete: str  # a sentence; empty when nothing is known to be left out

    def count(self, kind: AssetKind) -> int:
        return sum(one.kind == kind for one in self.affected)


@dataclass(frozen=True, slots=True)
class Reached:
    """How an asset was first reached: at which step and from what; `whole` is what has its owners."""

    point: Point
    whole: Point
    step: int
    via: str


class Spread:
    """Two walks downstream side by side: over tables and dashboards, and over columns and fields.

    What a column or a field lies in goes on in the former: tables may have lineage that their columns have not.
    """

    def __init__(self, account: Account, asset: Table | Dashboard | Column) -> None:
        over_assets, over_parts = (step_along(*rows, Direction.DOWNSTREAM) for rows in (ASSETS, PARTS))
        self.asset = asset
        whole = asset.table if isinstance(asset, Column) else asset
        self.own = {asset.pk, whole.pk}  # never affected by themselves
        self.assets = Front(account, over_assets, near_any(over_assets, [point_of(whole)]), seen=self.own)
        self.parts = Front(account, over_parts, parts_of(asset), seen=self.own)
        self.found: dict[UUID, Reached] = {}  # tables, dashboards and columns
        self.told: set[UUID] = set()  # of these, what lineage of columns and fields leads to
        self.paths: dict[UUID, str] = {}

    def run(self) -> None:
        """To the end; at most two queries a step."""
        step = 0
        while self.assets.next or self.parts.next:
            step += 1
            for tie in self.assets.advance(room=self.room):
                self.reach(tie.far, tie, step)
            ties = self.parts.advance(room=self.room)
            for tie in ties:
                self.told |= {tie.far.id, tie.whole.id}
                if tie.far.kind == AssetKind.COLUMN and tie.whole.id != self.asset.pk:
                    self.reach(tie.far, tie, step)
                self.reach(tie.whole, tie, step)
            self.assets.go_on_from([tie.whole for tie in ties])

    @property
    def room(self) -> int:
        return MAX_ASSETS - len(self.assets.seen) - len(self.parts.seen)

    @property
    def is_cut(self) -> bool:
        return self.assets.is_cut or self.parts.is_cut

    def reach(self, point: Point, tie: Tie, step: int) -> None:
        via = self.paths.get(tie.near, "")
        for one in (tie.far, tie.whole):
            self.paths.setdefault(one.id, one.path)
        if point.id not in self.own:
            self.found.setdefault(point.id, Reached(point, tie.whole, step, via))

    def certainty(self, pk: UUID) -> Certainty:
        """A table's or dashboard's own lineage is certain of it; of a column, only lineage of columns is."""
        is_told = not isinstance(self.asset, Column) or pk in self.told
        return Certainty.CERTAIN if is_told else Certainty.POSSIBLE


def assess_impact(account: Account, asset: Table | Dashboard | Column, *, now: datetime) -> Impact:
    """Everything that is made from the asset, whatever the number of steps. At most four queries, and two a step."""
    spread = Spread(account, asset)
    spread.run()
    whole = asset.table if isinstance(asset, Column) else asset
    reached = sorted(spread.found.values(), key=lambda one: (one.step, *rank(one.point)))
    owners = owners_of_any(account, list({one.whole.id for one in reached})) if reached else {}
    affected = [
        Affected(
            number=number,
            id=one.point.id,
            kind=one.point.kind,
            path=one.point.path,
            popularity=one.point.popularity,
            step=one.step,
            certainty=spread.certainty(one.point.id),
            via=one.via,
            owners=owners.get(one.whole.id, []),
        )
        for number, one in enumerate(reached, 1)
    ]
    notify = notified(affected)
    return Impact(
        affected=affected,
        level="column" if spread.told else "table",
        notify=notify[:MAX_NOTIFIED],
        recent_users=users_of(account, whole, now=now) if isinstance(whole, Table) else [],
        why_incomplete=why_incomplete(account, asset, spread)
        or ("" if len(notify) <= MAX_NOTIFIED else TOO_MANY_OWNERS),
    )


def parts_of(asset: Table | Dashboard | Column) -> Q:
    """That a lineage comes from the column, or from any column or field of the table or dashboard."""
    if isinstance(asset, Column):
        return Q(parent_column=asset)
    if isinstance(asset, Table):
        return Q(parent_column__table=asset, parent_column__deleted_at=None)
    return Q(parent_dashboard_field__dashboard=asset, parent_dashboard_field__deleted_at=None)


def notified(affected: Iterable[Affected]) -> list[tuple[Owner, int]]:
    owned = Counter(owner for one in affected if one.kind != AssetKind.COLUMN for owner in one.owners)
    return sorted(owned.items(), key=lambda item: (-item[1], item[0]))


def users_of(account: Account, table: Table, *, now: datetime) -> list[str]:
    """Who ran queries on the table of late."""
    queries = TableQuery.objects.visible_to(account).filter(
        tables=table, is_hidden=False, timestamp__gt=now - timedelta(days=RECENT_DAYS)
    )
    newest = queries.order_by("-timestamp", "-pk").values_list("source_user__name", "source_user__email", "author")
    names = (next(filter(None, names), "") for names in newest[:MAX_QUERIES_READ])
    return list(dict.fromkeys(filter(None, names)))[:MAX_USERS]


def why_incomplete(account: Account, asset: Table | Dashboard | Column, spread: Spread) -> str:
    """Asks what is known of the source when the walk leaves it open: one query, or none."""
    if spread.is_cut:
        return TOO_MANY
    if spread.told or (spread.found and not isinstance(asset, Column)):
        return ""
    source = asset.schema.database.source_id if isinstance(asset, Table) else asset.source_id
    known = (
        Source.objects.visible_to(account)
        .filter(pk=source)
        .values_list(
            Exists(lineage_of(account, source, Lineage, PARENTS, CHILDREN)),
            Exists(lineage_of(account, source, FieldLineage, FIELD_PARENTS, FIELD_CHILDREN)),
        )
    )
    of_assets, of_parts = known.get()
    if not of_assets and not of_parts:
        return NO_LINEAGE
    return NO_COLUMN_LINEAGE if isinstance(asset, Column) and not of_parts else ""


def lineage_of(account: Account, source: UUID, model: Any, parents: Iterable[str], children: Iterable[str]) -> Any:
    """The lineages that an asset of the source is an end of."""
    ends = [("parent", kind) for kind in parents] + [("child", kind) for kind in children]
    return model.objects.visible_to(account).filter(
        any_of(Q(**{f"{end}_{SOURCES[kind]}": source}) for end, kind in ends)
    )
