"""A worker that is killed while a language model thinks: the next one asks again, and both requests are on record."""

import pytest
from django.utils import timezone

from accounts.actors import SYSTEM
from assistant import services
from assistant.models import Job, ModelCall
from tests.assistant.standin import Raw, StandIn, answer, running
from tests.catalog.factories import a_table
from tests.catalog.keeping import index_all
from tests.factories import JobFactory
from tests.faults.test_delivery import kill, wait_for
from tests.processes import celery

pytestmark = pytest.mark.django_db(transaction=True)

PACE = {"ASSISTANT_INTERVAL": "0.5", "ASSISTANT_LEASE": "8", "HEARTBEAT_INTERVAL": "2"}
ALONE = ("--queues=assistant", "--without-gossip", "--without-mingle", "--concurrency=1")
MARKER = "zebrafinch"


def test_a_question_whose_worker_is_killed_while_the_model_thinks_is_answered_by_the_next(acme, ada, tmp_path):
    a_table(acme, description_raw=f"The {MARKER} of each day.")
    index_all()
    services.allow_model(acme, by=SYSTEM, now=timezone.now())
    job = JobFactory.create(conversation__user=ada, created_at=timezone.now(), question=MARKER)
    first, second, beat = (tmp_path / name for name in ("first", "second", "beat"))
    for folder in (first, second, beat):
        folder.mkdir()
    with running(StandIn()) as model, celery("beat", beat, **PACE):
        pace = PACE | model.environment()
        model.in_turn(Raw(b" " * 1_000, seconds=1.0))
        with celery("worker", first, *ALONE, **pace) as worker:
            assert wait_for(lambda: bool(model.asked))
            kill(worker, "worker")
        model.in_turn(answer(("It is in [T1].", ["T1"])))
        with celery("worker", second, *ALONE, **pace):
            assert wait_for(Job.objects.filter(state=Job.State.COMPLETED).exists)
    job.refresh_from_db()
    assert (job.writer, job.attempts, job.requests) == ("model", 2, 2)
    assert [(call.number, call.outcome) for call in ModelCall.objects.all()] == [(1, "sent"), (2, "ok")]
    assert [call.request for call in ModelCall.objects.all()] == model.bodies
    assert MARKER not in "".join(log.read_text() for log in tmp_path.rglob("*.log"))
