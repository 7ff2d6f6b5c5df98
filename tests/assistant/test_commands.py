import os
import signal
from io import StringIO
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from assistant import answering, services
from assistant.management.commands import answer_questions as command
from assistant.management.commands.answer_questions import TookTooLong
from assistant.models import Job
from assistant.tasks import answer_questions, forget_old
from tests.factories import NOW, JobFactory

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def run(*arguments):
    out = StringIO()
    call_command("answer_questions", *arguments, stdout=out)
    return out.getvalue()


def test_once_answers_what_waits_and_forgets_what_is_old():
    JobFactory.create_batch(2, created_at=timezone.now())
    JobFactory.create(created_at=NOW.replace(year=2020))
    assert run() == "2 attempts made.\n"
    assert set(Job.objects.values_list("state", flat=True)) == {State.COMPLETED}


def test_watching_goes_on_until_it_is_asked_to_stop(monkeypatch, settings):
    settings.ASSISTANT_INTERVAL = 0.01
    turns = iter([True, False, False, True])

    def answer_next(now):
        if (turn := next(turns, None)) is None:
            os.kill(os.getpid(), signal.SIGTERM)
        return bool(turn)

    monkeypatch.setattr(answering, "answer_next", answer_next)
    assert run("--watch") == "2 attempts made.\n"


def test_who_watches_forgets_every_hour_and_not_only_at_the_end(monkeypatch, settings):
    settings.ASSISTANT_INTERVAL = 0.001
    hours = iter(range(5))
    forget_old = Mock()

    def answer_next(now):
        if (hour := next(hours, None)) is None:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            monkeypatch.setattr(command, "time", SimpleNamespace(monotonic=lambda: hour * 1_800.0))
        return False

    monkeypatch.setattr(answering, "answer_next", answer_next)
    monkeypatch.setattr(services, "forget_old", forget_old)
    run("--watch")
    assert forget_old.call_count == 3


def test_who_watches_outlives_a_database_that_goes_away(monkeypatch, settings, capsys):
    settings.ASSISTANT_INTERVAL = 0.001
    turns = iter([OperationalError("away"), False])

    def answer_next(now):
        turn = next(turns, None)
        if turn is None:
            os.kill(os.getpid(), signal.SIGTERM)
        if isinstance(turn, Exception):
            raise turn
        return False

    monkeypatch.setattr(answering, "answer_next", answer_next)
    connection = Mock()
    monkeypatch.setattr(command, "connection", connection)
    assert run("--watch") == "0 attempts made.\n"
    connection.close.assert_called_once_with()
    assert "The database is away" in capsys.readouterr().err


def test_an_attempt_that_hangs_is_ended(monkeypatch, settings):
    settings.QUEUE_LIMITS = settings.QUEUE_LIMITS | {"assistant": (1, 2)}
    monkeypatch.setattr(answering, "answer_next", lambda now: signal.pause())  # noqa: ARG005
    with pytest.raises(TookTooLong):
        run()


def test_the_tasks_of_the_timetable():
    job = JobFactory.create(created_at=timezone.now())
    old = JobFactory.create(created_at=NOW.replace(year=2020), state=State.COMPLETED, finished_at=NOW, answer="Here.")
    answer_questions()
    forget_old()
    assert Job.objects.get().state == State.COMPLETED
    assert Job.objects.get() == job != old
