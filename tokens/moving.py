"""After a replacement: who has moved to the new token, and who still sends an old one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import itemgetter
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q

from accounts.models import Account
from tokens.doors import Door
from tokens.models import ApiToken, TokenUse
from tokens.usage import ANSWERED, DAYS, first_day, grouped

QUIET = timedelta(days=1)  # without a failed call: then a client that was seen with both tokens counts as moved
MAX_CLIENTS_PER_BOARD = 200  # clients of a board
REPLACED = Q(reason="replaced")


class Progress(Enum):
    """How far a client is: as a sentence, as what follows a count, as a tone of the page. In the board's order."""

    BEHIND = "Still sends the old token", "still on the old token", "bad"
    IN_PART = "Moved in part: the old token still comes, too", "moved in part", "warn"
    WAITING = "Not seen since", "not seen since", ""
    MOVED = "Moved", "moved", "ok"

    def __init__(self, sentence: str, label: str, tone: str) -> None:
        self.sentence, self.label, self.tone = sentence, label, tone


@dataclass(frozen=True, slots=True)
class Mover:
    """A client at a door that used an old token. A time is None when that never happened."""

    client: str
    door: Door
    old: ApiToken  # that it used or sent last
    progress: Progress
    last_failed: datetime | None  # with an old token, after its end
    last_moved: datetime | None  # with the new one
    was_let_in: bool  # by an old token within 30 days: a stranger who found a dead token was not

    @property
    def is_late(self) -> bool:
        return self.progress in {Progress.BEHIND, Progress.IN_PART}


@dataclass(frozen=True, slots=True)
class Board:
    """An open token, and everybody who used one that was replaced."""

    token: ApiToken
    old: list[ApiToken]  # the latest first
    movers: list[Mover]

    @property
    def counts(self) -> list[tuple[Progress, int]]:
        """How many there are of each progress, without those of which there is none."""
        found = [(progress, sum(mover.progress is progress for mover in self.movers)) for progress in Progress]
        return [(progress, count) for progress, count in found if count]


def boards(account: Account, *, now: datetime) -> list[Board]:
    """One for each open token with predecessors that were replaced, or still sent, in the last 30 days."""
    pairs = ((token, replaced_before(token, now=now)) for token in account.tokens.open().order_by("scope"))
    return [Board(token, old, movers(token, old, now=now)) for token, old in pairs if old]


def replaced_before(token: ApiToken, *, now: datetime) -> list[ApiToken]:
    """The replaced tokens of the same account and scope that people may still have to deal with, the latest first."""
    sent = TokenUse.objects.filter(REPLACED, token=OuterRef("pk"), day__gte=first_day(now))
    replaced = ApiToken.objects.filter(
        account=token.account_id, scope=token.scope, end_reason=ApiToken.EndReason.REPLACED
    )
    recent = Q(ended_at__gte=now - timedelta(days=DAYS))
    return list(replaced.filter(recent | Exists(sent)).order_by("-ended_at"))


def movers(token: ApiToken, old: list[ApiToken], *, now: datetime) -> list[Mover]:
    """Who used or sent an old token in the last 30 days, those who are behind first.

    MAX_CLIENTS_PER_BOARD of them at the most: those whom an old token let in, then whoever sent it last.
    """
    tokens = {one.pk: one for one in old}
    uses = TokenUse.objects.filter(ANSWERED | REPLACED, token__in=tokens, day__gte=first_day(now))
    last = {"last_let_in": Max("last_seen", filter=ANSWERED), "last_failed": Max("last_seen", filter=REPLACED)}
    rows = grouped(uses, "client", "door", "token_id", **last)
    rows = rows.order_by(F("last_let_in").desc(nulls_last=True), "-last_seen")[:MAX_CLIENTS_PER_BOARD]
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=itemgetter("last_seen")):  # a client's last row is of the token that it sent last
        latest[key(row)] = row | {name: later(row[name], latest.get(key(row), {}).get(name)) for name in last}
    moved = moved_clients(token, {client for client, _ in latest}, now=now)
    found = [mover(row, tokens[row["token_id"]], moved.get(key(row)), now=now) for row in latest.values()]
    order = list(Progress)
    return sorted(found, key=lambda one: (order.index(one.progress), not one.was_let_in, one.client, one.door))


def moved_clients(token: ApiToken, clients: set[str], *, now: datetime) -> dict[tuple[str, str], dict[str, Any]]:
    """When the new token let these clients in, first and last, within the last 30 days."""
    uses = token.uses.answered().since(first_day(now)).filter(client__in=clients)
    return {key(row): row for row in grouped(uses, "client", "door")}


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)


def key(row: dict[str, Any]) -> tuple[str, str]:
    return row["client"], row["door"]


def mover(row: dict[str, Any], old: ApiToken, moved: dict[str, Any] | None, *, now: datetime) -> Mover:
    failed = row["last_failed"]
    first, last = (moved["first_seen"], moved["last_seen"]) if moved else (None, None)
    where = progress(failed, first, last, now=now)
    return Mover(row["client"], Door(row["door"]), old, where, failed, last, was_let_in=row["last_let_in"] is not None)


def progress(failed: datetime | None, first: datetime | None, last: datetime | None, *, now: datetime) -> Progress:
    """From the last failed call with an old token, and the first and the last with the new one."""
    if first is None or last is None:
        return Progress.BEHIND if failed else Progress.WAITING
    if failed is None or failed <= first or (failed < last and now - failed >= QUIET):
        return Progress.MOVED
    return Progress.IN_PART


def late(account: Account, *, now: datetime, since: datetime) -> list[Mover]:
    """Who has sent a replaced token after `since`, and not moved to the new one."""
    everybody = (mover for board in boards(account, now=now) for mover in board.movers)
    return [mover for mover in everybody if mover.is_late and mover.last_failed and mover.last_failed > since]
