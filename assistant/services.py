"""Every change that somebody makes to questions, answers, and to what the assistant may do."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts import audit
from accounts.actors import Actor
from accounts.models import Account, User
from assistant import queue, rules
from assistant.errors import InvalidQuestion, TooManyQuestions, UnknownAsker, UnknownConversation, UnknownJob
from assistant.models import LIFETIME, AccountSettings, Conversation, Job, Origin, with_id
from catalog.ids import uuid7

State = Job.State

SOON = 10  # seconds after which one of many waiting questions has likely been answered
CANCELLED = "This question was cancelled before it was answered: ask it again if you still want to know."
ROWS_PER_DELETE = 1_000
MAX_RACES = 3  # that a question may lose: each time an equal one was asked and answered in between


# --- Questions ---------------------------------------------------------------------------------


def add_job(
    account: Account, *, question: str, email: str, external_id: str, origin: str, by: Actor, now: datetime
) -> Job:
    """The question of a program on behalf of the person with this address; as `ask`. Raises UnknownAsker besides."""
    rules.check_question(question=question, external_id=external_id)
    rules.check_email(email)
    if origin not in {Origin.API, Origin.DUST}:
        raise InvalidQuestion("origin is API or DUST.")
    user = asker(account, email)
    return ask(user, question=question, external_id=external_id, origin=origin, by=by, now=now)


def asker(account: Account, email: str) -> User:
    """Who has this address in the account, in any case. Raises UnknownAsker, for somebody suspended too."""
    people = User.objects.filter(account=account).exclude(status=User.Status.SUSPENDED)
    user: User | None = people.annotate(address=Lower("email")).filter(address=email.strip().lower()).first()
    if user is None:
        raise UnknownAsker
    return user


def begin(user: User, *, question: str, key: UUID, origin: str, by: Actor, now: datetime) -> Job:
    """Ask in a new conversation, one for each `key`: a form that is sent twice gets the same job twice. As `ask`.

    With another question, as a form may have that somebody went back to, another conversation is begun.
    """
    of_user = Job.objects.filter(conversation__user=user, conversation__account=user.account_id)
    begun = of_user.filter(conversation__origin=origin, conversation__external_id=str(key))
    if first := begun.order_by("created_at", "pk").first():
        if first.fingerprint == rules.fingerprint(question):
            return first
        key = uuid7()
    return ask(user, question=question, external_id=str(key), origin=origin, by=by, now=now)


@transaction.atomic
def ask(user: User, *, question: str, external_id: str, origin: str, by: Actor, now: datetime) -> Job:
    """Put the question into the queue; the job of an equal one of the conversation that is not finished yet, again.

    Raises InvalidQuestion; TooManyQuestions, of which as many more get through as are asked in the same moment.
    """
    rules.check_question(question=question, external_id=external_id)
    assert user.account is not None
    queue.settle_over(now, account=user.account)  # nobody else may be there to do it
    conversation = open_conversation(user, external_id=external_id, origin=origin, now=now)
    same = Job.objects.unfinished().filter(conversation=conversation, fingerprint=rules.fingerprint(question))
    if job := same.first():
        return job
    check_limits(user.account, now=now)
    for _ in range(MAX_RACES):
        # Of equal ones at once the index lets one in, without an error: the database would log one with the question.
        Job.objects.bulk_create([new_job(conversation, question, by=by, now=now)], ignore_conflicts=True)
        if job := same.first():
            return job
    raise TooManyQuestions("This question is being asked many times at once: wait for its answer.", retry_after=SOON)


def open_conversation(user: User, *, external_id: str, origin: str, now: datetime) -> Conversation:
    """The person's conversation of that id in that place; a new one if there is none."""
    key = {"account_id": user.account_id, "user": user, "origin": origin, "external_id": external_id}
    Conversation.objects.bulk_create(
        [Conversation(**key, created_at=now, last_at=now)],
        update_conflicts=True,
        unique_fields=("account", "user", "origin", "external_id"),
        update_fields=("last_at",),
    )
    return Conversation.objects.get(**key)


def new_job(conversation: Conversation, question: str, *, by: Actor, now: datetime) -> Job:
    return Job(
        conversation=conversation,
        account_id=conversation.account_id,
        token_id=by.token_id,
        question=question,
        fingerprint=rules.fingerprint(question),
        created_at=now,
        next_attempt_at=now,
        expires_at=now + LIFETIME,
    )


def check_limits(account: Account, *, now: datetime) -> None:
    """Raises TooManyQuestions when one more would be more than the account may have, at once or today."""
    jobs = Job.objects.filter(account=account)
    waiting, of_day = settings.ASSISTANT_OPEN_JOBS, settings.ASSISTANT_JOBS_PER_DAY
    if waiting and jobs.unfinished().count() >= waiting:
        raise TooManyQuestions(
            f"As many questions of this account as may wait ({waiting:,}) wait: ask again when one is answered.",
            retry_after=SOON,
        )
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if of_day and jobs.filter(created_at__gte=day).count() >= of_day:
        left = day + timedelta(days=1) - now
        raise TooManyQuestions(
            f"This account has asked its {of_day:,} questions of today: ask again after midnight UTC.",
            retry_after=int(left.total_seconds()) + 1,
        )


def cancel_job(user: User, job_id: str, *, now: datetime) -> bool:
    """End a question of one's own; False if it was ended already. Raises UnknownJob."""
    job = own_job(user, job_id)
    return bool(cancel(Job.objects.filter(pk=job.pk), now=now))


@transaction.atomic
def cancel_jobs(jobs: Iterable[Job], *, by: Actor, now: datetime) -> int:
    """The same, as an operator may with any, with an entry in the audit log; returns how many were ended."""
    done = [job for job in jobs if cancel(Job.objects.filter(pk=job.pk), now=now)]
    record_jobs("cancel_jobs", done, by=by, now=now)
    return len(done)


@transaction.atomic
def retry_jobs(jobs: "QuerySet[Job]", *, by: Actor, now: datetime) -> int:
    """Let those that wait for their next attempt be tried at once, as an operator may; returns how many."""
    done = list(jobs.filter(state=State.FAILED, next_attempt_at__gt=now).select_for_update(of=("self",)))
    Job.objects.filter(pk__in=[job.pk for job in done], state=State.FAILED).update(next_attempt_at=now)
    record_jobs("retry_jobs", done, by=by, now=now)
    return len(done)


def record_jobs(operation: str, jobs: Iterable[Job], *, by: Actor, now: datetime) -> None:
    """An entry for each account that has any of them."""
    of_account: dict[int, list[UUID]] = {}
    for job in jobs:
        of_account.setdefault(job.account_id, []).append(job.pk)
    for account, ids in of_account.items():
        audit.record(operation, kind="question", ids=ids, by=by, now=now, account=account)


def cancel(jobs: "QuerySet[Job]", *, now: datetime) -> int:
    """Whoever works at one finds that the lease is gone."""
    ended = {"state": State.RETRIES_EXHAUSTED, "lease_until": None, "finished_at": now}
    return jobs.filter(state__in=Job.UNFINISHED).update(**ended, step="", answer=CANCELLED, error="cancelled")


def rate(user: User, job_id: str, *, thumb: int, note: str | None = None) -> None:
    """Keep what the asker thinks of an answer: 1 up, -1 down, 0 takes it back, and its note with it.

    A note that is there stays when none is given. Raises UnknownJob, InvalidQuestion.
    """
    if thumb not in {-1, 0, 1}:
        raise InvalidQuestion("A thumb is up, down, or taken back.")
    changes: dict[str, int | str] = {"thumb": thumb}
    if note is not None:
        if len(note) > rules.MAX_NOTE:
            raise InvalidQuestion(f"A note may have at most {rules.MAX_NOTE} characters, not {len(note):,}.")
        rules.check_storable(note)
        changes["thumb_note"] = note
    if not thumb:
        changes["thumb_note"] = ""
    job = own_job(user, job_id)
    if not Job.objects.filter(pk=job.pk, state__in=Job.FINAL).update(**changes):
        raise InvalidQuestion("There is no answer yet.")


def own_job(user: User, job_id: str) -> Job:
    """A job of this person. Raises UnknownJob."""
    job = with_id(Job.objects.filter(conversation__user=user, account=user.account_id), job_id).first()
    if job is None:
        raise UnknownJob
    return job


# --- Forgetting --------------------------------------------------------------------------------


@transaction.atomic
def delete_conversation(user: User, conversation_id: str) -> None:
    """Delete a conversation of one's own with its questions and answers, for good. Raises UnknownConversation."""
    deleted, _ = with_id(Conversation.objects.filter(user=user), conversation_id).delete()
    if not deleted:
        raise UnknownConversation


def forget_old(now: datetime) -> int:
    """Delete questions that are older than ASSISTANT_RETENTION_DAYS, then conversations without one.

    Returns how many questions; ROWS_PER_DELETE in a transaction.
    """
    before, gone = now - timedelta(days=settings.ASSISTANT_RETENTION_DAYS), 0
    while True:
        # Ids grow with time: the oldest are found without a look at all the others.
        oldest = Job.objects.order_by("pk").values_list("pk", "created_at")[:ROWS_PER_DELETE]
        old: list[UUID] = [pk for pk, at in oldest if at < before]
        Job.objects.filter(pk__in=old).delete()
        gone += len(old)
        if len(old) < ROWS_PER_DELETE:
            break
    Conversation.objects.filter(last_at__lt=before, jobs=None).delete()
    return gone


# --- What an account allows --------------------------------------------------------------------


def allow_model(account: Account, *, by: Actor | None, now: datetime) -> bool:
    """Let a language model read what the account's catalog says; False if it may already."""
    return change_model_access("allow_model", account, allowed=True, by=by, now=now)


def forbid_model(account: Account, *, by: Actor | None, now: datetime) -> bool:
    """Send nothing of the account to a language model any more; False if none may anyway."""
    return change_model_access("forbid_model", account, allowed=False, by=by, now=now)


@transaction.atomic
def change_model_access(operation: str, account: Account, *, allowed: bool, by: Actor | None, now: datetime) -> bool:
    AccountSettings.objects.get_or_create(account=account, defaults={"changed_at": now})
    rows = AccountSettings.objects.filter(account=account).exclude(model_allowed=allowed)
    if not rows.update(model_allowed=allowed, changed_at=now):
        return False
    audit.record(operation, kind="account", ids=[account.uuid], by=by, now=now, account=account)
    return True
