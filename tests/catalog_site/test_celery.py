"""Beat's timetable, and jobs of it that have piled up. Real clocks step in `tests/faults/test_stepped_clock.py`."""

from typing import Any
from unittest.mock import Mock

import pytest
from celery.beat import ScheduleEntry, Scheduler
from django.conf import settings
from kombu.utils.imports import symbol_by_name

from catalog_site.celery import Job, app, every, steady_now


@pytest.fixture
def moment(monkeypatch):
    """The monotonic seconds of jobs; `moment.now += 1` lets one pass."""
    clock = Mock(now=1000.0)
    monkeypatch.setattr("catalog_site.celery.time", Mock(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def job():
    """A job with its runs in `run.call_count`, as a worker calls it with the interval that beat sent, in seconds."""
    job: Any = type("Tried", (Job,), {"name": "tests.tried"})()
    job.bind(app)
    job.run = Mock()
    job.push_request(interval=10.0)
    yield job
    job.pop_request()


def test_what_has_piled_up_is_done_once(job, moment):
    for _ in range(1000):
        job()
    assert job.run.call_count == 1


def test_the_next_job_of_the_timetable_is_done(job, moment):
    job()
    moment.now += 4.9
    job()
    assert job.run.call_count == 1
    moment.now += 0.2
    job()
    assert job.run.call_count == 2


def test_whoever_calls_a_job_by_hand_gets_it_done(job, moment):
    job.request.interval = None
    job()
    job()
    assert job.run.call_count == 2


def test_the_timetable_is_in_memory_and_asks_no_time_of_day():
    assert symbol_by_name(settings.CELERY_BEAT_SCHEDULER) is Scheduler
    for entry in app.conf.beat_schedule.values():
        assert entry["schedule"].nowfun is steady_now
        assert "expires" not in entry["options"]


def test_every_job_is_due_when_beat_starts_and_then_after_its_interval(moment):
    first = ScheduleEntry(**every(60.0, "some.task"), name="sweep")
    assert first.is_due() == (True, 60.0)
    second = next(first)
    assert second.is_due() == (False, 60.0)
    moment.now += 60
    assert second.is_due() == (True, 60.0)
