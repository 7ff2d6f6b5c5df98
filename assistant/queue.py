"""The rows as a queue: who works at which job, and how it ends. Whoever lost the lease of a job changes nothing.

Nothing here is undone by the death of a worker: the lease runs out, and another one takes over.
"""

from datetime import datetime

from django.db.models import Case, F, Q, Value, When

from accounts.models import Account
from assistant.errors import LeaseLost
from assistant.models import LIFETIME, MAX_ATTEMPTS, MAX_LINE, Job
from jobs.leases import MAX_CLOCK_SKEW

State = Job.State

GIVEN_UP = (
    "This question could not be answered here: please ask it again in a few minutes, "
    "and tell whoever runs this Catalog if that does not help."
)
# Columns that a writer counts on.
SPENT = ("model", "prompt", "requests", "tool_calls", "model_ms", "tokens_in", "tokens_out", "cost_micros")


def claim(now: datetime) -> Job | None:
    """Take the job whose turn it is, for this process alone; None when there is none. Counts the attempt.

    Fair by account, one of a conversation at a time; two that take jobs of one conversation at once are told apart by
    a unique index.
    """
    settle_over(now)
    return Job.objects.filter(attempts__lt=MAX_ATTEMPTS, expires_at__gt=now).fairly().claim(now)


def go_on(job: Job, step: str, *, now: datetime) -> None:
    """Before each step of an attempt: hold the job for another lease, say what is done, and keep what was counted.

    `step` is a short phrase of ours with counts at most: no word of the question. Raises LeaseLost.
    """
    if not job.renew(now=now, step=step, **spent(job)):
        raise LeaseLost
    job.step = step


def complete(job: Job, *, now: datetime, **columns: object) -> None:
    """The last statement of the transaction that writes the answer, which LeaseLost rolls back."""
    if not job.settle(state=State.COMPLETED, finished_at=now, step="", error="", **spent(job), **columns):
        raise LeaseLost


def fail(job: Job, error: str, *, now: datetime) -> bool:
    """End an attempt that failed: another one follows, unless it was the last. False if somebody else has the job."""
    columns: dict[str, object] = {"step": "", "error": error[:MAX_LINE], **spent(job)}
    if job.attempts >= MAX_ATTEMPTS:
        return job.settle(state=State.RETRIES_EXHAUSTED, finished_at=now, answer=GIVEN_UP, **columns)
    return job.settle(state=State.FAILED, next_attempt_at=now + job.backoff(), **columns)


def spent(job: Job) -> dict[str, object]:
    """What a model took so far, as the writer counted it on the row: stored whatever came of it."""
    return {name: getattr(job, name) for name in SPENT}


def settle_over(now: datetime, *, account: Account | None = None) -> int:
    """End what nobody ends: jobs past `expires_at`, and those whose last attempt died; returns how many.

    Also of a job that somebody works at: they find that the lease is gone. One that would last for longer than any can,
    for it was asked by a clock that was ahead, has its time from now on (decision 0020).
    """
    jobs = Job.objects.unfinished()
    if account is not None:
        jobs = jobs.filter(account=account)
    jobs.filter(expires_at__gt=now + LIFETIME + MAX_CLOCK_SKEW).update(expires_at=now + LIFETIME)
    last = Q(state=State.ACTIVE, attempts__gte=MAX_ATTEMPTS)
    far = Q(lease_until__gt=Job.latest_lease_end(now + MAX_CLOCK_SKEW))  # as `due` tells that its clock was ahead
    return jobs.filter(Q(expires_at__lte=now) | last & (Q(lease_until__lte=now) | far)).update(
        state=State.RETRIES_EXHAUSTED,
        lease_until=None,
        finished_at=now,
        step="",
        answer=GIVEN_UP,
        error=Case(When(error="", then=Value("nobody ended it in time")), default=F("error")),
    )
