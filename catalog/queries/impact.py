"""What may break when an asset is dropped, renamed or changed: everything downstream, and whom to tell."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from accounts.models import Account
from catalog.models import Column, Dashboard, Table
from catalog.models.assets import AssetKind
from catalog.queries.details import Owner

RECENT_DAYS = 90
MAX_USERS = 20


class Certainty(Enum):
    CERTAIN = (
        "certain"  # lineage of what was asked for leads there: of its columns, or of the table or dashboard itself
    )
    POSSIBLE = "possible"  # a column was asked for, and only its table is upstream


@dataclass(frozen=True, slots=True)
class Affected:
    """A table, dashboard or column downstream, by its number from 1. `via` is the path of what leads to it, if not the asset.

    `owners` are those of a column's table.
    """

    number: int
    id: UUID
    kind: AssetKind
    path: str
    popularity: int | None
    step: int
    certainty: Certainty
    via: str
    owners: list[Owner]


@dataclass(frozen=True, slots=True)
class Impact:
    """`affected` has the nearest first, of these the most popular, MAX_ASSETS (`walks`) at most.

    `level` is `column` when lineage of columns or fields told anything, else `table`. `notify` are the owners of all that
    is affected, with how many of these they own, the most first. `recent_users` ran queries on the table in the last
    RECENT_DAYS, the latest first, by name or address. An asset whose source has no lineage at all has a `why_incomplete`.
    """

    affected: list[Affected]
    level: str
    notify: list[tuple[Owner, int]]
    recent_users: list[str]
    why_incomplete: str  # a sentence; empty when nothing is known to be left out

    def count(self, kind: AssetKind) -> int:
        raise NotImplementedError


def assess_impact(account: Account, asset: Table | Dashboard | Column, *, now: datetime) -> Impact:
    """At most five queries, and two a step."""
    raise NotImplementedError
