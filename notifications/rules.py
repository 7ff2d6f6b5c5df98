"""Which emails about tokens are due: arithmetic on states and times that were read elsewhere; nothing here asks the database.

`left` is always the time until a token expires, negative when it has.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.models import Email
from tokens.models import TokenEvent

Kind, State = Email.Kind, Email.State

KIND_OF_EVENT = {
    TokenEvent.Kind.GENERATED: Kind.GENERATED,  # a replacement too: one email that names both tokens
    TokenEvent.Kind.REVOKED: Kind.REVOKED,
}
MARKS = {
    Kind.EXPIRES_1: timedelta(days=1),
    Kind.EXPIRES_7: timedelta(days=7),
    Kind.EXPIRES_30: timedelta(days=30),
}  # smallest first
FIRST_MARK = MARKS[Kind.EXPIRES_30]
GRACE = timedelta(hours=24)  # how long after the end *expired* is worth sending
TICK = timedelta(microseconds=1)  # the least that a datetime tells apart
TURNS = (*(-mark for mark in sorted(MARKS.values(), reverse=True)), timedelta(), GRACE + TICK)  # from the end on
DAY = timedelta(days=1)
PATIENCE = timedelta(hours=1)  # after a replacement, before somebody who still sends the old token is worth a mail
AGAIN = frozenset({State.CANCELLED, State.SUPERSEDED})  # rows that never left and may be owed again
UNTOLD = AGAIN | {State.PENDING, State.FAILED}  # by these rows nobody was told, and nobody is being told


@dataclass(frozen=True, slots=True)
class Owed:
    """What to do for one token and one recipient."""

    plan: Email.Kind | None = None
    supersede: Collection[Email.Kind] = field(default=())


def mark_for(left: timedelta) -> Email.Kind | None:
    """The one notice that fits the time left: the smallest mark that is not below it, or *expired*; None outside."""
    if left > timedelta():
        return next((kind for kind, mark in MARKS.items() if mark >= left), None)
    return Kind.EXPIRED if left >= -GRACE else None


def next_turn(end: datetime, *, now: datetime) -> datetime | None:
    """When something else will fit a token that ends then: the next notice, or that it is missed; None if nothing will.

    Until that instant a second look at unchanged rows finds what the first one found.
    """
    return next((end + turn for turn in TURNS if end + turn > now), None)


def is_missed(left: timedelta, states: Iterable[Email.State]) -> bool:
    """Whether it is too late for *expired*, and by these rows (one a recipient) nobody was told."""
    return left < -GRACE and all(state in UNTOLD for state in states)


def is_settled(left: timedelta, states: Iterable[Email.State]) -> bool:
    """Whether it is too late for *expired*, and by these rows (one a recipient) somebody was told, or it is missed."""
    return left < -GRACE and not is_missed(left, states)


def owed(left: timedelta, states: Mapping[Email.Kind, Email.State]) -> Owed:
    """What a recipient is owed whose notices about this token are in `states`."""
    kind = mark_for(left)
    if kind is None:
        return Owed()
    stale = [other for other, state in states.items() if other != kind and state == State.PENDING]
    return Owed(kind if states.get(kind) in {None, *AGAIN} else None, stale)


def kind_of(event: TokenEvent) -> Email.Kind:
    return KIND_OF_EVENT[TokenEvent.Kind(event.kind)]
