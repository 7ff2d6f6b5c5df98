"""What passes between the site and a language model: counted on the job before it is sent, and kept as it was.

An administrator of an account can read every byte that a model got of their catalog, for ASSISTANT_TRACE_DAYS.
"""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import Account
from assistant import queue
from assistant.errors import LeaseLost
from assistant.models import Job, ModelCall, Spend

ROWS_PER_DELETE = 1_000


def begin(job: Job, request: str, *, now: datetime) -> ModelCall:
    """Before a request leaves. Raises LeaseLost: then it must not.

    The row is not stored when nothing is to be kept; `end` knows.
    """
    job.requests += 1
    call = ModelCall(job=job, number=job.requests, at=now, milliseconds=0, outcome="sent", request=request)
    with transaction.atomic():
        if not count(job):
            raise LeaseLost
        if settings.ASSISTANT_TRACE_DAYS:
            call.save()
        if job.requests == 1:
            note_spend(job, now, questions=1)
    return call


def end(call: ModelCall, *, outcome: str, response: str, tokens: tuple[int, int], now: datetime) -> None:
    """When the answer is there, or none came. `tokens` were read and written.

    The account has spent them whatever became of the job meanwhile. Raises LeaseLost after that.
    """
    job, (read, written) = call.job, tokens
    cost, took = cost_micros(read, written), max(round((now - call.at) / timedelta(milliseconds=1)), 0)
    job.model_ms += took
    job.tokens_in += read
    job.tokens_out += written
    job.cost_micros += cost
    with transaction.atomic():
        kept = ModelCall.objects.filter(pk=call.pk)  # gone with the job, if somebody deleted that
        kept.update(outcome=outcome, response=response, milliseconds=took, tokens_in=read, tokens_out=written)
        is_held = count(job)
        note_spend(job, now, tokens_in=read, tokens_out=written, cost_micros=cost)
    if not is_held:
        raise LeaseLost


def count(job: Job) -> bool:
    """Write down what the job has taken so far, should this process die; False if somebody else has it."""
    return bool(Job.objects.held(job.pk, job.lease_until).update(**queue.spent(job)))


def note_spend(job: Job, now: datetime, **taken: int) -> None:
    """Add this to what the account took of models today."""
    row = {"account_id": job.account_id, "date": day_of(now)}
    more = {name: F(name) + number for name, number in taken.items()}
    if not Spend.objects.filter(**row).update(**more):
        Spend.objects.bulk_create([Spend(**row)], ignore_conflicts=True)
        Spend.objects.filter(**row).update(**more)


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()


def cost_micros(tokens_in: int, tokens_out: int) -> int:
    """Millionths of the operator's currency: the prices are those of a million tokens."""
    return round(tokens_in * settings.ASSISTANT_PRICE_IN + tokens_out * settings.ASSISTANT_PRICE_OUT)


def is_spent(account: Account, *, now: datetime) -> bool:
    """Whether the account has had its tokens of this day of UTC."""
    if not settings.ASSISTANT_TOKENS_PER_DAY:
        return False
    today = Spend.objects.filter(account=account, date=day_of(now))
    used = today.values_list(F("tokens_in") + F("tokens_out"), flat=True).first()
    return (used or 0) >= settings.ASSISTANT_TOKENS_PER_DAY


def forget_old(now: datetime) -> int:
    """Delete exchanges that are older than ASSISTANT_TRACE_DAYS; returns how many. ROWS_PER_DELETE in a transaction."""
    before, gone = now - timedelta(days=settings.ASSISTANT_TRACE_DAYS), 0
    while True:
        old = ModelCall.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)
        deleted, _ = ModelCall.objects.filter(pk__in=list(old[:ROWS_PER_DELETE])).delete()
        gone += deleted
        if deleted < ROWS_PER_DELETE:
            return gone
