"""Which emails about tokens are due: arithmetic on states and times that others have read. Nothing here queries.

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
LEAD_TIMES = {
    Kind.EXPIRES_1: timedelta(days=1),
    Kind.EXPIRES_7: timedelta(days=7),
    Kind.EXPIRES_30: timedelta(days=30),
}  # how long before the end of a token each notice becomes due, smallest first
LONGEST_LEAD_TIME = LEAD_TIMES[Kind.EXPIRES_30]
EXPIRED_NOTICE_WINDOW = timedelta(hours=24)  # after the end, within which *expired* is worth sending
CHECK_OFFSETS = (
    *(-lead_time for lead_time in sorted(LEAD_TIMES.values(), reverse=True)),
    timedelta(),
    EXPIRED_NOTICE_WINDOW + timedelta.resolution,
)  # from the end of a token: when another notice fits it, or none any more
STILL_SENT_INTERVAL = timedelta(days=1)  # between two emails that an old token is still sent
STILL_SENT_GRACE = timedelta(hours=1)  # after a new token, before an email that an old one is sent
REPLANNABLE = frozenset({State.CANCELLED, State.SUPERSEDED})  # rows that never left, and are planned again if they fit
UNTOLD = REPLANNABLE | {State.PENDING, State.FAILED}  # by these rows nobody was told, and nobody is being told


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do for one token and one recipient."""

    plan: Email.Kind | None = None
    supersede: Collection[Email.Kind] = field(default=())


def notice_for(left: timedelta) -> Email.Kind | None:
    """The one notice that fits the time left: the one with the smallest lead time that is not below it, or *expired*.

    None if it is too early for the first, or too late for *expired*.
    """
    if left > timedelta():
        return next((kind for kind, lead_time in LEAD_TIMES.items() if lead_time >= left), None)
    return Kind.EXPIRED if left >= -EXPIRED_NOTICE_WINDOW else None


def next_check(end: datetime, *, now: datetime) -> datetime | None:
    """When another notice will fit a token that ends then, or it will have been missed; None if nothing will change.

    Until that instant a second check of unchanged rows plans nothing more.
    """
    return next((end + offset for offset in CHECK_OFFSETS if end + offset > now), None)


def is_missed(left: timedelta, states: Iterable[Email.State]) -> bool:
    """Whether it is too late for *expired*, and by these rows (one a recipient) nobody was told."""
    return left < -EXPIRED_NOTICE_WINDOW and all(state in UNTOLD for state in states)


def is_settled(left: timedelta, states: Iterable[Email.State]) -> bool:
    """Whether it is too late for *expired*, and by these rows (one a recipient) somebody was told, or it is missed."""
    return left < -EXPIRED_NOTICE_WINDOW and not is_missed(left, states)


def decide(left: timedelta, states: Mapping[Email.Kind, Email.State]) -> Decision:
    """What to do for a recipient whose notices about this token are in `states`."""
    kind = notice_for(left)
    if kind is None:
        return Decision()
    stale = [other for other, state in states.items() if other != kind and state == State.PENDING]
    return Decision(kind if states.get(kind) in {None, *REPLANNABLE} else None, stale)


def kind_of(event: TokenEvent) -> Email.Kind:
    return KIND_OF_EVENT[TokenEvent.Kind(event.kind)]
