"""Whether mail gets out, as facts that /readyz, /metrics and the Email delivery page share."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from jobs import liveness
from jobs.liveness import Check, age
from notifications.models import Email, Outbox

MAX_DELAY = timedelta(minutes=10)  # after its time, for which an email may still be unsent


def checks(now: datetime) -> list[Check]:
    """Everything that has to be well for emails to leave in time."""
    outbox = Outbox.objects.first() or Outbox()
    return [*liveness.checks(now), provider_check(outbox, now), outbox_check(now), missed_check()]


def provider_check(outbox: Outbox, now: datetime) -> Check:
    if outbox.paused_at:
        who = outbox.paused_by or "Catalog itself"
        since = age(now - outbox.paused_at)
        return Check("provider", ok=False, detail=f"paused by {who} {since} ago: {outbox.pause_reason}")
    if outbox.failing_since and Email.objects.unsettled().exists():  # else nobody can know whether it still fails
        failing = now - outbox.failing_since
        bearable = failing.total_seconds() <= settings.HEARTBEAT_INTERVAL
        return Check("provider", ok=bearable, detail=f"failing for {age(failing)}: {outbox.last_failure}")
    return Check("provider", ok=True, detail="takes mail")


def outbox_check(now: datetime) -> Check:
    """Whether emails wait although their time has come; one that failed and waits for its next attempt is not late."""
    due = Email.objects.unsettled().filter(next_attempt_at__lt=now - MAX_DELAY)
    oldest = oldest_waiting(now)
    detail = f"the oldest email waits for {age(oldest)}" if oldest else "empty"
    return Check("outbox", ok=not due.exists(), detail=detail)


def oldest_waiting(now: datetime) -> timedelta:
    """How long the oldest email that is not settled has been owed; zero if nothing waits."""
    owed = Email.objects.unsettled().aggregate(at=Min("owed_at"))["at"]
    return max(now - owed, timedelta()) if owed else timedelta()


def missed_check() -> Check:
    """Whether nobody was told of some expiry in time; red until an operator dismisses those emails."""
    count = Email.objects.filter(state=Email.State.MISSED).count()
    return Check("missed", ok=not count, detail=f"{count} never sent" if count else "none")
