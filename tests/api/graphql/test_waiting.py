"""How a call waits for jobs: for what, how often, with which places. The clock is the test's."""

import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from api.graphql import context, execution
from api.graphql.assistant import waiting
from assistant.models import Job
from assistant.results import any_unfinished
from tests.api.graphql.asking import ask, codes, data
from tests.api.graphql.test_assistant_queries import RESULT, result
from tests.factories import JobFactory
from tokens.services import revoke_token

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def job(ada):
    return JobFactory.create(conversation__user=ada, created_at=timezone.now())


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves on. It knows how often somebody looked, and tells `on_sleep` the time."""
    clock = SimpleNamespace(at=0.0, looks=0, on_sleep=Mock())

    def sleep(seconds):
        assert not connection.in_atomic_block or connection.savepoint_ids == clock.savepoints
        clock.at += seconds
        clock.on_sleep(clock.at)

    def look(*args, **options):
        clock.looks += 1
        return any_unfinished(*args, **options)

    clock.savepoints = list(connection.savepoint_ids)  # the test's own transaction
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: clock.at, sleep=sleep))
    monkeypatch.setattr(waiting, "any_unfinished", look)
    return clock


def complete(job):
    Job.objects.filter(pk=job.pk).update(state=State.COMPLETED, finished_at=timezone.now(), answer="Here.")


def test_a_call_waits_as_long_as_it_says_and_looks_every_quarter_of_a_second(writer, job, clock):
    assert result(writer, job.pk, delaySeconds=10)["status"] == "ADDED"
    assert clock.at == 10
    assert clock.looks == 41


def test_the_answer_comes_as_soon_as_it_is_there(writer, job, clock):
    clock.on_sleep = lambda at: at == 3 and complete(job)
    assert result(writer, job.pk, delaySeconds=10)["answer"] == "Here."
    assert clock.at == 3


@pytest.mark.parametrize("delay", [{}, {"delaySeconds": 0}, {"delaySeconds": None}])
def test_without_a_delay_nobody_waits_or_looks(writer, job, clock, delay):
    assert result(writer, job.pk, **delay)["status"] == "ADDED"
    assert (clock.at, clock.looks) == (0, 0)


def test_nobody_waits_for_what_has_ended_or_is_not_theirs(writer, stranger, job, clock):
    ask(stranger, RESULT, data={"id": str(job.pk), "delaySeconds": 10})
    complete(job)
    result(writer, job.pk, delaySeconds=10)
    assert clock.at == 0


def test_a_job_past_its_time_ends_the_wait(writer, job, clock):
    clock.on_sleep = lambda at: at == 1 and Job.objects.update(expires_at=timezone.now())
    assert result(writer, job.pk, delaySeconds=10)["status"] == "RETRIES_EXHAUSTED"
    assert clock.at == 1


def test_a_call_waits_once_whatever_the_number_of_its_fields(writer, ada, clock):
    jobs = [JobFactory.create(conversation__user=ada, created_at=timezone.now()) for _ in range(3)]
    fields = " ".join(
        f'f{n}: getAiAssistantJobResult(data: {{id: "{job.pk}", delaySeconds: {n + 1}}}) {{ data {{ status }} }}'
        for n, job in enumerate(jobs)
    )
    answer = data(writer, f"{{ {fields} ...more }} fragment more on Query {{ {fields.replace('f', 'g', 1)} }}")
    assert len(answer) == 4
    assert clock.at == 3


def test_whoever_finds_no_place_is_answered_at_once_and_places_are_given_back(writer, job, clock, monkeypatch):
    monkeypatch.setattr(waiting, "places", threading.BoundedSemaphore(1))
    with waiting.places:
        assert result(writer, job.pk, delaySeconds=10)["status"] == "ADDED"
    assert clock.at == 0
    for turn in (1, 2):
        result(writer, job.pk, delaySeconds=10)
        assert clock.at == 10 * turn


def test_a_place_is_given_back_when_the_database_goes_away(job, monkeypatch, acme):
    monkeypatch.setattr(waiting, "places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(waiting, "wait", Mock(side_effect=ZeroDivisionError))
    asked = [{"id": str(job.pk), "delay_seconds": 10}]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            waiting.wait_for_jobs(acme, asked)


def test_the_wait_is_a_part_of_the_seconds_of_the_call(writer, job, monkeypatch):
    """Clients wait for 30 seconds: what a statement may take is what the wait left."""
    begun = time.monotonic()
    later = SimpleNamespace(monotonic=lambda: begun + 10)
    limit = Mock(return_value=nullcontext())
    monkeypatch.setattr(execution, "statement_limit", limit)
    monkeypatch.setattr(waiting, "wait", lambda *_: monkeypatch.setattr(context, "time", later))
    result(writer, job.pk, delaySeconds=10)
    left = limit.call_args.args[0]
    assert context.MAX_SECONDS - 10 <= left < context.MAX_SECONDS - 10 + (time.monotonic() - begun)


def test_a_token_that_ends_while_its_call_waits_is_told_nothing(acme, writer, job, clock):
    def revoke(_):
        complete(job)
        revoke_token(acme.tokens.get(), by=Actor("ada@acme.test"), now=timezone.now())

    clock.on_sleep = revoke
    response = ask(writer, RESULT, data={"id": str(job.pk), "delaySeconds": 10})
    assert codes(response) == (401, ["UNAUTHENTICATED"])
    assert b"Here." not in response.content


def test_half_of_the_threads_may_wait(settings):
    taken = [waiting.places.acquire(blocking=False) for _ in range(settings.WEB_THREADS)]
    for _ in range(sum(taken)):
        waiting.places.release()
    assert sum(taken) == settings.WEB_THREADS // 2 == 2


def test_what_a_call_is_refused_for_is_refused_before_it_waits(reader, writer, job, clock):
    for secret, given in ((reader, {"delaySeconds": 10}), (writer, {"delaySeconds": 11})):
        assert ask(secret, RESULT, data={"id": str(job.pk)} | given).status_code in {400, 403}
    assert clock.at == 0
