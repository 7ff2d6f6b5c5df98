from collections import defaultdict
from datetime import timedelta
from unittest.mock import Mock

import pytest

from accounts.models import User
from accounts.services import note_bounce, reopen_account, suspend_account
from jobs import heartbeats
from jobs.models import Heartbeat
from notifications import events, expiry, planning, schedule
from notifications.models import Email, PlannedEvent
from tests.factories import NOW, AccountFactory, UserFactory
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

Kind, State = Email.Kind, Email.State
DAY = timedelta(days=1)


@pytest.fixture
def second(acme):
    return UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)


def sweep(now) -> planning.Sweep:
    done = planning.sweep(now)
    assert done is not None
    return done


def notices(**filters) -> list[tuple[str, str, str]]:
    rows = Email.objects.filter(event=None, **filters).order_by("pk")
    return [(email.kind, email.recipient.email, email.state) for email in rows]


def test_each_administrator_gets_one_email_for_an_event(issued, second, carol, eve):
    assert events.plan_token_events(NOW) == 2
    assert events.plan_token_events(NOW) == 0
    assert set(Email.objects.values_list("recipient__email", flat=True)) == {"ada@acme.test", second.email}


def test_a_replacement_is_one_email(acme, issued):
    events.plan_token_events(NOW)
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    assert events.plan_token_events(NOW) == 1


def test_without_an_administrator_the_email_stays_owed(issued, ada):
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    assert events.plan_token_events(NOW) == 0
    assert not PlannedEvent.objects.exists()
    User.objects.filter(pk=ada.pk).update(status=User.Status.ACTIVATED)
    assert events.plan_token_events(NOW) == 1


def test_accounts_that_nobody_administers_never_stand_in_the_way(issued, monkeypatch):
    monkeypatch.setattr(events, "MAX_ROWS_PER_PAGE", 2)
    for account in AccountFactory.create_batch(5):
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW)
    newest = AccountFactory.create()
    UserFactory.create(account=newest, role=User.Role.ADMIN)
    generate_token(newest, scope=Scope.READ_ONLY, by=None, now=NOW)
    assert events.plan_token_events(NOW) == 2


def test_the_sweep_also_finds_an_event_that_thousands_passed(issued, monkeypatch):
    monkeypatch.setattr(events, "RECENT_EVENTS", 0)
    assert events.plan_token_events(NOW) == 0
    assert sweep(NOW).counts[State.PENDING] == 1


@pytest.mark.parametrize(
    ("days", "kind"),
    [(30, Kind.EXPIRES_30), (6.5, Kind.EXPIRES_7), (1, Kind.EXPIRES_1), (0, Kind.EXPIRED), (-1, Kind.EXPIRED)],
)
def test_the_sweep_plans_the_one_notice_that_fits(issued, ada, days, kind):
    for _ in range(2):
        sweep(issued.token.expires_at - days * DAY)
    assert notices() == [(kind, ada.email, State.PENDING)]


def test_the_sweep_plans_nothing_before_thirty_days(issued):
    sweep(issued.token.expires_at - 30 * DAY - timedelta(microseconds=1))
    assert notices() == []


def test_a_narrower_notice_supersedes_those_that_wait(issued):
    for days in (30, 7, 1):
        sweep(issued.token.expires_at - days * DAY)
    assert [(kind, state) for kind, _, state in notices()] == [
        (Kind.EXPIRES_30, State.SUPERSEDED),
        (Kind.EXPIRES_7, State.SUPERSEDED),
        (Kind.EXPIRES_1, State.PENDING),
    ]


def test_a_token_that_nobody_was_told_of_in_time_is_missed(issued, ada):
    late = issued.token.expires_at + DAY + timedelta(seconds=1)
    for _ in range(2):
        sweep(late)
    assert notices() == [(Kind.EXPIRED, ada.email, State.MISSED)]


def test_expired_that_still_waits_after_a_day_is_missed(issued, ada):
    sweep(issued.token.expires_at)
    sweep(issued.token.expires_at + 2 * DAY)
    assert notices() == [(Kind.EXPIRED, ada.email, State.MISSED)]


def test_one_who_was_told_is_enough(issued, ada, second):
    sweep(issued.token.expires_at)
    Email.objects.filter(recipient=ada, event=None).update(state=State.SENT, sent_at=NOW)
    sweep(issued.token.expires_at + 2 * DAY)
    assert (Kind.EXPIRED, second.email, State.PENDING) in notices()


def test_without_anybody_to_tell_nothing_is_marked_and_operators_hear_of_it(issued, ada, caplog):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    assert (notices(), sweep(issued.token.expires_at - 5 * DAY).unreachable) == ([], {issued.token.account_id})
    assert "nobody_to_notify" in caplog.text
    User.objects.filter(pk=ada.pk).update(role=User.Role.ADMIN)
    sweep(issued.token.expires_at - 4 * DAY)
    assert notices() == [(Kind.EXPIRES_7, ada.email, State.PENDING)]


def test_an_address_that_bounced_is_nobody_to_tell(issued, ada):
    note_bounce(ada, "ADA@acme.test", now=NOW)
    assert sweep(issued.token.expires_at - DAY).unreachable
    User.objects.filter(pk=ada.pk).update(email="ada.new@acme.test")
    sweep(issued.token.expires_at - DAY)
    assert notices() == [(Kind.EXPIRES_1, "ada.new@acme.test", State.PENDING)]


def test_a_new_administrator_is_owed_what_fits_now(issued, ada, acme):
    sweep(issued.token.expires_at - 30 * DAY)
    Email.objects.filter(event=None).update(state=State.SENT, sent_at=NOW)
    UserFactory.create(email="new@acme.test", account=acme, role=User.Role.ADMIN)
    sweep(issued.token.expires_at - 20 * DAY)
    assert notices(state=State.PENDING) == [(Kind.EXPIRES_30, "new@acme.test", State.PENDING)]


@pytest.mark.parametrize("end", ["revoke", "replace"])
def test_ending_a_token_cancels_what_waits(acme, issued, end):
    sweep(issued.token.expires_at - 7 * DAY)
    if end == "revoke":
        revoke_token(issued.token, by=None, now=NOW)
    else:
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    events.plan_token_events(NOW)
    assert [state for _, _, state in notices()] == [State.CANCELLED]
    sweep(issued.token.expires_at - DAY)
    assert not Email.objects.filter(token=issued.token, state=State.PENDING, event=None).exists()


def test_a_suspended_account_is_owed_no_expiry_notice_until_it_opens(acme, issued):
    suspend_account(acme, by=None, now=NOW)
    sweep(issued.token.expires_at - 7 * DAY)
    assert notices() == []
    reopen_account(acme, by=None, now=NOW)
    sweep(issued.token.expires_at - 6 * DAY)
    assert len(notices()) == 1


def test_a_cancelled_notice_is_owed_again_when_its_recipient_comes_back(issued, ada):
    sweep(issued.token.expires_at - 7 * DAY)
    Email.objects.update(state=State.CANCELLED, attempts=3)
    sweep(issued.token.expires_at - 6 * DAY)
    assert notices() == [(Kind.EXPIRES_7, ada.email, State.PENDING)]
    assert Email.objects.get(event=None).attempts == 0


def test_pages_of_the_sweep_miss_no_token_of_the_same_instant(db, monkeypatch):
    monkeypatch.setattr(schedule, "MAX_ACCOUNTS_PER_CHECK", 2)
    for _ in range(5):
        account = AccountFactory.create()
        UserFactory.create(role=User.Role.ADMIN, account=account)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW)
    sweep(NOW)
    assert sweep(NOW.replace(year=2027) - DAY).tokens == 5
    assert len(notices()) == 5


def test_two_sweeps_at_once_are_one(issued):
    assert heartbeats.claim_sweep(NOW)
    assert planning.sweep(NOW) is None
    assert planning.sweep(NOW + heartbeats.SWEEP_LEASE) is not None
    assert Heartbeat.objects.get().busy_until is None


def test_a_sweep_that_fails_gives_way_to_the_next(issued, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(expiry, "plan_notices", Mock(side_effect=RuntimeError))
        with pytest.raises(RuntimeError):
            planning.sweep(issued.token.expires_at)
    assert planning.sweep(issued.token.expires_at) is not None


def test_the_sweep_takes_the_same_few_queries_for_many_tokens(db, django_assert_max_num_queries):
    for _ in range(20):
        account = AccountFactory.create()
        UserFactory.create(role=User.Role.ADMIN, account=account)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW)
    events.plan_token_events(NOW)
    with django_assert_max_num_queries(21):
        sweep(NOW.replace(year=2027) - DAY)


def test_a_planner_that_read_before_another_wrote_changes_nothing(issued, monkeypatch):
    now = issued.token.expires_at - 7 * DAY
    sweep(now)
    Email.objects.filter(event=None).update(state=State.SENT, sent_at=now)
    monkeypatch.setattr(expiry, "notices_about", lambda _: defaultdict(lambda: defaultdict(dict)))
    sweep(now)
    assert [state for _, _, state in notices()] == [State.SENT]


def test_a_planner_does_not_take_back_what_left_meanwhile(issued, ada, monkeypatch):
    sweep(issued.token.expires_at - 30 * DAY)
    row = Email.objects.get(event=None)
    Email.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=NOW)
    stale = {issued.token.pk: defaultdict(dict, {ada.pk: {Kind.EXPIRES_30: (row.pk, State.PENDING)}})}
    monkeypatch.setattr(expiry, "notices_about", lambda _: stale)
    sweep(issued.token.expires_at - 7 * DAY)
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_superseded_notice_keeps_what_happened_to_it(issued):
    sweep(issued.token.expires_at - 30 * DAY)
    Email.objects.filter(event=None).update(attempts=3, last_error="slow", first_attempt_at=NOW)
    later = issued.token.expires_at - 7 * DAY
    sweep(later)
    row = Email.objects.get(kind=Kind.EXPIRES_30)
    assert (row.attempts, row.last_error, row.first_attempt_at, row.changed_at) == (3, "slow", NOW, later)


def test_only_tokens_whose_time_has_come_are_checked(acme, ada, umbrella, eve, issued):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW + 10 * DAY)
    assert sweep(issued.token.expires_at - 30 * DAY).tokens == 1
    late = issued.token.expires_at + 2 * DAY
    assert sweep(late).tokens == 2
    assert sweep(late).tokens == 0  # until something changes, or another notice fits


def test_a_missed_token_hides_no_other(acme, ada, umbrella, eve, issued):
    late = issued.token.expires_at + 2 * DAY
    sweep(late)
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    assert sweep(late).counts[State.MISSED] == 1
    assert notices(recipient=eve) == [(Kind.EXPIRED, eve.email, State.MISSED)]


def test_a_warning_that_was_sent_does_not_settle_the_end(issued, ada):
    sweep(issued.token.expires_at - DAY)
    Email.objects.filter(event=None).update(state=State.SENT, sent_at=NOW)
    sweep(issued.token.expires_at + 2 * DAY)
    assert notices(kind=Kind.EXPIRED) == [(Kind.EXPIRED, ada.email, State.MISSED)]


def test_the_notices_of_a_page_are_planned_in_the_order_of_their_ends(db):
    for days in (3, 1, 2):
        account = AccountFactory.create(slug=f"ends-{days}")
        UserFactory.create(role=User.Role.ADMIN, account=account)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW + days * DAY)
    sweep(NOW.replace(year=2027))
    rows = Email.objects.filter(event=None).order_by("pk")
    assert list(rows.values_list("account__slug", flat=True)) == ["ends-1", "ends-2", "ends-3"]
