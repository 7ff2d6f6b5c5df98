"""Sends the outbox: claims an email, sends it outside any transaction, and records what came of it.

May run in any number of processes at once: whoever claims an email holds its lease until the answer is recorded.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from accounts import audit
from accounts.actors import SYSTEM, Actor
from notifications.claims import Claim, claim, next_page
from notifications.connections import Connection
from notifications.emails import message_for
from notifications.failures import Failure, Verdict, failure_of, pause_after, without_quotations
from notifications.models import Email, Outbox, PlannedEvent, afresh
from notifications.subjects.register import subject_of
from notifications.subjects.subject import Known

logger = logging.getLogger(__name__)
State = Email.State
DISMISSIBLE = (State.PENDING, State.FAILED, State.MISSED)

MAX_RUN_SECONDS = 25.0  # after which a run claims nothing more; the next one goes on


def send_emails(now: datetime, *, on_attempt: Callable[[bool], object] | None = None) -> int:
    """Send what is due, roughly oldest first, for as long as a run may take; returns how many were sent.

    `on_attempt` is called after each email with whether it was sent.
    """
    begun = time.monotonic()
    sent = 0
    with closing(Connection()) as provider:
        while page := next_page(now):
            known: Known = {}
            for email in page:
                passed = time.monotonic() - begun
                if passed > MAX_RUN_SECONDS:
                    return sent
                at = now + timedelta(seconds=passed)
                claimed = claim(email, at + Email.lease(), now=at)
                if claimed:
                    was_sent = deliver(claimed, provider, now=at, known=known)
                    sent += was_sent
                    if on_attempt:
                        on_attempt(was_sent)
                elif Outbox.current().is_held(at):
                    return sent
    return sent


def deliver(claimed: Claim, provider: Connection, *, now: datetime, known: Known) -> bool:
    """Send a claimed email, unless it is not owed any more, and record what came of it; False if it was not sent.

    `known` has what was read for other emails of the page, some seconds ago.
    """
    email, lease, subject = claimed.email, claimed.lease, subject_of(claimed.email)
    exhausted = State.FAILED if email.is_exhausted(now) else None
    try:
        facts = subject.facts(email, now=now, known=known)
        if not (refused := subject.refusal(email, facts, now=now) or exhausted):
            provider_id = provider.send(message_for(email, now=now, facts=facts), key=email.idempotency_key)
    except Exception as error:  # noqa: BLE001  # whatever a subject or a provider raises, the email stays in the outbox
        record_failure(email, lease, failure_for(email, error, now=now), now=now)
        return False
    if refused:
        refuse(email, lease, refused, now=now)
        return False
    if claimed.provider_fails:
        note_provider_works()
    return claimed.mark_sent(provider_id=provider_id, now=now)


def failure_for(email: Email, error: Exception, *, now: datetime) -> Failure:
    """What the exception means. Of an email with a secret nothing is kept that a server may have quoted."""
    failure = failure_of(error, now=now)
    return replace(failure, text=without_quotations(error)) if subject_of(email).is_secret else failure


def record_failure(email: Email, lease: datetime, failure: Failure, *, now: datetime) -> None:
    logger.warning("email_not_sent email=%s attempt=%s error=%s", email.pk, email.attempts, failure.text)
    if failure.verdict is Verdict.CONFIGURATION:
        pause(by=None, reason=failure.text, now=now)
        # As if it had not been tried: neither the attempt counts, nor the time for which the provider keeps the key.
        first = email.first_attempt_at if email.attempts > 1 else None
        untried = {"attempts": email.attempts - 1, "first_attempt_at": first, "next_attempt_at": now}
        settle(email, lease, now=now, state=State.PENDING, last_error=failure.text, **untried)
    elif failure.verdict is Verdict.PERMANENT or email.is_exhausted(now):
        settle(email, lease, now=now, state=State.FAILED, last_error=failure.text)
        if failure.verdict is Verdict.PERMANENT:
            note_provider_works()
    else:
        wait = max(email.backoff(), failure.retry_after or timedelta())
        settle(email, lease, now=now, state=State.PENDING, last_error=failure.text, next_attempt_at=now + wait)
    if failure.verdict is Verdict.TRANSIENT and failure.of_provider:
        note_provider_fails(failure, now=now)


@transaction.atomic
def refuse(email: Email, lease: datetime, state: Email.State, *, now: datetime) -> None:
    """Settle an email that is not owed any more; an event that nobody else is told of is owed to whoever comes next."""
    settle(email, lease, now=now, state=state)
    others = Email.objects.filter(event=email.event_id).exclude(state=State.CANCELLED)
    if email.event_id is not None and not others.exists():
        PlannedEvent.objects.filter(event=email.event_id).delete()


def settle(email: Email, lease: datetime, *, now: datetime, **changes: object) -> bool:
    """Give the claim back with these changes, unless the lease ran out and another sender took over."""
    return bool(Email.objects.held(email.pk, lease).update(lease_until=None, changed_at=now, **changes))


def send_again(emails: Iterable[Email], *, by: Actor | None, now: datetime) -> int:
    """Owe the failed ones among the emails once more, from their first attempt; returns how many there were."""
    changes = {"state": State.PENDING, "changed_at": now} | afresh(now)
    return give_another_state("send_again", emails, among=(State.FAILED,), changes=changes, by=by, now=now)


def dismiss(emails: Iterable[Email], *, by: Actor | None, now: datetime) -> int:
    """Leave the waiting, missed and failed ones among the emails unsent, as somebody decided; returns how many."""
    changes = {"state": State.DISMISSED, "changed_at": now, "last_error": f"dismissed by {(by or SYSTEM).name}"}
    return give_another_state("dismiss", emails, among=DISMISSIBLE, changes=changes, by=by, now=now)


@transaction.atomic
def give_another_state(
    operation: str,
    emails: Iterable[Email],
    *,
    among: Sequence[Email.State],
    changes: dict[str, Any],
    by: Actor | None,
    now: datetime,
) -> int:
    """Change those that are in one of these states, with one entry in the audit log for each account."""
    done: dict[int | None, list[Email]] = defaultdict(list)
    for email in emails:
        if Email.objects.filter(pk=email.pk, state__in=among).update(**changes):
            done[email.account_id].append(email)
    for account, changed in done.items():
        told = ", ".join(sorted({email.recipient.email for email in changed}))
        ids = [email.pk for email in changed]
        audit.record(operation, kind="email", ids=ids, by=by, now=now, account=account, detail=told)
    return sum(len(changed) for changed in done.values())


# --- The outbox as a whole ---------------------------------------------------------------------


@transaction.atomic
def pause(*, by: Actor | None, reason: str, now: datetime) -> bool:
    """Send nothing until somebody resumes; False if it was paused already. `by` is None for Catalog itself."""
    Outbox.current()
    name = by.name if by else ""
    if not Outbox.objects.filter(paused_at=None).update(paused_at=now, paused_by=name, pause_reason=reason):
        return False
    audit.record("pause", kind="outbox", ids=[Outbox.ONLY], by=by, now=now, detail=reason)
    logger.error("outbox_paused by=%s reason=%s", name or "catalog", reason)
    return True


@transaction.atomic
def resume(*, by: Actor | None, now: datetime) -> bool:
    """Send again what waits; False if it was not paused. The pause does not count against anybody's attempts."""
    outbox = Outbox.current()
    paused = Outbox.objects.filter(paused_at=outbox.paused_at).exclude(paused_at=None)
    fresh = {"paused_at": None, "paused_by": "", "pause_reason": "", "failing_since": None, "held_until": None}
    if not paused.update(**fresh) or outbox.paused_at is None:
        return False
    tried = Email.objects.unsettled().exclude(first_attempt_at=None)
    tried.update(first_attempt_at=F("first_attempt_at") + max(now - outbox.paused_at, timedelta()))
    audit.record("resume", kind="outbox", ids=[Outbox.ONLY], by=by, now=now)
    return True


def note_provider_fails(failure: Failure, *, now: datetime) -> None:
    """Remember since when the provider fails, and until when no sender tries it.

    That is as long as it asked for; when it only said that there is too much mail, as long as it has failed already.
    """
    Outbox.current()
    since = Case(When(failing_since__lte=now, then=F("failing_since")), default=Value(now))
    Outbox.objects.update(failing_since=since, last_failure=failure.text)
    wait = failure.retry_after
    if not wait and failure.is_rate_limited:
        wait = pause_after(now - (Outbox.current().failing_since or now))
    if wait:
        until = now + wait
        shorter = Q(held_until=None) | Q(held_until__lt=until) | Q(held_until__gt=Email.latest_attempt(now))
        Outbox.objects.filter(shorter).update(held_until=until)


def note_provider_works() -> None:
    """Forget that it failed: it took an email, or turned one away for a reason that is the email's own."""
    Outbox.objects.exclude(failing_since=None).update(failing_since=None)
