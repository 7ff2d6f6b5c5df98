"""Questions for the writer with a language model. It reads in threads of its own: rows have to be committed."""

import time

import pytest
from django.utils import timezone

from accounts.models import Account
from assistant import queue
from assistant.drafts import Draft
from assistant.errors import NoDraft
from assistant.evidence import gather
from assistant.models import Job
from assistant.writers.model import write
from tests.assistant.standin import answer
from tests.factories import ConversationFactory, JobFactory, UserFactory

QUESTION = "Where is the revenue of each day? ada@acme.test asks."
GOOD = answer(("Take [T1].", ["T1"]))


def claimed(account: Account, question=QUESTION, **values) -> Job:
    if "conversation" not in values:
        values["conversation"] = ConversationFactory.create(user=UserFactory.create(account=account))
    JobFactory.create(account=account, question=question, created_at=timezone.now(), **values)
    job = queue.claim(timezone.now())
    assert job
    return job


def written(account: Account, *, job=None, seconds=60.0) -> Draft:
    job = job or claimed(account)
    return write(job, gather(account, job.question, now=timezone.now()), time.monotonic() + seconds)


def why_not(account: Account, **options) -> str:
    with pytest.raises(NoDraft) as none:
        written(account, **options)
    return str(none.value)
