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


def red() -> set[str]:
    return {check.name for check in liveness.checks(timezone.now()) if not check.ok}


def test_a_queue_that_nobody_serves_is_red_and_a_long_job_of_one_holds_up_no_email(tmp_path):
    """The worker that is at the long job is not taken for dead."""
    asleep, woken, awake = (tmp_path / name for name in ("asleep", "woken", "awake"))
    with running(Provider()) as provider:
        pace = FAST | provider.environment()
        emails = celery("worker", tmp_path, "--queues=emails", "--hostname=emails@test", *ALONE, **pace)
        default = celery("worker", tmp_path, "--queues=default", "--hostname=default@test", *ALONE, **pace)
        with celery("beat", tmp_path, **pace), emails:
            assert wait_for(lambda: red() == {"worker-default"})
            with default:
                assert wait_for(lambda: red() == set())
                sleep.delay(str(tmp_path))
                assert wait_for(asleep.exists)
                owe(1)
                assert wait_for(sent)
                later = timezone.now() + timedelta(seconds=2)
                assert wait_for(Heartbeat.objects.filter(name__startswith="default@", at__gt=later).exists)
                assert not awake.exists()
                woken.touch()
                assert wait_for(awake.exists)


@pytest.mark.long
def test_one_worker_may_serve_all_queues(tmp_path):
    """As the one does that `test_readiness_turns_red_for_whoever_stops_and_green_again` starts."""
    with celery("beat", tmp_path, **FAST), celery("worker", tmp_path, *ALONE, **FAST):
        assert wait_for(lambda: red() == set())
