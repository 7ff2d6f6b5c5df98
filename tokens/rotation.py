"""After a replacement: which clients have rotated to the new token, and which still send an old one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q

from accounts.models import Account
from tokens.doors import Door
from tokens.models import ApiToken, TokenUse
from tokens.usage import ANSWERED, LOOKBACK_DAYS, first_day, grouped

QUIET_PERIOD = timedelta(days=1)  # without a failed call: then a client that was seen with both tokens counts as moved
MAX_CLIENTS_PER_ROTATION = 200
REPLACED = Q(reason="replaced")

ClientAtDoor = tuple[str, str]


class Progress(Enum):
    """How far a client is: as a sentence, as what follows a count, as a tone of the page. In the order of the page."""

    STILL_SENDING = "Still sends the old token", "still on the old token", "bad"
    IN_PART = "Moved in part: the old token still comes, too", "moved in part", "warn"
    WAITING = "Not seen since", "not seen since", ""
    MOVED = "Moved", "moved", "ok"

    def __init__(self, sentence: str, label: str, tone: str) -> None:
        self.sentence, self.label, self.tone = sentence, label, tone


@dataclass(frozen=True, slots=True)
class RotatingClient:
    """A client at a door that used an old token. A time is None when that never happened."""

    name: str  # "" for a client that says nothing usable of itself
    door: Door
    old: ApiToken  # that it used or sent last
    progress: Progress
    last_failed: datetime | None  # with an old token, after its end
    last_with_new: datetime | None  # let in by the new token
    was_let_in: bool  # by an old token within 30 days: a stranger who found a dead token was not

    @property
    def is_still_sending(self) -> bool:
        """Whether it sends an old token, also beside the new one."""
        return self.progress in {Progress.STILL_SENDING, Progress.IN_PART}


@dataclass(frozen=True, slots=True)
class Rotation:
    """An open token, and the clients that used the tokens which it replaced."""

    token: ApiToken
    old: list[ApiToken]  # the latest first
    clients: list[RotatingClient]

    @property
    def counts(self) -> list[tuple[Progress, int]]:
        """How many clients there are of each progress, without those of which there is none."""
        counts = [(progress, sum(client.progress is progress for client in self.clients)) for progress in Progress]
        return [(progress, count) for progress, count in counts if count]


def rotations(account: Account, *, now: datetime) -> list[Rotation]:
    """Those of the account's open tokens."""
    return rotations_of(account.tokens.open().order_by("scope"), now=now)


def rotations_of(open_tokens: Iterable[ApiToken], *, now: datetime) -> list[Rotation]:
    """One for each of these tokens with predecessors that were replaced, or still sent, in the last 30 days."""
    pairs = ((token, replaced_before(token, now=now)) for token in open_tokens)
    return [Rotation(token, old, rotating_clients(token, old, now=now)) for token, old in pairs if old]


def replaced_before(token: ApiToken, *, now: datetime) -> list[ApiToken]:
    """The replaced tokens of the same account and scope that people may still have to deal with, the latest first."""
    sent = TokenUse.objects.filter(REPLACED, token=OuterRef("pk"), day__gte=first_day(now))
    replaced = ApiToken.objects.filter(
        account=token.account_id, scope=token.scope, end_reason=ApiToken.EndReason.REPLACED
    )
    recent = Q(ended_at__gte=now - timedelta(days=LOOKBACK_DAYS))
    return list(replaced.filter(recent | Exists(sent)).order_by("-ended_at"))


def rotating_clients(token: ApiToken, old: list[ApiToken], *, now: datetime) -> list[RotatingClient]:
    """Who used or sent an old token in the last 30 days, those who still send it first.

    MAX_CLIENTS_PER_ROTATION of them at the most: those whom an old token let in, then whoever sent it last.
    """
    old_by_id = {one.pk: one for one in old}
    of_old = uses_of_old(old_by_id, now=now)
    of_new = uses_of_new(token, {client for client, _ in of_old}, now=now)
    clients = [
        rotating_client(row, old_by_id[row["token_id"]], of_new.get(who), now=now) for who, row in of_old.items()
    ]
    order = list(Progress)
    return sorted(clients, key=lambda one: (order.index(one.progress), not one.was_let_in, one.name, one.door))


def uses_of_old(tokens: Collection[UUID], *, now: datetime) -> dict[ClientAtDoor, dict[str, Any]]:
    """Which of these tokens each client sent last, and when they let it in and refused it for the last time."""
    uses = TokenUse.objects.filter(ANSWERED | REPLACED, token__in=tokens, day__gte=first_day(now))
    last = {"last_let_in": Max("last_seen", filter=ANSWERED), "last_failed": Max("last_seen", filter=REPLACED)}
    rows = grouped(uses, "client", "door", "token_id", **last)
    rows = rows.order_by(F("last_let_in").desc(nulls_last=True), "-last_seen")[:MAX_CLIENTS_PER_ROTATION]
    latest: dict[ClientAtDoor, dict[str, Any]] = {}
    for row in sorted(rows, key=itemgetter("last_seen")):  # a client's last row is of the token that it sent last
        before = latest.get(client_at_door(row), {})
        latest[client_at_door(row)] = row | {name: later_of(row[name], before.get(name)) for name in last}
    return latest


def uses_of_new(token: ApiToken, clients: set[str], *, now: datetime) -> dict[ClientAtDoor, dict[str, Any]]:
    """When the new token let these clients in, first and last, within the last 30 days."""
    uses = token.uses.answered().since(first_day(now)).filter(client__in=clients)
    return {client_at_door(row): row for row in grouped(uses, "client", "door")}


def client_at_door(row: dict[str, Any]) -> ClientAtDoor:
    return row["client"], row["door"]


def later_of(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)


def rotating_client(
    of_old: dict[str, Any], old: ApiToken, of_new: dict[str, Any] | None, *, now: datetime
) -> RotatingClient:
    first, last = (of_new["first_seen"], of_new["last_seen"]) if of_new else (None, None)
    failed, was_let_in = of_old["last_failed"], of_old["last_let_in"] is not None
    where = progress(failed, first, last, now=now)
    return RotatingClient(of_old["client"], Door(of_old["door"]), old, where, failed, last, was_let_in)


def progress(failed: datetime | None, first: datetime | None, last: datetime | None, *, now: datetime) -> Progress:
    """From the last failed call with an old token, and the first and the last with the new one."""
    if first is None or last is None:
        return Progress.STILL_SENDING if failed else Progress.WAITING
    if failed is None or failed <= first or (failed < last and now - failed >= QUIET_PERIOD):
        return Progress.MOVED
    return Progress.IN_PART


def still_sending(account: Account, *, now: datetime, since: datetime) -> list[RotatingClient]:
    """Who has sent a replaced token after `since`, and not moved to the new one."""
    clients = (client for rotation in rotations(account, now=now) for client in rotation.clients)
    return [one for one in clients if one.is_still_sending and one.last_failed and one.last_failed > since]
