"""Whether mail gets out, as facts that /readyz, /metrics and the Email delivery page share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from notifications.models import CLOCKS, Email, Heartbeat, Outbox

Part = Heartbeat.Part

CRON = timedelta(minutes=15)  # the longest interval at which cron may call `send_due_emails`
PATIENCE = 2  # intervals without a sign of life
LATE = timedelta(minutes=10)  # how long after its time an email may still be unsent


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str  # a short sentence for an operator


def checks(now: datetime) -> list[Check]:
    """Everything that has to be well for emails to leave in time."""
    outbox = Outbox.objects.first() or Outbox()
    rest = [provider(outbox, now), late(now), missed()]
    if settings.EMAIL_JOBS == "cron":
        return [seen(Part.SWEEP, CRON, now), *rest]
    heartbeat, sweep = timedelta(seconds=settings.HEARTBEAT_INTERVAL), timedelta(seconds=settings.SWEEP_INTERVAL)
    return [seen(Part.BEAT, heartbeat, now), seen(Part.WORKER, heartbeat, now), seen(Part.SWEEP, sweep, now), *rest]


def seen(part: Heartbeat.Part, interval: timedelta, now: datetime) -> Check:
    """Whether this part (for workers: any of them) showed a sign of life within two intervals, by a clock like ours."""
    last = Heartbeat.objects.filter(part=part).order_by("-at").first()
    if last is None:
        return Check(part.value, ok=False, detail="not seen yet")
    if last.at > now + CLOCKS:
        whose = f" ({last.name})" if last.name else ""
        return Check(part.value, ok=False, detail=f"its clock is {age(last.at - now)} ahead{whose}")
    return Check(part.value, ok=now - last.at <= PATIENCE * interval, detail=f"seen {age(now - last.at)} ago")


def provider(outbox: Outbox, now: datetime) -> Check:
    if outbox.paused_at:
        who = outbox.paused_by or "Catalog itself"
        since = age(now - outbox.paused_at)
        return Check("provider", ok=False, detail=f"paused by {who} {since} ago: {outbox.pause_reason}")
    if outbox.failing_since and Email.objects.unsettled().exists():  # else nobody can know whether it still fails
        failing = now - outbox.failing_since
        bearable = failing.total_seconds() <= settings.HEARTBEAT_INTERVAL
        return Check("provider", ok=bearable, detail=f"failing for {age(failing)}: {outbox.last_failure}")
    return Check("provider", ok=True, detail="takes mail")


def late(now: datetime) -> Check:
    """Whether emails wait although their time has come; one that failed and waits for its next attempt is not late."""
    due = Email.objects.unsettled().filter(next_attempt_at__lt=now - LATE)
    oldest = oldest_waiting(now)
    detail = f"the oldest email waits for {age(oldest)}" if oldest else "empty"
    return Check("outbox", ok=not due.exists(), detail=detail)


def oldest_waiting(now: datetime) -> timedelta:
    """How long the oldest email that is not settled has been owed; zero if nothing waits."""
    owed = Email.objects.unsettled().aggregate(at=Min("owed_at"))["at"]
    return max(now - owed, timedelta()) if owed else timedelta()


def missed() -> Check:
    """Red until an operator dismisses them."""
    count = Email.objects.filter(state=Email.State.MISSED).count()
    return Check("missed", ok=not count, detail=f"{count} never sent" if count else "none")


def age(span: timedelta) -> str:
    """`42 s`, `7 min`, `3 h` or `2 days`."""
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
