"""Questions in the states that pages show."""

import hashlib
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assistant.models import Citation, Conversation, Job, Origin
from tests.factories import ConversationFactory, JobFactory

State = Job.State
AGO = timedelta(seconds=5)


def asked(user, question="Where is our revenue?", *, conversation=None, ago=AGO, origin=Origin.APP, **more) -> Any:
    """A question that waits, or is in the state that is given."""
    at = timezone.now() - ago
    if conversation is None:
        number = Conversation.objects.count()
        conversation = ConversationFactory(
            user=user, origin=origin, external_id=f"own {number}", created_at=at, last_at=at
        )
    return JobFactory(conversation=conversation, question=question, created_at=at, **more)


def answered(user, question="Where is our revenue?", *, answer="Start with it.", **more) -> Any:
    done = {"state": State.COMPLETED, "finished_at": timezone.now(), "writer": "extract", "evidence": 0.9}
    return asked(user, question, answer=answer, **(done | more))


def cite(job, row, *, kind="table", quote="", field="", position=0, place="") -> Citation:
    hashed = hashlib.sha256(quote.encode()).hexdigest() if quote else ""
    return Citation.objects.create(
        job=job,
        position=position,
        kind=kind,
        asset=row.pk,
        name=row.name,
        place=place,
        quote=quote,
        field=field,
        quote_hash=hashed,
    )
