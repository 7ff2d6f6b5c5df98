"""A provider that fails, and what bounds it: the question is answered without it, and it is left alone."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import SYSTEM
from assistant import services
from assistant.answering import answer_next
from assistant.errors import LeaseLost
from assistant.models import Breaker, Job, ModelCall
from tests.assistant.standin import Raw, Status, call
from tests.assistant.writers.asking import GOOD, QUESTION, why_not, written
from tests.factories import ConversationFactory, JobFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_too_many_requests_are_followed_by_none_for_as_long_as_it_asks(shop, model):
    model.in_turn(Status(429, {"Retry-After": "70"}))
    assert "cannot be reached" in why_not(shop)
    row = Breaker.objects.get()
    assert row.open_until
    assert 60 < (row.open_until - row.changed_at).total_seconds() <= 70
    assert "cannot be reached" in why_not(shop)
    assert len(model.asked) == 1


def test_a_provider_that_is_away_costs_one_request(shop, model):
    model.in_turn(Status(503))
    why_not(shop)
    why_not(shop)
    assert len(model.asked) == 1
    assert ModelCall.objects.get().outcome == "503"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_sent_again(shop, model, settings, status):
    model.in_turn(Status(status))
    why_not(shop)
    why_not(shop)
    assert len(model.asked) == 1
    settings.ASSISTANT_API_KEY = "another"
    model.in_turn(GOOD)
    assert written(shop).writer == "model"


def test_a_provider_that_says_nothing_in_time_is_left(shop, model, settings):
    settings.ASSISTANT_TIMEOUT = 1
    model.in_turn(Raw(b"          ", seconds=0.4))  # each byte comes in time, the answer does not
    assert "took too long" in why_not(shop)
    assert ModelCall.objects.get().outcome == "timeout"
    assert Breaker.objects.get().open_until


def test_an_attempt_ends_by_its_deadline(shop, model):
    model.in_turn(Raw(b" " * 50, seconds=0.4))
    assert "took too long" in why_not(shop, seconds=4.0)


@pytest.mark.parametrize(
    "raw", [Raw(b'{"id": "x", "cho', promised=4_000), Raw(b'{"id": "x", "cho'), Raw(b"<html>hotel</html>"), Raw(b"[]")]
)
def test_half_an_answer_is_none(shop, model, raw):
    model.in_turn(raw)
    why_not(shop)
    assert len(model.asked) == 1


def test_an_answer_that_is_too_large_is_not_read_to_its_end(shop, model):
    model.in_turn(Raw(b" " * 300_000))
    assert "did not stand up" in why_not(shop)
    assert ModelCall.objects.get().outcome == "too_large"


def test_a_redirect_is_not_followed(shop, model):
    model.in_turn(Status(307, {"Location": f"{model.address}/elsewhere"}))
    why_not(shop)
    assert (len(model.asked), model.elsewhere) == (1, 0)


def test_an_account_that_has_used_up_its_day_asks_nobody(shop, model, settings):
    settings.ASSISTANT_TOKENS_PER_DAY = 1
    model.in_turn(GOOD)
    written(shop)
    assert "for today" in why_not(shop)
    assert len(model.asked) == 1


def test_whoever_lost_the_job_sends_and_writes_nothing_more(shop, model):
    def lose(_):
        try:
            Job.objects.update(lease_until=timezone.now())
        finally:
            connection.close()
        return call("search_assets", words="revenue")

    model.thinks = lose
    with pytest.raises(LeaseLost):
        written(shop)
    assert len(model.asked) == 1


def test_a_model_that_never_stops_asking_is_stopped(shop, model):
    model.in_turn(call("search_assets", words="revenue"))
    assert "would have taken more" in why_not(shop)
    assert len(model.asked) == 6


def test_tools_are_called_ten_times_at_most(shop, model):
    many = call("search_assets", words="revenue").tools * 4
    model.thinks = lambda _: type(GOOD)(many)
    assert "would have taken more" in why_not(shop)
    assert ModelCall.objects.count() <= 4


def test_an_answer_that_leans_on_too_many_tokens_is_none(shop, model, settings):
    settings.ASSISTANT_TOKENS_PER_JOB = 1_000
    model.in_turn(GOOD)
    assert "would have taken more" in why_not(shop)
    assert Job.objects.get().tokens_in > 1_000


# --- The whole of it ---


def asked(account) -> Job:
    user = UserFactory.create(account=account)
    JobFactory.create(conversation=ConversationFactory.create(user=user), question=QUESTION, created_at=timezone.now())
    assert answer_next(timezone.now())
    return Job.objects.latest("created_at")


def test_only_an_account_that_allows_it_is_read_to_the_model(shop, model):
    model.in_turn(GOOD)
    assert asked(shop).writer == "extract"
    assert model.asked == []
    services.allow_model(shop, by=SYSTEM, now=timezone.now())
    job = asked(shop)
    assert (job.state, job.writer, job.requests) == ("COMPLETED", "model", 1)
    assert [one.name for one in job.citations.all()] == ["revenue_daily"]


def test_a_model_that_is_away_fails_no_question_and_the_last_line_says_why(shop, model):
    services.allow_model(shop, by=SYSTEM, now=timezone.now())
    model.in_turn(Status(503))
    job = asked(shop)
    assert (job.state, job.writer, job.attempts) == ("COMPLETED", "extract", 1)
    assert job.answer.splitlines()[-1] == f"*{job.because}*"
    assert "cannot be reached" in job.because
