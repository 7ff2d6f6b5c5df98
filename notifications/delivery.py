"""Sends the outbox: claims an email, sends it outside any transaction, and records what came of it.

May run in any number of processes at once: whoever claims an email holds its lease until the answer is recorded.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from notifications import rules
from notifications.claims import Claim, claim, next_page
from notifications.connections import Connection
from notifications.emails import message_for
from notifications.failures import Failure, Verdict, failure_of
from notifications.models import JITTER, LATEST, Email, Outbox, PlannedEvent, afresh

logger = logging.getLogger(__name__)
State = Email.State

RUN = 25.0  # seconds after which a run claims nothing more; the next one goes on


def send_emails(now: datetime, *, tried: Callable[[bool], object] = bool) -> int:
    """Send what is due, roughly oldest first, for as long as a run may take; returns how many were sent.

    `tried` is told after each email whether it was sent.
    """
    begun = time.monotonic()
    sent = 0
    with closing(Connection()) as provider:
        while page := next_page(now):
            for email in page:
                passed = time.monotonic() - begun
                if passed > RUN:
                    return sent
                at = now + timedelta(seconds=passed)
                mine = claim(email, lease_from(at), now=at)
                if mine:
                    done = deliver(mine, provider, now=at)
                    sent += done
                    tried(done)
                elif Outbox.current().is_held(at):
                    return sent
    return sent


def send_email(pk: int, *, now: datetime) -> bool:
    """The same with a single email, on a connection of its own."""
    mine = claim(Email.objects.with_facts().get(pk=pk), lease_from(now), now=now)
    with closing(Connection()) as provider:
        return mine is not None and deliver(mine, provider, now=now)


def lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.EMAIL_LEASE)


def deliver(mine: Claim, provider: Connection, *, now: datetime) -> bool:
    """Send a claimed email, unless it is not owed any more, and record what came of it; False if it was not sent."""
    email, lease = mine.email, mine.lease
    if refused := rules.refusal(email, now=now):
        refuse(email, lease, refused, now=now)
        return False
    if email.is_exhausted(now):
        settle(email, lease, now=now, state=State.FAILED)
        return False
    try:
        provider_id = provider.send(message_for(email, now=now), key=email.idempotency_key)
    except Exception as error:  # noqa: BLE001  # whatever a provider raises, the email stays in the outbox
        record_failure(email, lease, failure_of(error, now=now), now=now)
        return False
    if mine.provider_fails:
        note_answer()
    return mine.mark_sent(provider_id=provider_id, now=now)


def record_failure(email: Email, lease: datetime, failure: Failure, *, now: datetime) -> None:
    logger.warning("email_not_sent email=%s attempt=%s error=%s", email.pk, email.attempts, failure.text)
    if failure.verdict is Verdict.CONFIGURATION:
        pause(by="", reason=failure.text, now=now)
        # Nothing is burnt: neither an attempt nor the time that the provider keeps the key.
        first = email.first_attempt_at if email.attempts > 1 else None
        burnt_nothing = {"attempts": email.attempts - 1, "first_attempt_at": first, "next_attempt_at": now}
        settle(email, lease, now=now, state=State.PENDING, last_error=failure.text, **burnt_nothing)
    elif failure.verdict is Verdict.PERMANENT or email.is_exhausted(now):
        settle(email, lease, now=now, state=State.FAILED, last_error=failure.text)
        if failure.verdict is Verdict.PERMANENT:
            note_answer()
    else:
        wait = max(email.delay() * random.uniform(1 - JITTER, 1 + JITTER), failure.retry_after or timedelta())  # noqa: S311  # no secret
        settle(email, lease, now=now, state=State.PENDING, last_error=failure.text, next_attempt_at=now + wait)
    if failure.verdict is Verdict.TRANSIENT and failure.of_provider:
        note_failure(failure, now=now)


@transaction.atomic
def refuse(email: Email, lease: datetime, state: Email.State, *, now: datetime) -> None:
    """Settle an email that is not owed any more; an event that nobody else is told of is owed to whoever comes next."""
    settle(email, lease, now=now, state=state)
    others = Email.objects.filter(event=email.event_id).exclude(state=State.CANCELLED)
    if email.event_id is not None and not others.exists():
        PlannedEvent.objects.filter(event=email.event_id).delete()


def settle(email: Email, lease: datetime, *, now: datetime, **changes: object) -> bool:
    """Give the claim back with these changes, unless the lease ran out and another sender took over."""
    mine = Email.objects.filter(pk=email.pk, state=State.SENDING, lease_until=lease)
    return bool(mine.update(lease_until=None, changed_at=now, **changes))


def send_again(email: Email, *, now: datetime) -> bool:
    """Owe a failed email once more, from its first attempt; False if it had not failed."""
    given_up = Email.objects.filter(pk=email.pk, state=State.FAILED)
    return bool(given_up.update(state=State.PENDING, changed_at=now, **afresh(now)))


def dismiss(email: Email, *, by: str, now: datetime) -> bool:
    """Leave a missed or failed email unsent, as somebody decided; False if it was neither."""
    given_up = Email.objects.filter(pk=email.pk, state__in=(State.FAILED, State.MISSED))
    return bool(given_up.update(state=State.DISMISSED, changed_at=now, last_error=f"dismissed by {by}"))


# --- The outbox as a whole ---------------------------------------------------------------------


def pause(*, by: str, reason: str, now: datetime) -> bool:
    """Send nothing until somebody resumes; False if it was paused already. `by` is empty for Catalog itself."""
    Outbox.current()
    paused = Outbox.objects.filter(paused_at=None).update(paused_at=now, paused_by=by, pause_reason=reason)
    if paused:
        logger.error("outbox_paused by=%s reason=%s", by or "catalog", reason)
    return bool(paused)


@transaction.atomic
def resume(*, now: datetime) -> bool:
    """Send again what waits; False if it was not paused. The pause does not count against anybody's attempts."""
    outbox = Outbox.current()
    paused = Outbox.objects.filter(paused_at=outbox.paused_at).exclude(paused_at=None)
    fresh = {"paused_at": None, "paused_by": "", "pause_reason": "", "failing_since": None, "held_until": None}
    if not paused.update(**fresh) or outbox.paused_at is None:
        return False
    tried = Email.objects.unsettled().exclude(first_attempt_at=None)
    tried.update(first_attempt_at=F("first_attempt_at") + max(now - outbox.paused_at, timedelta()))
    return True


def note_failure(failure: Failure, *, now: datetime) -> None:
    """Remember since when the provider fails, and until when it asked to be left alone."""
    Outbox.current()
    since = Case(When(failing_since__lte=now, then=F("failing_since")), default=Value(now))
    Outbox.objects.update(failing_since=since, last_failure=failure.text)
    if failure.retry_after:
        until = now + failure.retry_after
        shorter = Q(held_until=None) | Q(held_until__lt=until) | Q(held_until__gt=now + LATEST)
        Outbox.objects.filter(shorter).update(held_until=until)


def note_answer() -> None:
    """The provider works: it took an email, or turned one away for what it was."""
    Outbox.objects.exclude(failing_since=None).update(failing_since=None)
