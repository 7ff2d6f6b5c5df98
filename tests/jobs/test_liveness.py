from datetime import timedelta

import pytest

from jobs import heartbeats, liveness
from tests.factories import NOW
from tests.living import everybody_lives, worker_lives

SECOND = timedelta(seconds=1)


def red(now=NOW) -> set[str]:
    return {check.name for check in liveness.checks(now) if not check.ok}


@pytest.fixture
def alive(db):
    everybody_lives(NOW)


def test_a_queue_that_nobody_serves_is_red(alive):
    heartbeats.forget_workers(NOW + timedelta(days=2))
    worker_lives("emails", NOW)
    worker_lives("imports", NOW)
    assert red() == {"worker-default"}


@pytest.mark.parametrize(
    ("part", "name", "interval"),
    [
        ("beat", "", 30),
        ("worker", "emails@mill", 30),
        ("worker-default", "default@mill", 30),
        ("sweep", "", 60),
    ],
)
def test_two_intervals_without_a_sign_are_red_and_one_sign_is_green(alive, part, name, interval):
    late = NOW + 2 * interval * SECOND
    assert part not in red(late)
    assert part in red(late + SECOND)
    heartbeats.beat(heartbeats.Part(part.partition("-")[0]), name=name, now=late)
    assert part not in red(late + SECOND)


def test_one_living_worker_of_a_queue_is_enough(alive):
    worker_lives("emails", NOW - timedelta(hours=1), host="gone")
    assert red() == set()
    assert heartbeats.forget_workers(NOW + timedelta(hours=23, seconds=1)) == 1


def test_with_cron_nobody_expects_beat_and_workers(db, settings):
    settings.EMAIL_JOBS = "cron"
    heartbeats.beat(heartbeats.Part.SWEEP, now=NOW)
    assert red(NOW + timedelta(minutes=29)) == set()
    assert red(NOW + timedelta(minutes=31)) == {"sweep"}
