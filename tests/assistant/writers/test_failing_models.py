"""A provider that fails, and what bounds it: the question is answered without it, and it is left alone."""

import json
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import SYSTEM
from assistant import services
from assistant.answering import answer_next
from assistant.breaker import note_failure
from assistant.errors import LeaseLost, NoDraft
from assistant.models import Breaker, Job, ModelCall
from tests.assistant.standin import Raw, Status, answer, call, completion
from tests.assistant.writers.asking import GOOD, QUESTION, claimed, why_not, written
from tests.factories import ConversationFactory, JobFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_too_many_requests_are_followed_by_none_for_as_long_as_it_asks(shop, model):
    model.in_turn(Status(429, {"Retry-After": "70"}))
    assert "is not available" in why_not(shop)
    row = Breaker.objects.get()
    assert row.open_until
    assert 60 < (row.open_until - row.changed_at).total_seconds() <= 70
    assert "is not available" in why_not(shop)
    assert len(model.asked) == 1


def test_a_provider_that_is_away_costs_one_request(shop, model):
    model.in_turn(Status(503))
    why_not(shop)
    why_not(shop)
    assert len(model.asked) == 1
    assert ModelCall.objects.get().outcome == "503"


def error(said: str) -> bytes:
    return json.dumps({"error": {"message": said, "type": "no", "metadata": {"provider": "x"}}}).encode()


@pytest.mark.parametrize("refusal", [Status(401, body=error("flagged")), Status(403, body=error("Not your model."))])
def test_a_refused_key_is_not_sent_again(shop, model, settings, refusal):
    model.in_turn(refusal)
    assert "is not available" in why_not(shop)
    why_not(shop)
    assert len(model.asked) == 1
    settings.ASSISTANT_API_KEY = "another"
    model.in_turn(GOOD)
    assert written(shop).writer == "model"


MODERATED = {"code": 403, "message": "no", "metadata": {"reasons": ["violence"], "flagged_input": "x"}}


@pytest.mark.parametrize(
    "refusal",
    [
        Status(403, body=json.dumps({"error": MODERATED}).encode()),
        Status(403, body=error("Blocked by a content policy.")),
        Status(400, body=error("The response was filtered by the content filter.")),
    ],
)
def test_one_question_whose_words_are_refused_closes_the_provider_to_no_other(shop, model, caplog, refusal):
    model.in_turn(refusal, GOOD)
    assert "did not accept the question" in why_not(shop)
    assert written(shop).writer == "model"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


NO_CREDIT = b'{"error": {"code": "insufficient_quota"}}'


@pytest.mark.parametrize(
    "fault", [Status(402), Status(404), Status(307, {"Location": "/"}), Status(429, body=NO_CREDIT)]
)
def test_what_operators_have_to_mend_they_are_told_and_it_is_left_alone_meanwhile(shop, model, caplog, fault):
    model.in_turn(fault)
    assert "is not available" in why_not(shop)
    why_not(shop)
    assert len(model.asked) == 1
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == [
        f"assistant_model_away provider={model.address[7:]} why={fault.code} seconds=30"
    ]
    row = Breaker.objects.get()
    assert (row.reason, row.configuration) == (str(fault.code), "")
    assert row.open_until


def test_a_request_that_is_refused_for_its_form_is_told_as_that(shop, model, caplog):
    model.in_turn(Status(400))
    assert "did not accept the question" in why_not(shop)
    assert "assistant_model_rejected" in caplog.text
    assert not Breaker.objects.exists()


def test_a_provider_that_answers_is_well_whatever_its_answer_is_worth(shop, model):
    model.in_turn(Status(503), answer("Take fct_invented."))
    why_not(shop)
    Breaker.objects.update(open_until=timezone.now(), changed_at=timezone.now())
    assert "did not stand up" in why_not(shop)
    row = Breaker.objects.get()
    assert (row.open_until, row.wait, row.reason) == (None, 0, "")


def test_nothing_leaves_any_more_once_the_provider_is_left_alone(shop, model):
    def shut(_):
        try:
            note_failure("503", began=timezone.now(), now=timezone.now())
        finally:
            connection.close()
        return call("search_assets", words="revenue")

    model.thinks = shut
    assert "is not available" in why_not(shop)
    assert len(model.asked) == 1


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


def test_an_answer_that_nobody_can_unfold_is_none(shop, model):
    model.in_turn(Raw(b"[" * 100_000))
    assert "did not stand up" in why_not(shop)


@pytest.mark.parametrize("number", ["1e999", "9" * 50])
def test_no_count_that_a_provider_makes_up_fails_the_question(shop, model, number):
    model.in_turn(Raw(completion(GOOD, "").replace(b'"prompt_tokens": 0', f'"prompt_tokens": {number}'.encode())))
    with suppress(NoDraft):
        assert written(shop).writer == "model"
    assert 0 <= Job.objects.get().tokens_in <= 1_000_000


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


@pytest.mark.parametrize("taken", [{"requests": 6}, {"tokens_in": 24_000}, {"tokens_out": 1_500}, {"model_ms": 58_000}])
def test_what_earlier_attempts_took_is_of_the_job(shop, model, taken):
    job = claimed(shop)
    for name, number in taken.items():
        setattr(job, name, number)
    assert "would have taken more" in why_not(shop, job=job)
    assert model.asked == []


def test_so_are_the_tools_that_they_called_and_what_may_still_be_written(shop, model):
    job = claimed(shop)
    job.tool_calls, job.tokens_out = 9, 1_200
    model.in_turn(call("search_assets", words="revenue"))
    assert "would have taken more" in why_not(shop, job=job)
    assert [request["max_completion_tokens"] for request in model.asked] == [300, 300]
    assert Job.objects.get().tool_calls == 10


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
    assert "is not available" in job.because
