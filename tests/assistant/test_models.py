"""What must never be, the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from assistant.models import Citation, Job
from tests.factories import NOW, ConversationFactory, JobFactory

pytestmark = pytest.mark.django_db
State = Job.State
FINISHED = {"finished_at": NOW, "answer": "Here."}

IMPOSSIBLE = {
    "leased while waiting": {"lease_until": NOW},
    "active without a lease": {"state": State.ACTIVE},
    "finished while waiting": {"finished_at": NOW},
    "final without a time": {"state": State.COMPLETED, "answer": "Here."},
    "final without an answer": {"state": State.COMPLETED, "finished_at": NOW},
    "given up without a word": {"state": State.RETRIES_EXHAUSTED, "finished_at": NOW},
    "answered while failed": {"state": State.FAILED, "answer": "Here."},
    "unknown state": {"state": "completed", **FINISHED},
    "two thumbs": {"thumb": 2},
}


@pytest.mark.parametrize("columns", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_job_is_refused(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory.create(**columns)


def test_an_equal_question_waits_once_in_a_conversation():
    job = JobFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory.create(conversation=job.conversation, question=job.question, state=State.FAILED)
    Job.objects.update(state=State.COMPLETED, **FINISHED)
    JobFactory.create(conversation=job.conversation, question=job.question)


def test_one_question_of_a_conversation_is_worked_at():
    active = {"state": State.ACTIVE, "lease_until": NOW}
    job = JobFactory.create(**active)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory.create(conversation=job.conversation, **active)


@pytest.mark.parametrize("field", ["user", "origin", "external_id"])
def test_a_conversation_is_one_person_s_in_one_place(field, ada, carol):
    talk = ConversationFactory.create(user=ada, external_id="1")
    key = {"user": ada, "origin": talk.origin, "external_id": "1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ConversationFactory.create(**key)
    ConversationFactory.create(**key | {field: {"user": carol, "origin": "DUST", "external_id": "2"}[field]})


@pytest.mark.parametrize("again", [{"position": 0}, {"asset": "job"}])
def test_an_asset_is_cited_once_and_each_position_once(again):
    job = JobFactory.create()
    cited = {"job": job, "position": 0, "kind": "table", "asset": job.pk, "name": "orders"}
    Citation.objects.create(**cited)
    other = {"position": 1, "asset": job.conversation_id} | again
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(**cited | other | ({"asset": job.pk} if again.get("asset") else {}))


def test_a_quote_has_its_hash():
    job = JobFactory.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.create(job=job, position=0, kind="table", asset=job.pk, name="orders", quote="Gross.")
