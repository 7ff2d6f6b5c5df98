"""The only writers of the outbox: events become rows, rows become mail."""

import logging
import time
import uuid
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from notifications import rules
from notifications.emails import message_for
from notifications.models import MAX_ATTEMPTS, Email, PlannedEvent
from tokens.models import TokenEvent

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than a task may run, so that a living sender never loses its claim
BATCH = 200  # events or emails in one run


def plan_emails(now: datetime) -> int:
    """Put the emails of events that nobody planned yet into the outbox; returns how many rows that made."""
    planned = PlannedEvent.objects.values("event_id")
    events = TokenEvent.objects.exclude(pk__in=planned).select_related("token__account")[:BATCH]
    return sum(plan_event(event, now=now) for event in events)


@transaction.atomic
def plan_event(event: TokenEvent, *, now: datetime) -> int:
    """Plan one event; 0 if another planner was first or nobody can be told yet (then it stays owed)."""
    people = rules.recipients(event)
    if not people:
        logger.warning("no_administrator_to_tell account=%s", event.token.account.slug)
        return 0
    _, first = PlannedEvent.objects.get_or_create(event=event, defaults={"planned_at": now})
    if not first:
        return 0
    kind = rules.kind_of(event)
    rows = [
        Email(
            kind=kind, event=event, recipient=person, message_id=new_message_id(), next_attempt_at=now, created_at=now
        )
        for person in people
    ]
    return len(Email.objects.bulk_create(rows))


def new_message_id() -> str:
    """A Message-ID of ours (RFC 5322, 3.6.4); an email keeps it over all its attempts."""
    return make_msgid(idstring=uuid.uuid4().hex, domain=urlsplit(settings.BASE_URL).hostname or "localhost")


def send_emails(now: datetime) -> int:
    """Send what is due, oldest first, at most a batch of it; returns how many were sent."""
    begun = time.monotonic()  # a batch takes a while, and each claim counts from its own instant
    due = Email.objects.due(now).values_list("pk", flat=True)[:BATCH]
    return sum(send_email(pk, now=now + timedelta(seconds=time.monotonic() - begun)) for pk in due)


def send_email(pk: int, *, now: datetime) -> bool:
    """Claim one due email, send it outside any transaction, and mark what came of it; False if it was not sent."""
    lease = now + LEASE
    claimed = Email.objects.due(now).filter(pk=pk).order_by().update(state=Email.State.SENDING, lease_until=lease)
    if not claimed:
        return False  # another sender has it
    email = Email.objects.select_related("event__token__account", "event__replaced", "recipient").get(pk=pk)
    if not rules.is_still_owed(email):
        return not settle(email, lease, state=Email.State.CANCELLED)
    try:
        message_for(email, now=now).send()
    except Exception as error:  # noqa: BLE001  # whatever a provider raises, the email stays in the outbox
        return retry_later(email, lease, error, now=now)
    return settle(email, lease, state=Email.State.SENT, attempts=email.attempts + 1, sent_at=now)


def retry_later(email: Email, lease: datetime, error: Exception, *, now: datetime) -> bool:
    """Put a failed email back, or give it up after the last attempt. Always False: nothing was sent."""
    logger.warning("email_not_sent email=%s attempt=%s", email.pk, email.attempts + 1, exc_info=error)
    given_up = email.attempts + 1 >= MAX_ATTEMPTS
    settle(
        email,
        lease,
        state=Email.State.FAILED if given_up else Email.State.PENDING,
        attempts=email.attempts + 1,
        next_attempt_at=now + email.delay(),
        last_error=" ".join(f"{type(error).__name__}: {error}".split())[:300],
    )
    return False


def settle(email: Email, lease: datetime, **changes: object) -> bool:
    """Give the claim back with these changes, unless the lease ran out and another sender took over."""
    mine = Email.objects.filter(pk=email.pk, state=Email.State.SENDING, lease_until=lease)
    return bool(mine.update(lease_until=None, **changes))


def send_again(email: Email, *, now: datetime) -> bool:
    """Owe a failed email once more, from its first attempt; False if it had not failed."""
    failed = Email.objects.filter(pk=email.pk, state=Email.State.FAILED)
    return bool(failed.update(state=Email.State.PENDING, attempts=0, next_attempt_at=now))
