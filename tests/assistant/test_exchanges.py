from datetime import timedelta

import pytest

from assistant import exchanges, queue, services
from assistant.errors import LeaseLost
from assistant.models import Conversation, Job, ModelCall, Spend
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    JobFactory.create()
    claimed = queue.claim(NOW)
    assert claimed
    return claimed


def exchange(job, *, tokens=(100, 10), at=NOW):
    call = exchanges.begin(job, '{"asked": 1}', now=at)
    exchanges.end(call, outcome="ok", response="said", tokens=tokens, now=at + timedelta(seconds=2))
    return call


def test_what_was_sent_and_answered_is_kept_as_it_was(job):
    exchange(job)
    call = ModelCall.objects.get()
    assert (call.number, call.outcome, call.milliseconds) == (1, "ok", 2_000)
    assert (call.request, call.response, call.tokens_in, call.tokens_out) == ('{"asked": 1}', "said", 100, 10)


def test_a_request_is_on_record_before_it_leaves(job):
    exchanges.begin(job, "asked", now=NOW)
    assert ModelCall.objects.get().outcome == "sent"
    assert Job.objects.get().requests == 1


def test_tokens_and_cost_are_counted_on_the_job_at_once(job, settings):
    settings.ASSISTANT_PRICE_IN, settings.ASSISTANT_PRICE_OUT = 0.5, 2.0
    exchange(job)
    exchange(job, tokens=(1_000_000, 500_000))
    kept = Job.objects.get()
    assert (kept.requests, kept.tokens_in, kept.tokens_out) == (2, 1_000_100, 500_010)
    assert kept.cost_micros == 1_500_000 + 70


def test_nothing_is_kept_but_counted_when_traces_are_off(job, settings):
    settings.ASSISTANT_TRACE_DAYS = 0
    exchange(job)
    assert not ModelCall.objects.exists()
    assert Job.objects.get().tokens_in == 100


def test_nothing_leaves_for_a_job_that_somebody_else_has(job):
    Job.objects.update(lease_until=NOW)
    with pytest.raises(LeaseLost):
        exchanges.begin(job, "asked", now=NOW)
    assert not ModelCall.objects.exists()


def test_an_account_has_its_tokens_of_one_day(job, settings, umbrella):
    settings.ASSISTANT_TOKENS_PER_DAY = 110
    assert not exchanges.is_spent(job.account, now=NOW)
    exchange(job)
    assert exchanges.is_spent(job.account, now=NOW)
    assert not exchanges.is_spent(umbrella, now=NOW)
    assert not exchanges.is_spent(job.account, now=NOW + timedelta(days=1))
    settings.ASSISTANT_TOKENS_PER_DAY = 0
    assert not exchanges.is_spent(job.account, now=NOW)


def test_what_was_spent_outlives_the_question(job, settings):
    settings.ASSISTANT_TOKENS_PER_DAY, settings.ASSISTANT_PRICE_IN = 110, 1.0
    exchange(job)
    exchange(job)
    Conversation.objects.all().delete()
    assert exchanges.is_spent(job.account, now=NOW)
    day = Spend.objects.get()
    assert (day.account, day.date, day.questions) == (job.account, NOW.date(), 1)
    assert (day.tokens_in, day.tokens_out, day.cost_micros, day.cost) == (200, 20, 200, 0.0002)


@pytest.mark.parametrize(
    "end", [lambda: services.cancel(Job.objects.all(), now=NOW), lambda: Job.objects.all().delete()]
)
def test_what_is_under_way_is_spent_whatever_becomes_of_the_job(job, end):
    call = exchanges.begin(job, "asked", now=NOW)
    end()
    with pytest.raises(LeaseLost):
        exchanges.end(call, outcome="ok", response="said", tokens=(100, 10), now=NOW + timedelta(days=1))
    assert [(one.date, one.tokens_in) for one in Spend.objects.order_by("date")] == [
        (NOW.date(), 0),
        (NOW.date() + timedelta(days=1), 100),
    ]


def test_exchanges_are_forgotten_after_their_days(job):
    exchange(job)
    assert exchanges.forget_old(NOW + timedelta(days=7)) == 0
    assert exchanges.forget_old(NOW + timedelta(days=7, seconds=1)) == 1
    assert not ModelCall.objects.exists()
