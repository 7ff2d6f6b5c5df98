"""What the rows of the ledger say: who uses a token, since when, and whose calls fail for which reason.

Counts are up to a minute old, for that is how long a process keeps them in memory (ledger.py). Days are UTC's.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Account
from tokens.doors import Door
from tokens.models import ApiToken, ApiTokenQuerySet, TokenUse, TokenUseQuerySet

LOOKBACK_DAYS = 30  # that pages, emails and commands look back, today included
RETENTION = timedelta(days=400)  # a token's year, and a month to look back at it
MAX_ROWS_PER_TRANSACTION = 5_000  # that are deleted at once
ANSWERED = Q(reason="")
INTEGRATION = ("token_id", "client", "door")
OUTCOMES = {
    "failures": Coalesce(Sum("calls", filter=~ANSWERED), 0),
    "calls": Coalesce(Sum("calls", filter=ANSWERED), 0),
}


@dataclass(frozen=True, slots=True)
class Integration:
    """What one client did at one door with one token; `client` is "" for one that says nothing usable of itself."""

    token_id: UUID
    client: str
    door: Door
    calls: int
    failures: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class OperationUse:
    """How often one operation was called and let in, how often it was refused, and when it was called last."""

    operation: str
    calls: int
    failures: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class FailedCalls:
    """The refused calls of one integration for one reason."""

    token_id: UUID
    client: str
    door: Door
    reason: str
    calls: int
    first_seen: datetime
    last_seen: datetime
    last_address: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of one UTC day."""

    date: date
    answered: int
    refused: int


@dataclass(frozen=True, slots=True)
class Caller:
    """How many calls of one client, at whatever door, a token let in; `name` is "" as an integration's `client` is."""

    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class Callers:
    """Those of a token with the most calls, and how many clients and calls there are with the others."""

    clients: list[Caller]
    count: int
    calls: int


def first_day(now: datetime) -> date:
    """The first of the days that people look back to."""
    return now.date() - timedelta(days=LOOKBACK_DAYS - 1)


def recent(account: Account, *, now: datetime, token: UUID | None = None, door: str = "") -> TokenUseQuerySet:
    """The account's rows of the last 30 days; of this token and this door, if they are given."""
    uses = TokenUse.objects.of_account(account).since(first_day(now))
    uses = uses.filter(token=token) if token else uses
    return uses.filter(door=door) if door else uses


def integrations(uses: TokenUseQuerySet, *, limit: int | None = None) -> list[Integration]:
    """The integrations of which these rows are, those seen last first; `limit` of them at the most."""
    rows = grouped(uses, *INTEGRATION, **OUTCOMES).order_by("-last_seen", "client", "door")
    return [Integration(**row | {"door": Door(row["door"])}) for row in rows[:limit]]


def operations(uses: TokenUseQuerySet) -> dict[tuple[UUID, str, str], list[OperationUse]]:
    """By integration (token, client, door) what it called, by name; nothing of doors that have no names for it."""
    rows = grouped(uses.exclude(operation=""), *INTEGRATION, "operation", **OUTCOMES).order_by("operation")
    found: dict[tuple[UUID, str, str], list[OperationUse]] = defaultdict(list)
    for row in rows:
        use = OperationUse(row["operation"], row["calls"], row["failures"], row["last_seen"])
        found[row["token_id"], row["client"], row["door"]].append(use)
    return found


def count_integrations(uses: TokenUseQuerySet) -> int:
    return uses.order_by().values_list(*INTEGRATION).distinct().count()


def who_stops(token: ApiToken, *, now: datetime) -> list[Integration]:
    """Whom the token let in during the last 30 days: who stops when it ends, the latest first."""
    return integrations(token.uses.since(first_day(now)).answered())


def callers(token: ApiToken, *, until: datetime, limit: int) -> Callers:
    """Whom the token let in during the 30 days up to `until`, those with the most calls first. Two queries at most."""
    uses = token.uses.since(first_day(until)).answered().order_by()
    rows = uses.values_list("client").annotate(total=Sum("calls")).order_by("-total", "client")
    clients = [Caller(name, calls) for name, calls in rows[:limit]]
    if len(clients) < limit:
        return Callers(clients, len(clients), sum(client.calls for client in clients))
    totals = uses.aggregate(count=Count("client", distinct=True), calls=Sum("calls"))
    return Callers(clients, totals["count"], totals["calls"])


def integrations_by_token(uses: TokenUseQuerySet) -> Counter[UUID]:
    """How many integrations each token let in."""
    return Counter(token for token, _, _ in uses.answered().order_by().values_list(*INTEGRATION).distinct())


def failed_calls(uses: TokenUseQuerySet, *, limit: int | None = None) -> list[FailedCalls]:
    """Whose calls were refused and why, those seen last first; `limit` of them at the most."""
    columns = (*INTEGRATION, "reason")
    latest = TokenUse.objects.filter(**{name: OuterRef(name) for name in columns}).order_by("-day", "-last_seen")
    address = Subquery(latest.values("last_address")[:1])
    rows = grouped(uses.refused(), *columns, calls=Sum("calls")).order_by("-last_seen", *columns)
    return [FailedCalls(**row | {"door": Door(row["door"])}) for row in rows.annotate(last_address=address)[:limit]]


def count_failed_calls(uses: TokenUseQuerySet) -> int:
    """How many rows `failed_calls` has."""
    return uses.refused().order_by().values_list(*INTEGRATION, "reason").distinct().count()


def grouped(uses: TokenUseQuerySet, *columns: str, **aggregates: Any) -> QuerySet[TokenUse, dict[str, Any]]:
    """The rows grouped by these columns, with these aggregates, and when each group was seen first and last."""
    # In this order: from its annotation on, a name means the aggregate and no column any more.
    aggregates |= {"first_seen": Min("first_seen"), "last_seen": Max("last_seen")}
    rows: QuerySet[TokenUse, dict[str, Any]] = uses.order_by().values(*columns).annotate(**aggregates)
    return rows


def by_day(uses: TokenUseQuerySet, *, now: datetime) -> list[Day]:
    """The last 30 days, oldest first."""
    answered, refused = Sum("calls", filter=ANSWERED), Sum("calls", filter=~ANSWERED)
    rows = uses.order_by().values_list("day").annotate(answered=answered, refused=refused)
    counted = {day: Day(day, *(count or 0 for count in counts)) for day, *counts in rows}
    days = [first_day(now) + timedelta(days=place) for place in range(LOOKBACK_DAYS)]
    return [counted.get(day, Day(day, 0, 0)) for day in days]


def with_last_use(tokens: ApiTokenQuerySet) -> QuerySet[Any]:
    """The tokens with `last_used_at`: when a call was last let in; None for never."""
    latest = TokenUse.objects.answered().filter(token=OuterRef("pk")).order_by("-day", "-last_seen")
    return tokens.annotate(last_used_at=Subquery(latest.values("last_seen")[:1]))


def last_used_at(token: ApiToken) -> datetime | None:
    """The same of one token."""
    at: datetime | None = with_last_use(ApiToken.objects.filter(pk=token.pk)).get().last_used_at
    return at


def forget_old(now: datetime) -> int:
    """Delete rows older than RETENTION, MAX_ROWS_PER_TRANSACTION at a time; returns how many."""
    deleted = 0
    old = TokenUse.objects.filter(day__lt=now.date() - RETENTION).order_by("day").values_list("pk", flat=True)
    while page := list(old[:MAX_ROWS_PER_TRANSACTION]):
        deleted += TokenUse.objects.filter(pk__in=page).delete()[0]
    return deleted
