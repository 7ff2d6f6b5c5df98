"""One attempt at one question: what the catalog knows of it, what a writer makes of that, and the answer as rows.

A model that cannot be had, or answers nonsense, fails no question: the writer without one takes over in the same
attempt. Nothing that people wrote is logged or raised from here; errors are told by their kind and place.
"""

import logging
import time
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils.module_loading import import_string

from accounts.models import Account
from assistant import evidence, queue
from assistant.drafts import Cited, Draft, Evidence
from assistant.errors import LeaseLost, NoDraft
from assistant.models import AccountSettings, Citation, Job
from assistant.writers import extract

logger = logging.getLogger(__name__)

MAX_RUN_SECONDS = 10.0  # after which a run claims nothing more: an attempt has to end within the limit of its queue
MAX_SECONDS = 60.0  # of an attempt
RESERVE = 5.0  # seconds of them in which the writer without a model can still take over
REMEMBERED = 2  # answers of the conversation, whose assets a question may lean on
# By its path, for only a worker of a site that has a model loads what it needs.
MODEL_WRITER = "assistant.writers.model.write"
MODEL_FAILED = "The language model did not manage an answer, so this one was put together without it."


def answer_questions(now: datetime) -> int:
    """Answer what waits, for as long as a run may take; returns how many attempts were made."""
    begun, attempts = time.monotonic(), 0
    while time.monotonic() - begun < MAX_RUN_SECONDS:
        if not answer_next(now + timedelta(seconds=time.monotonic() - begun)):
            break
        attempts += 1
    return attempts


def answer_next(now: datetime) -> bool:
    """Make an attempt at the question whose turn it is; False when there is none, or its failure cannot be recorded."""
    begun = time.monotonic()
    job = queue.claim(now)
    if job is None:
        return False
    attempt = Attempt(job, now, begun)
    try:
        attempt.make()
    except LeaseLost:
        logger.warning("answer_lost job=%s attempt=%s", job.pk, job.attempts)
    except Exception as error:  # noqa: BLE001  # whatever went wrong, the question stays in the queue
        return record_failure(attempt, told(error))
    return True


@dataclass(slots=True)
class Attempt:
    """A job that is this process's while its lease lasts. `begun` is monotonic seconds, of the moment `claimed_at`."""

    job: Job
    claimed_at: datetime
    begun: float

    @property
    def now(self) -> datetime:
        return self.claimed_at + timedelta(seconds=time.monotonic() - self.begun)

    def step(self, said: str) -> None:
        """Before each step. Raises LeaseLost; TimeoutError when the attempt took too long."""
        if time.monotonic() - self.begun > MAX_SECONDS:
            raise TimeoutError
        queue.go_on(self.job, said, now=self.now)

    def make(self) -> None:
        """Find, write, store. Raises LeaseLost when somebody else has the job; whatever went wrong."""
        self.step("searching")
        job = self.job
        found = evidence.gather(job.account, job.question, before=cited_before(job), now=self.now)
        count = len(found.candidates)
        self.step(f"writing from {count} {'asset' if count == 1 else 'assets'}")
        draft = self.written(found)
        self.step("storing")
        store(job, found, draft, now=self.now)

    def written(self, found: Evidence) -> Draft:
        """By the model where one may read the account's catalog, and it answers; else without one."""
        if not may_use_model(self.job.account):
            return extract.write(found)
        try:
            write = import_string(MODEL_WRITER)
            draft: Draft = write(self.job, found, self.begun + MAX_SECONDS - RESERVE)
        except LeaseLost:
            raise
        except NoDraft as error:
            because = str(error)
        except Exception as error:  # noqa: BLE001  # a model fails no question
            logger.warning("writer_failed job=%s error=%s", self.job.pk, told(error))
            because = MODEL_FAILED
        else:
            return draft
        self.step("writing without the model")
        return extract.write(found, because=because)


def may_use_model(account: Account) -> bool:
    """Whether the site has a language model, and the account's administrators let it read their catalog."""
    has_model = bool(settings.ASSISTANT_MODEL)
    return has_model and AccountSettings.objects.filter(account=account, model_allowed=True).exists()


def cited_before(job: Job) -> list[str]:
    """The ids of the assets in the last answers of the conversation, the latest first, each once. Two queries."""
    answered = Job.objects.filter(conversation=job.conversation_id, state=Job.State.COMPLETED)
    last = list(answered.order_by("-created_at", "-pk").values_list("pk", flat=True)[:REMEMBERED])
    cited = Citation.objects.filter(job__in=last).order_by("-job__created_at", "-job", "position")
    return list(dict.fromkeys(str(asset) for asset in cited.values_list("asset", flat=True)))


def store(job: Job, found: Evidence, draft: Draft, *, now: datetime) -> None:
    """The answer and what it cites, in one transaction with the end of the job. Raises LeaseLost: then none of it."""
    assets: dict[tuple[str, UUID], Cited] = {}
    for cited in draft.cited:
        assets.setdefault((cited.kind, cited.id), cited)
    with transaction.atomic():
        Citation.objects.bulk_create(citation_of(job, *numbered) for numbered in enumerate(assets.values()))
        queue.complete(
            job,
            now=now,
            answer=draft.markdown,
            evidence=found.score,
            enough=draft.enough,
            unknown=found.unknown,
            writer=draft.writer,
            because=draft.because,
        )


def citation_of(job: Job, position: int, cited: Cited) -> Citation:
    return Citation(
        job=job,
        position=position,
        kind=cited.kind,
        asset=cited.id,
        name=cited.name,
        place=cited.place,
        quote=cited.quote,
        field=cited.field,
        quote_hash=cited.digest,
    )


def told(error: BaseException) -> str:
    """What kind of error, and where: its text may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def record_failure(attempt: Attempt, error: str) -> bool:
    """False when that cannot be written: the lease will run out, and the attempt counts."""
    job = attempt.job
    logger.warning("answer_failed job=%s attempt=%s error=%s", job.pk, job.attempts, error)
    try:
        if not connection.is_usable():  # the next statement opens another one
            connection.close()
        queue.fail(job, error, now=attempt.now)
    except Error as away:
        logger.warning("answer_failure_not_recorded job=%s error=%s", job.pk, told(away))
        return False
    return True
