"""Turns facts about people into rows of the outbox: what happened to them, and whatever else their subjects owe.

May run in any number of processes at once: an event is planned by whoever marks it, and its mark is unique.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.models import PeopleEvent
from notifications.models import Email, PlannedPeopleEvent
from notifications.outbox import new_email
from notifications.subjects import register
from notifications.subjects.subject import Copy

MAX_ROWS_PER_PAGE = 500  # read at once
RECENT_EVENTS = 5_000  # that the check of every few seconds reaches back; the hourly one reads all


def plan(now: datetime, *, all_of_them: bool = False) -> int:
    """Plan what is owed and not planned yet; returns how many rows that made.

    Looks at the newest events; `all_of_them` also finds one whose transaction took so long that thousands passed it.
    """
    newest = PeopleEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    events = unplanned_events(0 if all_of_them else newest - RECENT_EVENTS)
    return sum(plan_event(event, now=now) for event in events) + sum(one.plan(now) for one in register.SUBJECTS)


def unplanned_events(after: int) -> Iterator[PeopleEvent]:
    """Oldest first, in pages."""
    planned = PlannedPeopleEvent.objects.filter(event=OuterRef("pk"))
    events = PeopleEvent.objects.filter(~Exists(planned)).select_related("person").order_by("pk")
    while page := list(events.filter(pk__gt=after)[:MAX_ROWS_PER_PAGE]):
        yield from page
        after = page[-1].pk


@transaction.atomic
def plan_event(event: PeopleEvent, *, now: datetime) -> int:
    """Plan one event; 0 if another planner was first or nobody is told of such events."""
    _, first = PlannedPeopleEvent.objects.get_or_create(event=event, defaults={"planned_at": now})
    if not first:
        return 0
    copies = [copy for subject in register.SUBJECTS for copy in subject.recipients(event)]
    return len(Email.objects.bulk_create([row_of(copy, event, now=now) for copy in copies]))


def row_of(copy: Copy, event: PeopleEvent, *, now: datetime) -> Email:
    return new_email(
        kind=copy.kind,
        recipient=copy.recipient,
        now=now,
        people_event=event,
        account_id=event.account_id,
        address=copy.address,
    )
