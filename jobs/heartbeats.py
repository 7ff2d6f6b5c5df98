"""When each process that does jobs was last seen alive, and the lease of the sweep. Rows, which outlive the broker."""

import logging
from datetime import datetime, timedelta

from django.db import Error, connection
from django.db.models import Q

from jobs.leases import MAX_CLOCK_SKEW
from jobs.models import Heartbeat

Part = Heartbeat.Part

logger = logging.getLogger(__name__)

SWEEP_LEASE = timedelta(minutes=2)  # a sweep extends it after every page, which takes well under a second
FULL_SWEEP_INTERVAL = timedelta(hours=1)  # how late a notice may be at the worst, should its check not be scheduled
WORKER_KEPT = timedelta(days=1)  # after its last sign of life: a container's name never comes back


def beat(part: Heartbeat.Part, *, now: datetime, name: str = "") -> None:
    """Note that this part is alive."""
    Heartbeat.objects.update_or_create(part=part, name=name, defaults={"at": now})


def try_beat(part: Heartbeat.Part, *, now: datetime, name: str = "") -> None:
    """The same for a process that must go on although the database is away."""
    try:
        beat(part, now=now, name=name)
    except Error:
        logger.warning("heartbeat_not_noted part=%s", part.value, exc_info=True)
        connection.close()


def forget_workers(now: datetime) -> int:
    """Forget those that have gone, and those noted by a clock ahead of ours: whoever lives is back within seconds."""
    wrong = Q(at__lt=now - WORKER_KEPT) | Q(at__gt=now + MAX_CLOCK_SKEW)
    gone, _ = Heartbeat.objects.filter(wrong, part=Part.WORKER).delete()
    return gone


def claim_sweep(now: datetime) -> bool:
    """Whether this process may sweep now; nobody else may until it ends, or its lease runs out.

    A lease that ends later than any that begins now was given by a wrong clock, and is void.
    """
    row, new = Heartbeat.objects.get_or_create(
        part=Part.SWEEP, name="", defaults={"at": now, "busy_until": now + SWEEP_LEASE}
    )
    free = Q(busy_until=None) | Q(busy_until__lte=now) | Q(busy_until__gt=now + SWEEP_LEASE + MAX_CLOCK_SKEW)
    return new or bool(Heartbeat.objects.filter(free, pk=row.pk).update(busy_until=now + SWEEP_LEASE))


def renew_sweep(now: datetime) -> None:
    """Hold the sweep for another lease from now; also the sign of life of a sweep that did its work."""
    Heartbeat.objects.filter(part=Part.SWEEP).update(at=now, busy_until=now + SWEEP_LEASE)


def release_sweep() -> None:
    """Let the next one sweep."""
    Heartbeat.objects.filter(part=Part.SWEEP).update(busy_until=None)


def full_sweep_is_due(now: datetime) -> bool:
    """Whether no sweep checked every token within the hour. One in the future was noted by a clock that was wrong."""
    recent = Heartbeat.objects.filter(
        part=Part.SWEEP, everything_at__gt=now - FULL_SWEEP_INTERVAL, everything_at__lte=now
    )
    return not recent.exists()


def note_full_sweep(now: datetime) -> None:
    """Note that a sweep checked every token."""
    Heartbeat.objects.filter(part=Part.SWEEP).update(everything_at=now)
