"""Real workers, one a queue: who waits for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import liveness
from jobs.models import Heartbeat
from tests.faults.sleeping import sleep
from tests.faults.test_delivery import FAST, owe, sent, wait_for
from tests.processes import celery
from tests.provider import Provider, running

pytestmark = pytest.mark.django_db(transaction=True)

ALONE = ("--concurrency=1", "--without-gossip", "--without-mingle", "--include=tests.faults.sleeping")


def test_a_long_job_holds_up_no_email_and_its_worker_is_not_taken_for_dead(tmp_path):
    asleep, woken, awake = (tmp_path / name for name in ("asleep", "woken", "awake"))
    with running(Provider()) as provider:
        pace = FAST | provider.environment()
        with (
            celery("beat", tmp_path, **pace),
            celery("worker", tmp_path, "--queues=default", "--hostname=default@test", *ALONE, **pace),
            celery("worker", tmp_path, "--queues=emails", "--hostname=emails@test", *ALONE, **pace),
        ):
            sleep.delay(str(tmp_path))
            assert wait_for(asleep.exists)
            owe(1)
            assert wait_for(sent)
            seen = Heartbeat.objects.filter(name__startswith="default@", at__gt=timezone.now() + timedelta(seconds=2))
            assert wait_for(seen.exists)
            assert not awake.exists()
            woken.touch()
            assert wait_for(awake.exists)


def red() -> set[str]:
    return {check.name for check in liveness.checks(timezone.now()) if not check.ok}


def test_a_queue_that_nobody_serves_is_red(tmp_path):
    with celery("beat", tmp_path, **FAST), celery("worker", tmp_path, *ALONE, "--queues=emails", **FAST):
        assert wait_for(lambda: red() == {"worker-default"})
        with celery("worker", tmp_path, *ALONE, "--queues=default", "--hostname=default@test", **FAST):
            assert wait_for(lambda: red() == set())


def test_one_worker_may_serve_all_queues(tmp_path):
    with celery("beat", tmp_path, **FAST), celery("worker", tmp_path, *ALONE, **FAST):
        assert wait_for(lambda: red() == set())
