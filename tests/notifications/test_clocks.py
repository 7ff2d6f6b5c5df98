"""What a clock that was ahead has written silences nothing once the clock is right; nor does one that is ahead."""

from datetime import timedelta

import pytest

from jobs import heartbeats, queues
from jobs.leases import MAX_CLOCK_SKEW
from jobs.models import Heartbeat
from notifications import delivery, health, metrics, planning
from notifications.claims import claim, next_page
from notifications.failures import Failure, Verdict
from notifications.models import Email, Outbox
from tests.factories import NOW
from tests.living import everybody_lives, worker_lives
from tests.notifications.test_still_sent import newer, send, still_sent_emails  # noqa: F401  # a fixture of theirs
from tokens.models import ApiToken

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
State, Part = Email.State, Heartbeat.Part


def is_sent(now=NOW) -> bool:
    return delivery.send_emails(now) == 1


def test_what_nobody_tried_yet_is_due_whatever_its_time_says(planned):
    Email.objects.update(next_attempt_at=NOW + HOUR / 2, owed_at=NOW + HOUR / 2)
    assert is_sent()


def test_another_attempt_waits_as_long_as_any_may_and_no_longer(planned):
    Email.objects.update(attempts=1, next_attempt_at=NOW + Email.LONGEST_DELAY)
    assert not is_sent()
    Email.objects.update(next_attempt_at=NOW + 2 * HOUR)
    assert is_sent()


def test_a_lease_that_is_longer_than_any_is_taken_over(planned):
    Email.objects.update(state=State.SENDING, lease_until=Email.latest_lease_end(NOW))
    assert not is_sent()
    Email.objects.update(lease_until=NOW + DAY)
    assert is_sent()


@pytest.mark.parametrize("passed", [timedelta(), timedelta(seconds=delivery.MAX_RUN_SECONDS)])
@pytest.mark.parametrize("ahead", [timedelta(minutes=minutes) for minutes in range(2, 90, 2)])
def test_what_a_page_has_its_run_can_claim_to_its_end(planned, passed, ahead):
    """Or it would read the same page again and again."""
    state = {"attempts": 1, "next_attempt_at": NOW + ahead}
    for changes in (state, {"state": State.SENDING, "lease_until": NOW + ahead}):
        Email.objects.update(**changes)
        for email in next_page(NOW):
            assert claim(email, NOW + DAY, now=NOW + passed)
            Email.objects.update(attempts=1)


def test_a_hold_that_ends_later_than_any_holds_nothing(planned):
    Outbox.current()
    Outbox.objects.update(held_until=NOW + HOUR)
    assert Outbox.current().is_held(NOW)
    assert not is_sent()
    Outbox.objects.update(held_until=NOW + DAY)
    assert not Outbox.current().is_held(NOW)
    assert is_sent()


def test_a_hold_of_a_wrong_clock_gives_way_to_a_right_one(db):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "slow", SECOND), now=NOW + DAY)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "slow", HOUR), now=NOW)
    outbox = Outbox.current()
    assert (outbox.held_until, outbox.failing_since) == (NOW + HOUR, NOW)


def test_a_first_attempt_in_the_future_counts_from_the_next_one(planned):
    Email.objects.update(attempts=1, first_attempt_at=NOW + DAY)
    [email] = next_page(NOW)
    assert claim(email, NOW + HOUR, now=NOW)
    assert email.first_attempt_at == Email.objects.get().first_attempt_at == NOW


def test_a_pause_that_began_in_the_future_makes_no_attempt_older(planned):
    Email.objects.update(attempts=1, first_attempt_at=NOW)
    delivery.pause(by=None, reason="", now=NOW + DAY)
    delivery.resume(by=None, now=NOW)
    assert Email.objects.get().first_attempt_at == NOW


def test_who_was_told_tomorrow_is_told_today(issued, newer, ada):  # noqa: F811
    send(issued, NOW + 2 * HOUR)
    planning.sweep(NOW + 2 * HOUR + DAY)
    still_sent_emails().update(state=State.SENT, sent_at=NOW + DAY)
    planning.sweep(NOW + 2 * HOUR)
    assert still_sent_emails(state=State.PENDING).count() == 1


@pytest.fixture
def alive(db):
    everybody_lives(NOW)


def details(now) -> dict[str, str]:
    return {check.name: check.detail for check in health.checks(now) if not check.ok}


def test_a_sign_of_life_from_the_future_is_red_and_says_why(alive):
    ahead = "its clock is 2 h ahead"
    assert details(NOW - 2 * HOUR) == {
        "beat": ahead,
        "worker": f"{ahead} (emails@mill)",
        "worker-default": f"{ahead} (default@mill)",
        "sweep": ahead,
    }
    assert 'catalog_health{check="beat"} 0.0' in metrics.exposition(NOW - 2 * HOUR).decode()


def test_clocks_may_be_two_minutes_apart(alive):
    assert details(NOW - MAX_CLOCK_SKEW) == {}
    assert set(details(NOW - MAX_CLOCK_SKEW - SECOND)) == {"beat", "worker", "worker-default", "sweep"}


def test_the_next_sign_of_life_makes_it_green(alive):
    heartbeats.beat(Part.BEAT, now=NOW - 2 * HOUR)
    for queue in queues.expected():
        worker_lives(queue, NOW - 2 * HOUR)
    heartbeats.renew_sweep(NOW - 2 * HOUR)
    assert details(NOW - 2 * HOUR) == {}


def test_a_worker_of_the_future_that_has_gone_is_forgotten(alive):
    worker_lives("emails", NOW + DAY, host="gone")
    assert "gone" in details(NOW)["worker"]
    assert heartbeats.forget_workers(NOW) == 1
    assert details(NOW) == {}


def test_notices_that_a_wrong_clock_planned_do_not_leave(issued):
    end = ApiToken.objects.get().expires_at
    planning.sweep(end - timedelta(days=30))
    assert Email.objects.filter(kind="expires_30", state=State.PENDING).exists()
    delivery.send_emails(end - timedelta(days=31))
    assert Email.objects.get(kind="expires_30").state == State.SUPERSEDED
