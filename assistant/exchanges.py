"""What passes between the site and a language model: counted on the job before it is sent, and kept as it was.

An administrator of an account can read every byte that a model got of their catalog, for ASSISTANT_TRACE_DAYS.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Sum

from accounts.models import Account
from assistant import queue
from assistant.errors import LeaseLost
from assistant.models import Job, ModelCall

ROWS_PER_DELETE = 1_000


def begin(job: Job, request: str, *, now: datetime) -> ModelCall:
    """Before a request leaves. Raises LeaseLost: then it must not.

    The row is not stored when nothing is to be kept; `end` knows.
    """
    job.requests += 1
    count(job)
    call = ModelCall(job=job, number=job.requests, at=now, milliseconds=0, outcome="sent", request=request)
    if settings.ASSISTANT_TRACE_DAYS:
        call.save()
    return call


def end(call: ModelCall, *, outcome: str, response: str, tokens: tuple[int, int], now: datetime) -> None:
    """When the answer is there, or none came. `tokens` were read and written. Raises LeaseLost."""
    call.outcome, call.response = outcome, response
    call.tokens_in, call.tokens_out = tokens
    call.milliseconds = max(round((now - call.at) / timedelta(milliseconds=1)), 0)
    if call.pk:
        call.save(update_fields=["outcome", "response", "tokens_in", "tokens_out", "milliseconds"])
    job = call.job
    job.tokens_in += call.tokens_in
    job.tokens_out += call.tokens_out
    job.cost_micros += cost_micros(call.tokens_in, call.tokens_out)
    count(job)


def count(job: Job) -> None:
    """Write down what the job has taken so far, should this process die. Raises LeaseLost."""
    if not Job.objects.held(job.pk, job.lease_until).update(**queue.spent(job)):
        raise LeaseLost


def cost_micros(tokens_in: int, tokens_out: int) -> int:
    """Millionths of the operator's currency: the prices are those of a million tokens."""
    return round(tokens_in * settings.ASSISTANT_PRICE_IN + tokens_out * settings.ASSISTANT_PRICE_OUT)


def is_spent(account: Account, *, now: datetime) -> bool:
    """Whether the account has had its tokens of this day of UTC."""
    if not settings.ASSISTANT_TOKENS_PER_DAY:
        return False
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = Job.objects.filter(account=account, created_at__gte=day)
    spent: int | None = of_day.aggregate(tokens=Sum(F("tokens_in") + F("tokens_out")))["tokens"]
    return (spent or 0) >= settings.ASSISTANT_TOKENS_PER_DAY


def forget_old(now: datetime) -> int:
    """Delete exchanges that are older than ASSISTANT_TRACE_DAYS; returns how many. ROWS_PER_DELETE in a transaction."""
    before, gone = now - timedelta(days=settings.ASSISTANT_TRACE_DAYS), 0
    while True:
        old = ModelCall.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)
        deleted, _ = ModelCall.objects.filter(pk__in=list(old[:ROWS_PER_DELETE])).delete()
        gone += deleted
        if deleted < ROWS_PER_DELETE:
            return gone
