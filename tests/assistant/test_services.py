from datetime import UTC, datetime, timedelta

import pytest

from accounts.actors import Actor
from accounts.models import AuditEntry, User
from assistant import services
from assistant.errors import InvalidQuestion, TooManyQuestions, UnknownAsker, UnknownConversation, UnknownJob
from assistant.models import AccountSettings, Citation, Conversation, Job
from assistant.queue import GIVEN_UP
from tests.factories import NOW, ConversationFactory, JobFactory, UserFactory

State = Job.State
SECOND = timedelta(seconds=1)
QUESTION = {"question": "Where is revenue?", "email": "ada@acme.test", "external_id": "1", "origin": "API"}
BY = Actor("mask", door="graphql")
FINISHED = {"finished_at": NOW, "answer": "Here."}


def add(account, *, now=NOW, **more):
    return services.add_job(account, **(QUESTION | more), by=BY, now=now)


# --- Asking ------------------------------------------------------------------------------------


def test_a_question_waits_for_a_worker(acme, ada, issued):
    by = Actor("mask", door="graphql", token_id=issued.token.pk)
    services.add_job(acme, **QUESTION, by=by, now=NOW)
    job = Job.objects.select_related("conversation").get()
    assert (job.state, job.question, job.token, job.attempts) == (State.ADDED, "Where is revenue?", issued.token, 0)
    assert (job.next_attempt_at, job.expires_at) == (NOW, NOW + timedelta(minutes=5))
    talk = job.conversation
    assert (talk.account, talk.user, talk.origin, talk.external_id) == (acme, ada, "API", "1")
    assert job.pk != job.message_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": " \n"},
        {"question": "?" * 10_000},
        {"external_id": "  "},
        {"external_id": "x" * 201},
        {"origin": "APP"},
        {"email": f"{'x' * 251}@a.b"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_no_question_is_refused(acme, ada, wrong):
    with pytest.raises(InvalidQuestion):
        add(acme, **wrong)
    assert not Conversation.objects.exists()


def test_the_longest_question_and_id_are_taken(acme, ada):
    assert add(acme, question="?" * 9_999, external_id="x" * 200).pk


def test_nobody_somebody_suspended_and_somebody_else_s_are_unknown_in_the_same_words(acme, eve):
    UserFactory.create(email="gone@acme.test", account=acme, status=User.Status.SUSPENDED)
    said = set()
    for email in ("nobody@acme.test", "gone@acme.test", eve.email, ""):
        with pytest.raises(UnknownAsker) as refused:
            add(acme, email=email)
        said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.parametrize("email", ["ADA@acme.TEST", " ada@acme.test "])
def test_an_address_is_known_in_any_case(acme, ada, email):
    assert add(acme, email=email).conversation.user == ada


def test_a_question_that_waits_is_the_same_job_when_it_is_asked_again(acme, ada):
    job = add(acme)
    assert add(acme, question="  Where\nis   revenue? ", now=NOW + SECOND) == job
    assert Job.objects.get().created_at == NOW
    assert Conversation.objects.get().last_at == NOW + SECOND


@pytest.mark.parametrize(
    "other", [{"question": "Where are orders?"}, {"external_id": "2"}, {"origin": "DUST"}, {"email": "carol@acme.test"}]
)
def test_another_question_conversation_origin_or_person_is_another_job(acme, ada, carol, other):
    assert add(acme) != add(acme, **other)


@pytest.mark.parametrize("state", Job.FINAL)
def test_a_question_that_was_answered_is_asked_anew(acme, ada, state):
    job = add(acme)
    Job.objects.update(state=state, **FINISHED)
    assert add(acme) != job


def test_a_question_whose_time_is_over_is_ended_and_asked_anew(acme, ada):
    job = add(acme)
    assert add(acme, now=NOW + timedelta(minutes=5)) != job
    job.refresh_from_db()
    assert (job.state, job.answer) == (State.RETRIES_EXHAUSTED, GIVEN_UP)


def test_one_more_than_may_wait_is_refused_and_those_that_wait_are_not(acme, ada, eve, settings):
    settings.ASSISTANT_OPEN_JOBS = 2
    jobs = [add(acme, question=str(number)) for number in range(2)]
    with pytest.raises(TooManyQuestions) as refused:
        add(acme, question="3")
    assert refused.value.retry_after == services.SOON
    assert add(acme, question="0") == jobs[0]  # which makes no job
    add(eve.account, email=eve.email)  # another account
    Job.objects.filter(pk=jobs[0].pk).update(state=State.COMPLETED, **FINISHED)
    add(acme, question="3")


def test_questions_that_nobody_ended_in_time_do_not_fill_the_account(acme, ada, settings):
    settings.ASSISTANT_OPEN_JOBS = 1
    add(acme)
    add(acme, question="2", now=NOW + timedelta(minutes=6))


def test_a_day_of_utc_has_its_limit(acme, ada, settings):
    settings.ASSISTANT_JOBS_PER_DAY = 1
    late = datetime(2026, 11, 24, 23, 59, 30, tzinfo=UTC)
    add(acme, now=late)
    Job.objects.update(state=State.COMPLETED, **FINISHED)
    with pytest.raises(TooManyQuestions) as refused:
        add(acme, now=late)
    assert refused.value.retry_after == 31
    add(acme, now=late + 31 * SECOND)


def test_zero_is_no_limit(acme, ada, settings):
    settings.ASSISTANT_OPEN_JOBS = settings.ASSISTANT_JOBS_PER_DAY = 0
    assert len({add(acme, question=str(number)).pk for number in range(30)}) == 30


# --- Ending, rating, forgetting ----------------------------------------------------------------


def own(user, **more):
    return JobFactory.create(conversation__user=user, **more)


@pytest.mark.parametrize("state", Job.UNFINISHED)
def test_a_question_is_cancelled_whatever_is_done_with_it(ada, state):
    job = own(ada, state=state, lease_until=NOW if state == State.ACTIVE else None)
    assert services.cancel_job(ada, str(job.pk), now=NOW)
    assert not services.cancel_job(ada, str(job.pk), now=NOW)
    job.refresh_from_db()
    assert (job.state, job.answer, job.finished_at) == (State.RETRIES_EXHAUSTED, services.CANCELLED, NOW)


@pytest.mark.parametrize("job_id", ["", "x", "00000000-0000-0000-0000-000000000000", None])
def test_only_one_s_own_question_can_be_cancelled_or_rated(ada, carol, job_id):
    job_id = str(own(carol).pk) if job_id is None else job_id
    with pytest.raises(UnknownJob):
        services.cancel_job(ada, job_id, now=NOW)
    with pytest.raises(UnknownJob):
        services.rate(ada, job_id, thumb=1)


def test_operators_cancel_questions_on_record(ada, eve, olga):
    jobs = [own(ada), own(ada), own(eve), own(eve, state=State.COMPLETED, **FINISHED)]
    assert services.cancel_jobs(jobs, by=Actor(olga.email, olga, door="admin"), now=NOW) == 3
    entries = AuditEntry.objects.filter(operation="cancel_jobs").order_by("count")
    assert [(entry.account, entry.count, entry.detail) for entry in entries] == [
        (eve.account, 1, ""),
        (ada.account, 2, ""),
    ]


def test_a_thumb_is_kept_with_its_note_until_it_is_taken_back(ada):
    job = own(ada, state=State.COMPLETED, **FINISHED)
    services.rate(ada, str(job.pk), thumb=-1, note="Not this one.")
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (-1, "Not this one.")
    services.rate(ada, str(job.pk), thumb=1)
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (1, "Not this one.")  # nobody sent another
    services.rate(ada, str(job.pk), thumb=0, note="Not this one.")
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (0, "")


@pytest.mark.parametrize("wrong", [{"thumb": 2}, {"thumb": 1, "note": "x" * 501}, {"thumb": 1, "note": "a\0b"}])
def test_a_thumb_that_is_none_is_refused(ada, wrong):
    job = own(ada, state=State.COMPLETED, **FINISHED)
    with pytest.raises(InvalidQuestion):
        services.rate(ada, str(job.pk), **wrong)


def test_what_is_not_answered_yet_has_no_thumb(ada):
    with pytest.raises(InvalidQuestion):
        services.rate(ada, str(own(ada).pk), thumb=1)


def cite(job):
    return Citation.objects.create(job=job, position=0, kind="table", asset=job.pk, name="orders")


def test_a_conversation_is_deleted_for_good_by_whom_it_is_of(ada, carol):
    job = own(ada)
    cite(job)
    for user, text in ((carol, str(job.conversation_id)), (ada, "x")):
        with pytest.raises(UnknownConversation):
            services.delete_conversation(user, text)
    services.delete_conversation(ada, str(job.conversation_id))
    assert not any(model.objects.exists() for model in (Conversation, Job, Citation))


def test_whoever_is_deleted_takes_their_questions_along(ada, carol):
    cite(own(carol))
    kept = own(ada)
    carol.delete()
    assert Job.objects.get() == kept


def test_old_questions_are_forgotten_and_conversations_that_are_empty_then(ada, settings, monkeypatch):
    monkeypatch.setattr(services, "ROWS_PER_DELETE", 2)
    settings.ASSISTANT_RETENTION_DAYS = 30
    old = NOW - timedelta(days=30, seconds=1)
    for _ in range(5):
        cite(own(ada, created_at=old, conversation__last_at=old))
    lively = ConversationFactory.create(user=ada)
    JobFactory.create(conversation=lively, created_at=old)
    kept = JobFactory.create(conversation=lively, created_at=NOW - timedelta(days=30))
    new = ConversationFactory.create(user=ada)  # its first question is on its way
    assert services.forget_old(NOW) == 6
    assert Job.objects.get() == kept
    assert set(Conversation.objects.all()) == {lively, new}


# --- What an account allows --------------------------------------------------------------------


def test_a_model_is_let_in_and_kept_out_on_record(acme, ada):
    by = Actor(ada.email, ada)
    assert not services.forbid_model(acme, by=by, now=NOW)
    assert services.allow_model(acme, by=by, now=NOW)
    assert not services.allow_model(acme, by=by, now=NOW)
    assert AccountSettings.objects.get(account=acme).model_allowed
    assert services.forbid_model(acme, by=by, now=NOW)
    assert not AccountSettings.objects.get(account=acme).model_allowed
    said = AuditEntry.objects.order_by("pk").values_list("operation", "actor", "account")
    assert list(said) == [("allow_model", ada.pk, acme.pk), ("forbid_model", ada.pk, acme.pk)]
