from datetime import timedelta
from unittest.mock import Mock

import pytest

from assistant import queue, results
from assistant.errors import LeaseLost
from assistant.models import LIFETIME, Job
from tests.factories import NOW, ConversationFactory, JobFactory

pytestmark = pytest.mark.django_db
State = Job.State
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=45)


def again(job):
    return Job.objects.get(pk=job.pk)


def claimed(at) -> Job:
    job = queue.claim(at)
    assert job
    return job


def test_a_claim_counts_the_attempt_and_lasts_45_seconds():
    job = JobFactory.create()
    taken = claimed(NOW)
    assert taken == job
    assert (taken.state, taken.attempts, taken.lease_until) == (State.ACTIVE, 1, NOW + LEASE)
    assert queue.claim(NOW) is None


def test_the_oldest_question_is_the_next():
    JobFactory.create(created_at=NOW)
    oldest = JobFactory.create(created_at=NOW - SECOND)
    assert queue.claim(NOW) == oldest


def test_an_account_that_asks_much_does_not_hold_up_another(ada, eve):
    """Even when the lease of what it asked has run out: that is the next one for somebody to take over."""
    for second in range(3):
        JobFactory.create(conversation__user=ada, created_at=NOW - (10 - second) * SECOND)
    theirs = JobFactory.create(conversation__user=eve)
    accounts = [claimed(NOW).account for _ in range(4)]
    assert accounts == [ada.account, theirs.account, ada.account, ada.account]


def test_questions_of_one_conversation_are_answered_one_after_the_other():
    talk = ConversationFactory.create()
    first, second = (JobFactory.create(conversation=talk, created_at=NOW + n * SECOND) for n in range(2))
    taken = claimed(NOW + SECOND)
    assert taken == first
    assert queue.claim(NOW + SECOND) is None
    queue.complete(taken, now=NOW, answer="Here.")
    assert queue.claim(NOW + SECOND) == second


def test_whoever_died_is_followed_by_another_one_when_the_lease_has_run_out():
    JobFactory.create()
    dead = claimed(NOW)
    assert queue.claim(NOW + LEASE - SECOND) is None
    successor = claimed(NOW + LEASE)
    assert (successor, successor.attempts) == (dead, 2)
    with pytest.raises(LeaseLost):
        queue.go_on(dead, "writing", now=NOW + LEASE)
    with pytest.raises(LeaseLost):
        queue.complete(dead, now=NOW, answer="Late.")
    assert not queue.fail(dead, "late", now=NOW)
    stored = again(dead)
    assert (stored.state, stored.step, stored.answer, stored.error) == (State.ACTIVE, "", "", "")


def test_each_step_holds_the_job_for_another_lease():
    JobFactory.create()
    job = claimed(NOW)
    queue.go_on(job, "searching", now=NOW + 40 * SECOND)
    assert again(job).step == "searching"
    assert queue.claim(NOW + 84 * SECOND) is None
    queue.complete(job, now=NOW + 84 * SECOND, answer="Here.")
    assert (again(job).step, again(job).answer) == ("", "Here.")


def test_three_attempts_after_2_and_10_seconds_and_then_a_sentence(monkeypatch):
    monkeypatch.setattr("random.uniform", Mock(return_value=1))
    JobFactory.create()
    at, waits = NOW, []
    for _ in range(2):
        job = claimed(at)
        assert queue.fail(job, "KeyError in x.py:1", now=at)
        stored = again(job)
        assert (stored.state, stored.answer, stored.error) == (State.FAILED, "", "KeyError in x.py:1")
        waits.append((stored.next_attempt_at - at).total_seconds())
        assert queue.claim(stored.next_attempt_at - SECOND) is None
        at = stored.next_attempt_at
    assert waits == [2, 10]
    assert queue.fail(claimed(at), "KeyError in x.py:1", now=at)
    stored = again(job)
    assert (stored.state, stored.answer, stored.finished_at) == (State.RETRIES_EXHAUSTED, queue.GIVEN_UP, at)


def test_what_kills_its_workers_ends_after_three():
    JobFactory.create()
    for attempt in range(3):
        assert queue.claim(NOW + attempt * LEASE)
    assert queue.claim(NOW + 3 * LEASE) is None
    assert Job.objects.get().state == State.RETRIES_EXHAUSTED


def test_a_last_attempt_whose_clock_was_ahead_holds_up_nobody():
    talk = ConversationFactory.create()
    held = {"state": State.ACTIVE, "attempts": 3, "lease_until": NOW + timedelta(hours=1)}
    dead = JobFactory.create(conversation=talk, **held)
    waiting = JobFactory.create(conversation=talk, created_at=NOW + SECOND)
    assert queue.claim(NOW + SECOND) == waiting
    assert again(dead).state == State.RETRIES_EXHAUSTED


def test_five_minutes_end_whatever_is_left_even_what_somebody_is_at():
    JobFactory.create()
    JobFactory.create(state=State.FAILED, attempts=1, error="KeyError in x.py:1")
    JobFactory.create(conversation__origin="DUST", created_at=NOW + SECOND)
    held = claimed(NOW)
    assert queue.settle_over(NOW + timedelta(minutes=5)) == 2
    with pytest.raises(LeaseLost):
        queue.complete(held, now=NOW, answer="Late.")
    ended = Job.objects.filter(state=State.RETRIES_EXHAUSTED)
    assert set(ended.values_list("error", flat=True)) == {"nobody ended it in time", "KeyError in x.py:1"}
    assert set(ended.values_list("answer", flat=True)) == {queue.GIVEN_UP}


def test_a_question_that_was_asked_by_a_clock_ahead_ends_five_minutes_later_without_a_worker():
    far = JobFactory.create(created_at=NOW + timedelta(days=1))
    near = JobFactory.create(created_at=NOW + timedelta(minutes=2))  # as far as two right clocks may be apart
    assert results.job_of(far.account, str(far.pk), now=NOW).state == State.ADDED
    assert [again(one).expires_at - NOW for one in (far, near)] == [LIFETIME, LIFETIME + timedelta(minutes=2)]
    assert results.job_of(far.account, str(far.pk), now=NOW + LIFETIME).state == State.RETRIES_EXHAUSTED


def test_only_the_account_s_are_ended_when_one_is_named(ada, eve):
    mine, theirs = (JobFactory.create(conversation__user=user) for user in (ada, eve))
    assert queue.settle_over(NOW + timedelta(hours=1), account=ada.account) == 1
    assert (again(mine).state, again(theirs).state) == (State.RETRIES_EXHAUSTED, State.ADDED)


def test_what_a_model_took_is_kept_whatever_comes_of_it():
    JobFactory.create()
    job = claimed(NOW)
    job.model, job.requests, job.tokens_in = "openai:x", 2, 300
    queue.fail(job, "KeyError", now=NOW)
    job = claimed(NOW + timedelta(minutes=1))
    job.requests += 1
    queue.complete(job, now=NOW, answer="Here.", writer="model")
    stored = again(job)
    assert (stored.model, stored.requests, stored.tokens_in, stored.writer) == ("openai:x", 3, 300, "model")


def test_a_claim_asks_a_few_queries_whatever_waits(django_assert_num_queries, ada, eve):
    for user in (ada, eve):
        JobFactory.create_batch(10, conversation__user=user)
    with django_assert_num_queries(7):  # what lasts too long; what is over; candidates; begin, take, end; the row
        assert queue.claim(NOW)
