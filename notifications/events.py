"""Turns what happened to tokens and to people into rows of the outbox.

May run in any number of processes at once: an event is planned by whoever marks it, and its mark is unique.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.models import PeopleEvent
from notifications import rules
from notifications.models import Email, PlannedEvent, PlannedPeopleEvent, afresh, new_email
from notifications.recipients import recipients_of
from notifications.subjects import register
from notifications.subjects.subject import Copy
from tokens.models import TokenEvent

State = Email.State
Event = TypeVar("Event", TokenEvent, PeopleEvent)

MAX_ROWS_PER_PAGE = 500  # read at once
RECENT_EVENTS = 5_000  # of which those that nobody planned are found every few seconds; once an hour of all


def unplanned(events: QuerySet[Event], planned: QuerySet[Any], *, after: int = 0) -> Iterator[Event]:
    """Events with later ids that have no row in `planned`: oldest first, in pages.

    So those that cannot be planned yet never stand in the way of the others.
    """
    events = events.filter(~Exists(planned.filter(event=OuterRef("pk")))).order_by("pk")
    while page := list(events.filter(pk__gt=after)[:MAX_ROWS_PER_PAGE]):
        yield from page
        after = page[-1].pk


def last_before_recent(events: QuerySet[Event]) -> int:
    """The id after which the recent events begin."""
    newest: int = events.aggregate(newest=Max("pk"))["newest"] or 0
    return newest - RECENT_EVENTS


# --- Of tokens ---------------------------------------------------------------------------------


def plan_token_events(now: datetime, *, all_of_them: bool = False) -> int:
    """Plan the emails of events of tokens that nobody planned yet; returns how many rows are pending by that.

    Reads recent events; `all_of_them` also finds one whose transaction took so long that thousands passed it.
    """
    events = TokenEvent.objects.select_related("token__account")
    after = 0 if all_of_them else last_before_recent(TokenEvent.objects.all())
    return sum(plan_token_event(event, now=now) for event in unplanned(events, PlannedEvent.objects.all(), after=after))


def plan_token_events_of(accounts: Collection[int], *, now: datetime) -> int:
    """The same for all events of these accounts."""
    events = TokenEvent.objects.filter(token__account__in=accounts).select_related("token__account")
    return sum(plan_token_event(event, now=now) for event in unplanned(events, PlannedEvent.objects.all()))


@transaction.atomic
def plan_token_event(event: TokenEvent, *, now: datetime) -> int:
    """Plan one event; 0 if another planner was first or nobody can be told yet (then it stays unplanned)."""
    cancel_expiry_notices(event, now=now)
    people = recipients_of(event.token.account)
    if not people:
        return 0
    _, first = PlannedEvent.objects.get_or_create(event=event, defaults={"planned_at": now})
    if not first:
        return 0
    # Somebody whose email was cancelled may be back; the others have a row already, or get one now.
    known = dict(Email.objects.filter(event=event).values_list("recipient", "state"))
    again = [person.pk for person in people if known.get(person.pk) == State.CANCELLED]
    Email.objects.filter(event=event, recipient__in=again, state=State.CANCELLED).update(
        state=State.PENDING, changed_at=now, **afresh(now)
    )
    kind, new = rules.kind_of(event), [person for person in people if person.pk not in known]
    rows = [new_email(kind=kind, token=event.token, event=event, recipient=person, now=now) for person in new]
    return len(Email.objects.bulk_create(rows)) + len(again)


def cancel_expiry_notices(event: TokenEvent, *, now: datetime) -> None:
    """Whoever ended a token knows of its end: what waits to be sent about its expiry is cancelled."""
    ended = event.replaced_id or (event.token_id if event.kind == TokenEvent.Kind.REVOKED else None)
    if ended:
        waiting = Email.objects.filter(token=ended, event=None, state=State.PENDING)
        waiting.update(state=State.CANCELLED, changed_at=now)


# --- Of people ---------------------------------------------------------------------------------


def plan_people_events(now: datetime, *, all_of_them: bool = False) -> int:
    """Plan the emails of events of people that nobody planned yet; returns how many rows that made.

    Reads recent events, or `all_of_them`, as `plan_token_events` does.
    """
    events = PeopleEvent.objects.select_related("person")
    after = 0 if all_of_them else last_before_recent(PeopleEvent.objects.all())
    return sum(
        plan_people_event(event, now=now) for event in unplanned(events, PlannedPeopleEvent.objects.all(), after=after)
    )


@transaction.atomic
def plan_people_event(event: PeopleEvent, *, now: datetime) -> int:
    """Plan one event; 0 if another planner was first or nobody is told of such events."""
    _, first = PlannedPeopleEvent.objects.get_or_create(event=event, defaults={"planned_at": now})
    if not first:
        return 0
    copies = [copy for subject in register.SUBJECTS for copy in subject.recipients(event)]
    return len(Email.objects.bulk_create([email_about(event, copy, now=now) for copy in copies]))


def email_about(event: PeopleEvent, copy: Copy, *, now: datetime) -> Email:
    return new_email(
        kind=copy.kind,
        recipient=copy.recipient,
        address=copy.address,
        people_event=event,
        account_id=event.account_id,
        now=now,
    )
