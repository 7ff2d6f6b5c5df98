"""Whether beat, the workers and the sweep have shown a sign of life lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from jobs import queues
from jobs.leases import MAX_CLOCK_SKEW
from jobs.models import Heartbeat

Part = Heartbeat.Part

MAX_CRON_INTERVAL = timedelta(minutes=15)  # at which cron calls `send_due_emails`
MAX_SILENT_INTERVALS = 2  # without a sign of life


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str  # a short sentence for an operator


def checks(now: datetime) -> list[Check]:
    """One for each process that has to be alive for jobs to be done in time."""
    if settings.EMAIL_JOBS == "cron":
        return [check(Part.SWEEP, MAX_CRON_INTERVAL, now)]
    heartbeat, sweep = timedelta(seconds=settings.HEARTBEAT_INTERVAL), timedelta(seconds=settings.SWEEP_INTERVAL)
    workers = [worker_check(queue, heartbeat, now) for queue in queues.required()]
    return [check(Part.BEAT, heartbeat, now), *workers, check(Part.SWEEP, sweep, now)]


def worker_check(queue: str, interval: timedelta, now: datetime) -> Check:
    """Whether any worker serves this queue, be it with a process of its own or with one for all."""
    return check(Part.WORKER, interval, now, prefix=f"{queue}@", label=queues.worker_of(queue))


def check(part: Heartbeat.Part, interval: timedelta, now: datetime, *, prefix: str = "", label: str = "") -> Check:
    """Whether this part (of workers: any whose name begins with `prefix`) was seen within two intervals.

    One that was seen in the future has a wrong clock, or we have.
    """
    label = label or part.value
    last = Heartbeat.objects.filter(part=part, name__startswith=prefix).order_by("-at").first()
    if last is None:
        return Check(label, ok=False, detail="not seen yet")
    if last.at > now + MAX_CLOCK_SKEW:
        whose = f" ({last.name})" if last.name else ""
        return Check(label, ok=False, detail=f"its clock is {age(last.at - now)} ahead{whose}")
    return Check(label, ok=now - last.at <= MAX_SILENT_INTERVALS * interval, detail=f"seen {age(now - last.at)} ago")


def age(span: timedelta) -> str:
    """`42 s`, `7 min`, `3 h` or `2 days`."""
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
