"""After a new token: which clients have rotated to it, and which still send one that came before."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, Min, OuterRef, Q

from accounts.models import Account
from tokens.doors import Door
from tokens.models import REASONS_OF_AN_END, ApiToken, FinishedRotation, TokenUse, TokenUseQuerySet
from tokens.usage import ANSWERED, first_day, grouped

QUIET_PERIOD = timedelta(days=1)  # without a failed call: then a client that was seen with both tokens counts as moved
MAX_CLIENTS_PER_ROTATION = 200
REFUSED_AS_ENDED = Q(reason__in=REASONS_OF_AN_END)

ClientAtDoor = tuple[str, str]
Row = dict[str, Any]


class Progress(Enum):
    """How far a client is: as a sentence, as what follows a count, as a tone of the page. In the order of the page."""

    STILL_SENDING = "Still sends the old token", "still on the old token", "bad"
    IN_PART = "Moved in part: still sends the old token as well", "moved in part", "warn"
    WAITING = "Not seen since", "not seen since", ""
    MOVED = "Moved", "moved", "ok"

    def __init__(self, sentence: str, label: str, tone: str) -> None:
        self.sentence, self.label, self.tone = sentence, label, tone


@dataclass(frozen=True, slots=True)
class RotatingClient:
    """A client at a door that used an old token. A time is None when that never happened in the last 30 days."""

    name: str  # "" for a client that says nothing usable of itself
    door: Door
    old: ApiToken  # that it used or sent last
    progress: Progress
    last_failed: datetime | None  # with an old token, after its end
    last_with_new: datetime | None  # let in by the new token
    was_let_in: bool  # by an old token: a stranger who found a dead token was not

    @property
    def is_still_sending(self) -> bool:
        """Whether it sends an old token, also beside the new one."""
        return self.progress in {Progress.STILL_SENDING, Progress.IN_PART}


@dataclass(frozen=True, slots=True)
class Rotation:
    """An active token, and the clients that used the tokens of its scope that came before, whatever ended those."""

    token: ApiToken
    old: list[ApiToken]  # the latest first
    clients: list[RotatingClient]
    is_finished: bool  # an administrator has said so: its board is hidden, and nobody is mailed about it

    @property
    def counts(self) -> list[tuple[Progress, int]]:
        """How many clients there are of each progress, without those of which there is none."""
        counts = [(progress, sum(client.progress is progress for client in self.clients)) for progress in Progress]
        return [(progress, count) for progress, count in counts if count]

    def still_sending(self, *, since: datetime) -> list[RotatingClient]:
        """Who has sent an old token after `since`, and not moved to the new one."""
        return [one for one in self.clients if one.is_still_sending and one.last_failed and one.last_failed > since]


def rotations(account: Account, *, now: datetime) -> list[Rotation]:
    """Those of the account's active tokens."""
    return rotations_of(account.tokens.open().order_by("scope"), now=now)


def rotations_of(tokens: Iterable[ApiToken], *, now: datetime) -> list[Rotation]:
    """One for each of these open tokens that is active and has predecessors in use: there is something to move to."""
    pairs = [(token, old) for token in tokens if not token.is_expired(now) and (old := used_before(token, now=now))]
    of_pairs = FinishedRotation.objects.filter(token__in=[token.pk for token, _ in pairs])
    finished = set(of_pairs.values_list("token_id", flat=True)) if pairs else set()
    return [Rotation(token, old, rotating_clients(token, old, now=now), token.pk in finished) for token, old in pairs]


def used_before(token: ApiToken, *, now: datetime) -> list[ApiToken]:
    """The ended tokens of the same account and scope that somebody used or sent in the last 30 days, latest first."""
    ended = ApiToken.objects.filter(account=token.account_id, scope=token.scope, ended_at__isnull=False)
    used = Exists(let_in_or_ended(now).filter(token=OuterRef("pk")))
    return list(ended.filter(used).order_by("-ended_at", "-created_at"))


def let_in_or_ended(now: datetime) -> TokenUseQuerySet:
    """Calls of the last 30 days that a token let in, or that were refused because it had ended."""
    return TokenUse.objects.since(first_day(now)).filter(ANSWERED | REFUSED_AS_ENDED)


def rotating_clients(token: ApiToken, old: list[ApiToken], *, now: datetime) -> list[RotatingClient]:
    """Who used or sent an old token in the last 30 days, those who still send it first.

    MAX_CLIENTS_PER_ROTATION of them at the most: those whom an old token let in, then whoever sent it last.
    """
    clients = clients_of(old, now=now)
    rows = uses_by_client([*old, token], {name for name, _ in clients}, now=now)
    found = [rotating_client(token, old, rows[client], now=now) for client in clients]
    order = list(Progress)
    return sorted(found, key=lambda one: (order.index(one.progress), not one.was_let_in, one.name, one.door))


def clients_of(old: list[ApiToken], *, now: datetime) -> list[ClientAtDoor]:
    """Who used or sent one of these tokens in the last 30 days, as many as a rotation has room for."""
    uses = let_in_or_ended(now).filter(token__in=[one.pk for one in old])
    rows = grouped(uses, "client", "door", last_let_in=Max("last_seen", filter=ANSWERED))
    latest = rows.order_by(F("last_let_in").desc(nulls_last=True), "-last_seen", "client", "door")
    return [(row["client"], row["door"]) for row in latest[:MAX_CLIENTS_PER_ROTATION]]


def uses_by_client(tokens: list[ApiToken], names: Collection[str], *, now: datetime) -> dict[ClientAtDoor, list[Row]]:
    """A row for each of these tokens and clients at a door: when it was let in first and last, when it failed last."""
    uses = let_in_or_ended(now).filter(token__in=[one.pk for one in tokens], client__in=names)
    times = {
        "first_let_in": Min("first_seen", filter=ANSWERED),
        "last_let_in": Max("last_seen", filter=ANSWERED),
        "last_failed": Max("last_seen", filter=REFUSED_AS_ENDED),
    }
    by_client: dict[ClientAtDoor, list[Row]] = defaultdict(list)
    for row in grouped(uses, "client", "door", "token_id", **times):
        by_client[row["client"], row["door"]].append(row)
    return by_client


def rotating_client(token: ApiToken, old: list[ApiToken], rows: list[Row], *, now: datetime) -> RotatingClient:
    """How far a client is, by its rows of these tokens."""
    places: dict[UUID, int] = {one.pk: place for place, one in enumerate(old)}
    of_old = [row for row in rows if row["token_id"] in places]
    of_new: Row = next((row for row in rows if row["token_id"] == token.pk), {})
    latest = max(of_old, key=lambda row: (row["last_seen"], -places[row["token_id"]]))
    failed = max((row["last_failed"] for row in of_old if row["last_failed"]), default=None)
    first, last = of_new.get("first_let_in"), of_new.get("last_let_in")
    return RotatingClient(
        name=latest["client"],
        door=Door(latest["door"]),
        old=old[places[latest["token_id"]]],
        progress=progress(failed if failed and failed >= token.created_at else None, first, last, now=now),
        last_failed=failed,
        last_with_new=last,
        was_let_in=any(row["last_let_in"] for row in of_old),
    )


def progress(failed: datetime | None, first: datetime | None, last: datetime | None, *, now: datetime) -> Progress:
    """From the last call that failed with an old token since there is a new one, and the first and last with that."""
    if first is None or last is None:
        return Progress.STILL_SENDING if failed else Progress.WAITING
    if failed is None or failed <= first or (failed < last and now - failed >= QUIET_PERIOD):
        return Progress.MOVED
    return Progress.IN_PART
