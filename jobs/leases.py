"""Rows that are jobs: claimed by one process alone, for as long as its lease lasts, and taken over when it has died.

Nothing is locked while the work is done. A lease or a delay that no right clock can have given is void (decision 0020).
"""

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar, cast

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

MAX_CLOCK_SKEW = timedelta(minutes=2)  # between two hosts; beyond that the clock of one of them is wrong
JITTER = 0.2  # of a delay, to either side
MAX_ROWS_PER_CLAIM = 20  # that it tries when others are faster

Row = TypeVar("Row", bound="LeasedRow")


class LeasedQuerySet(models.QuerySet[Row]):
    def due(self, now: datetime) -> Self:
        """Waiting rows whose time has come, and claimed ones whose holder seems dead; oldest first.

        Also those that would wait for longer than any can: a clock was ahead that is right again (decision 0020).
        """
        row = self.model
        end = now + MAX_CLOCK_SKEW  # a run claims until then at the latest, and has to get what it is given here
        untried, far = Q(attempts=0), Q(next_attempt_at__gt=row.latest_attempt(end))
        waiting = Q(state__in=row.WAITING) & (Q(next_attempt_at__lte=now) | untried | far)
        run_out = Q(lease_until__lte=now) | Q(lease_until__gt=row.latest_lease_end(end))
        return self.filter(waiting | Q(state=row.HELD) & run_out).order_by("next_attempt_at", "pk")

    def claim(self, now: datetime) -> Row | None:
        """Take the first of these rows that is due, for this process alone; None when there is none.

        In the order of this queryset, if it has one. A condition on other rows ("no other of this source") needs a
        unique constraint beside it, for two claims at once do not see each other: a row that it refuses is left out.
        The attempt counts from here, so that a row that kills its holders ends, too.
        """
        due = self.due(now).order_by(*(self.query.order_by or ("next_attempt_at", "pk")))
        lease = now + self.model.lease()
        changes = {"state": self.model.HELD, "lease_until": lease, "attempts": F("attempts") + 1}
        for pk in list(due.values_list("pk", flat=True)[:MAX_ROWS_PER_CLAIM]):
            try:
                with transaction.atomic(durable=True):
                    taken = due.filter(pk=pk).update(**changes)
            except IntegrityError:
                continue
            if taken:  # and not taken over, should this process have slept since
                return cast("Row | None", self.model.objects.held(pk, lease).first())
        return None

    def held(self, pk: Any, lease: datetime | None) -> Self:
        """This row, if it is held under this very lease."""
        return self.filter(pk=pk, state=self.model.HELD, lease_until=lease)


class LeasedRow(models.Model):
    """One row is a job. A subclass says in which states it waits and is held, and for how long."""

    WAITING: ClassVar[Collection[str]]  # states in which anybody may claim it
    HELD: ClassVar[str]  # the state in which somebody works on it
    FIRST_DELAY: ClassVar[timedelta]  # after the first attempt
    LONGEST_DELAY: ClassVar[timedelta]
    FACTOR: ClassVar[int] = 2  # from one delay to the next

    state = models.CharField(max_length=20)
    attempts = models.PositiveSmallIntegerField(default=0)  # claims; which of them count against it is its own affair
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)

    objects: Any  # of a LeasedQuerySet, which each subclass names

    class Meta:
        abstract = True

    @classmethod
    def lease(cls) -> timedelta:
        """How long a claim lasts unless it is renewed; longer than its holder can go without renewing it."""
        raise NotImplementedError

    @classmethod
    def latest_lease_end(cls, now: datetime) -> datetime:
        """The latest end that a lease can have now, whatever the clock of its holder says."""
        return now + cls.lease() + MAX_CLOCK_SKEW

    @classmethod
    def latest_attempt(cls, now: datetime) -> datetime:
        """The latest `next_attempt_at` that a row can have now, whatever the clock of its last holder said."""
        return now + cls.LONGEST_DELAY * (1 + JITTER) + MAX_CLOCK_SKEW

    def renew(self, *, now: datetime, **changes: object) -> bool:
        """Hold the row for another lease; False if it ran out and somebody took over: then stop, and write nothing.

        `changes` are written with it (how far the work is). A thread that holds a row has to end before it is settled.
        """
        lease = now + self.lease()
        if not type(self).objects.held(self.pk, self.lease_until).update(lease_until=lease, **changes):
            return False
        self.lease_until = lease
        return True

    def settle(self, *, state: str, **changes: object) -> bool:
        """Give the row back in this state; False if the lease ran out and somebody else took over.

        As the last statement of the transaction that writes what the work made, which has to be rolled back then: so
        the work is done once, whoever dies.
        """
        held = type(self).objects.held(self.pk, self.lease_until)
        if not held.update(lease_until=None, state=state, **changes):
            return False
        self.state, self.lease_until = state, None
        return True

    def delay(self) -> timedelta:
        """How long to wait after this many attempts: each delay is FACTOR times the one before, up to the longest."""
        delay = self.FIRST_DELAY
        for _ in range(1, self.attempts):
            if delay >= self.LONGEST_DELAY:
                break
            delay *= self.FACTOR
        return min(delay, self.LONGEST_DELAY)

    def backoff(self) -> timedelta:
        """The same, a fifth more or less, so that what failed together does not come back together."""
        return self.delay() * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret


def leased_exactly_while(state: str, *, name: str) -> models.CheckConstraint:
    """The constraint of a leased row: a lease in this state, and never else."""
    return models.CheckConstraint(
        condition=Q(state=state, lease_until__isnull=False) | (~Q(state=state) & Q(lease_until=None)), name=name
    )
