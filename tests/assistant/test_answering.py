"""One attempt, with a stand-in for what is found and what is written: what is stored, and what becomes of failures."""

import logging
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import IntegrityError

from assistant import answering, evidence, queue, services
from assistant.drafts import Cited, Draft, Evidence
from assistant.errors import LeaseLost, NoDraft
from assistant.models import Citation, Job
from assistant.writers import extract
from tests.factories import NOW, ConversationFactory, JobFactory

pytestmark = pytest.mark.django_db
State = Job.State
MARKER = "zebrafinch"  # stands in the question, the answer, and in what goes wrong


def found(account, question, *, before, now):
    return Evidence(question=question, language="en", intent="find", score=0.8, unknown=["quux"])


def cited(name="orders", **more):
    return Cited("table", uuid4(), name, "lake.sales", **more)


@pytest.fixture
def gather(monkeypatch):
    gather = Mock(side_effect=found)
    monkeypatch.setattr(evidence, "gather", gather)
    return gather


@pytest.fixture
def write(monkeypatch):

    def draft(found, *, because=""):
        return Draft(markdown="Start with **orders**.", cited=[cited()], because=because)

    write = Mock(side_effect=draft)
    monkeypatch.setattr(extract, "write", write)
    return write


@pytest.fixture
def job(gather, write):
    return JobFactory.create(question=f"Where is the {MARKER}?")


def again(job):
    return Job.objects.get(pk=job.pk)


def test_a_question_is_answered_with_what_it_rests_on(job, write):
    quoted = cited("orders", quote="One row is an order.", field="description_raw")
    write.side_effect = lambda *_: Draft(markdown="Start here.", enough=False, cited=[quoted, cited("other"), quoted])
    assert answering.answer_next(NOW)
    stored = again(job)
    assert (stored.state, stored.answer, stored.writer) == (State.COMPLETED, "Start here.", "extract")
    assert (stored.evidence, stored.enough, stored.unknown) == (0.8, False, ["quux"])
    assert (stored.error, stored.step) == ("", "")
    assert stored.finished_at >= NOW
    first, second = stored.citations.all()
    assert (first.asset, first.name, first.place, first.quote) == (quoted.id, "orders", "lake.sales", quoted.quote)
    assert (first.field, first.quote_hash) == ("description_raw", quoted.digest)
    assert (second.name, second.quote_hash) == ("other", "")
    assert not answering.answer_next(NOW)


def test_a_run_answers_all_that_waits(job):
    JobFactory.create_batch(3)
    assert answering.answer_questions(NOW) == 4
    assert set(Job.objects.values_list("state", flat=True)) == {State.COMPLETED}


def test_a_run_ends_in_time_for_an_attempt_to_end_before_its_worker_is_killed(settings):
    soft, _ = settings.QUEUE_LIMITS["assistant"]
    assert soft > answering.MAX_RUN_SECONDS + answering.MAX_SECONDS


def test_a_question_knows_what_the_last_two_answers_of_its_conversation_named(gather, write):
    talk = ConversationFactory.create()
    assets = [uuid4() for _ in range(4)]
    finished = {"state": State.COMPLETED, "finished_at": NOW, "answer": "Here."}
    for number, named in enumerate([assets[:1], assets[1:3], assets[2:]]):
        earlier = JobFactory.create(conversation=talk, created_at=NOW - timedelta(hours=3 - number), **finished)
        for position, asset in enumerate(named):
            Citation.objects.create(job=earlier, position=position, kind="table", asset=asset, name="same name")
    JobFactory.create(conversation__user=talk.user)
    JobFactory.create(conversation=talk)
    answering.answer_questions(NOW)
    before = [call.kwargs["before"] for call in gather.call_args_list]
    assert sorted(before, key=len) == [[], [str(assets[n]) for n in (2, 3, 1)]]


# --- What goes wrong ---------------------------------------------------------------------------


@pytest.fixture
def logs(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize(
    "fault", [ValueError(MARKER), IntegrityError(f"Failing row contains ({MARKER})"), TimeoutError()], ids=repr
)
def test_an_attempt_that_fails_is_followed_by_another_and_tells_nothing_of_the_question(job, gather, logs, fault):
    gather.side_effect = fault
    assert answering.answer_next(NOW)
    stored = again(job)
    assert (stored.state, stored.answer) == (State.FAILED, "")
    assert stored.error.startswith(f"{type(fault).__name__} in ")
    assert "answer_failed" in logs.text
    assert MARKER not in logs.text + stored.error


def test_an_answer_that_cannot_be_stored_leaves_nothing_of_it(job, write, logs):
    """As the database refuses a blank one, after the citations are written."""
    write.side_effect = lambda *_: Draft(markdown="", cited=[cited(MARKER)])
    answering.answer_next(NOW)
    stored = again(job)
    assert (stored.state, stored.error.split()[0]) == (State.FAILED, "IntegrityError")
    assert not Citation.objects.exists()
    assert MARKER not in logs.text


def test_the_third_failure_is_the_last(job, gather):
    gather.side_effect = KeyError(MARKER)
    for minute in range(3):
        assert answering.answer_next(NOW + timedelta(minutes=minute))
    stored = again(job)
    assert (stored.state, stored.answer, stored.attempts) == (State.RETRIES_EXHAUSTED, queue.GIVEN_UP, 3)
    assert not answering.answer_next(NOW + timedelta(minutes=4))


def test_whoever_lost_the_lease_stores_nothing(job, write):
    """Somebody cancelled, or took over, while the answer was written."""

    def cancelled_meanwhile(found):
        services.cancel(Job.objects.all(), now=NOW)
        return Draft(markdown="Late.", cited=[cited()])

    write.side_effect = cancelled_meanwhile
    assert answering.answer_next(NOW)
    assert (again(job).state, again(job).answer) == (State.RETRIES_EXHAUSTED, services.CANCELLED)
    assert not Citation.objects.exists()


def test_a_conversation_that_was_deleted_meanwhile_stays_deleted(job, write):
    def deleted_meanwhile(found):
        Job.objects.all().delete()
        return Draft(markdown="Late.", cited=[cited()])

    write.side_effect = deleted_meanwhile
    assert answering.answer_next(NOW)
    assert not Job.objects.exists()


def test_a_failure_that_cannot_be_recorded_ends_the_run(job, gather, monkeypatch, logs):
    gather.side_effect = KeyError(MARKER)
    monkeypatch.setattr(queue, "fail", Mock(side_effect=IntegrityError(MARKER)))
    assert not answering.answer_next(NOW)
    assert "answer_failure_not_recorded" in logs.text
    assert MARKER not in logs.text


def test_an_attempt_that_takes_too_long_fails(job, write, monkeypatch):
    monkeypatch.setattr(answering, "MAX_SECONDS", -1.0)
    answering.answer_next(NOW)
    assert again(job).error.startswith("TimeoutError")
    write.assert_not_called()


# --- With a model ------------------------------------------------------------------------------


@pytest.fixture
def load(monkeypatch):
    """What loads the writer with a model."""
    load = Mock()
    monkeypatch.setattr(answering, "import_string", load)
    return load


@pytest.fixture
def model(load, settings, job):
    """A writer with a model in the place of the real one, on a site that has one, for an account that lets it read."""
    settings.ASSISTANT_MODEL = "openai:stand-in"
    services.allow_model(job.account, by=None, now=NOW)
    model = Mock(return_value=Draft(markdown="By the model.", writer="model"))
    load.return_value = model
    return model


def test_a_model_writes_where_it_may_read_the_catalog(job, model, write):
    answering.answer_next(NOW)
    assert (again(job).answer, again(job).writer, again(job).because) == ("By the model.", "model", "")
    assert again(job).tokens_in == 0
    write.assert_not_called()


def test_nothing_is_sent_to_a_model_unless_the_account_allows_it(job, model):
    services.forbid_model(job.account, by=None, now=NOW)
    answering.answer_next(NOW)
    model.assert_not_called()
    assert again(job).writer == "extract"


def test_nothing_of_a_model_is_loaded_where_the_site_has_none(job, model, load, settings):
    settings.ASSISTANT_MODEL = ""
    answering.answer_next(NOW)
    load.assert_not_called()


@pytest.mark.parametrize(
    ("fault", "because"),
    [
        (NoDraft("The language model's budget of today is spent."), "The language model's budget of today is spent."),
        (ValueError(MARKER), answering.MODEL_FAILED),
    ],
)
def test_a_model_that_fails_fails_no_question(job, model, logs, fault, because):
    def fails(job, found, deadline):
        job.requests, job.tokens_in = 2, 300
        raise fault

    model.side_effect = fails
    answering.answer_next(NOW)
    stored = again(job)
    assert (stored.state, stored.attempts, stored.writer) == (State.COMPLETED, 1, "extract")
    assert (stored.because, stored.requests, stored.tokens_in) == (because, 2, 300)
    assert MARKER not in logs.text


def test_a_model_that_lost_the_lease_is_followed_by_nobody(job, model, write):
    model.side_effect = LeaseLost
    answering.answer_next(NOW)
    write.assert_not_called()
    assert again(job).state == State.ACTIVE


def test_a_model_that_cannot_be_loaded_fails_no_question(job, model, load):
    load.side_effect = ImportError("no module named pydantic_ai")
    answering.answer_next(NOW)
    assert again(job).state == State.COMPLETED


def test_the_model_has_less_time_than_the_attempt(job, model):
    answering.Attempt(job, NOW, begun=1_000.0).written(found(None, "?", before=[], now=NOW))
    assert model.call_args.args[2] == 1_000.0 + answering.MAX_SECONDS - answering.RESERVE
