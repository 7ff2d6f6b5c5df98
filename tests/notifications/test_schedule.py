"""Whatever changes what an account is to be told makes it due for the next sweep; nothing else does."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.db import connection

from accounts.models import User
from jobs import heartbeats
from jobs.models import Heartbeat
from notifications import expiry, planning, schedule
from notifications.models import Email, NextNotice
from notifications.recipients import recipients_by_account
from tests.factories import NOW, AccountFactory, UserFactory
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

Kind, State = Email.Kind, Email.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
full_sweep_is_due = heartbeats.full_sweep_is_due  # before a fixture says never


def sweep(now) -> planning.Sweep:
    done = planning.sweep(now)
    assert done is not None
    return done


def due(now) -> set[int]:
    return next((accounts for _, accounts in schedule.due(now)), set())


def notices_to(person: User) -> list[tuple[str, str]]:
    return list(Email.objects.filter(event=None, recipient=person).order_by("pk").values_list("kind", "state"))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def now(issued, carol):
    """A week before the end of Acme's token, when Ada has been told of it and nothing is due."""
    now = issued.token.expires_at - 6 * DAY
    sweep(now)
    Email.objects.update(state=State.SENT, sent_at=now)
    assert due(now) == set()
    return now


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET role = 'ADMIN'",
        "UPDATE accounts_user SET status = 'SUSPENDED'",
        "UPDATE accounts_user SET email = 'new@acme.test' WHERE role = 'ADMIN'",
        "UPDATE accounts_user SET bounced_address = email",
        "UPDATE accounts_user SET account_id = NULL, is_staff = TRUE",
        "DELETE FROM accounts_user WHERE role = 'CONTRIBUTOR'",
        "UPDATE accounts_account SET suspended_at = created_at",
        "UPDATE tokens_apitoken SET ended_at = created_at, end_reason = 'REVOKED'",
        "UPDATE notifications_email SET state = 'cancelled', sent_at = NULL",
        "UPDATE notifications_email SET state = 'superseded', sent_at = NULL",
        "UPDATE notifications_email SET state = 'failed', sent_at = NULL",
        "UPDATE notifications_email SET state = 'pending', sent_at = NULL",
        "DELETE FROM notifications_email",
    ],
)
def test_a_change_by_whatever_statement_makes_its_account_due(acme, now, statement):
    execute(statement)
    assert due(now) == {acme.pk}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET first_name = 'Ada', password = '', last_login = created_at",
        "UPDATE accounts_account SET name = 'other'",
        "UPDATE tokens_apitoken SET name = 'other'",
        "UPDATE notifications_email SET state = 'delivered'",
        "UPDATE notifications_email SET last_error = 'slow'",
    ],
)
def test_what_no_check_reads_makes_nobody_due(now, statement):
    execute(statement)
    assert due(now) == set()


def test_everybody_and_everything_new_is_checked(acme, ada, now, issued):
    for add in (
        lambda: UserFactory.create(account=acme),
        lambda: generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now),
        lambda: issued.token.events.create(kind=TokenEvent.Kind.GENERATED, actor_name="", at=now),
    ):
        add()
        assert due(now) == {acme.pk}
        sweep(now)


def test_a_token_that_no_service_made_is_checked(umbrella, eve, now):
    sweep(now)
    ApiToken.objects.create(
        account=umbrella,
        scope=Scope.READ_ONLY,
        region="eu",
        public_id="restored",
        digest=bytes(32),
        pepper_number=1,
        last_four="0000",
        created_at=NOW,
        expires_at=now + DAY,
    )
    assert due(now) == {umbrella.pk}


def test_who_changes_accounts_makes_both_due(acme, ada, umbrella, now):
    User.objects.filter(pk=ada.pk).update(account=umbrella)
    assert due(now) == {acme.pk, umbrella.pk}


def test_another_end_makes_its_account_due(acme, now):
    """Which an operator has to force: PostgreSQL keeps what a token is."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE tokens_apitoken DISABLE TRIGGER tokens_apitoken_keep")
    ApiToken.objects.update(expires_at=now + DAY)
    assert due(now) == {acme.pk}


# --- Checks ------------------------------------------------------------------------------------


def test_an_account_is_checked_once_for_each_notice_that_becomes_due(issued, ada):
    end, seen = issued.token.expires_at, []
    for hours in range(-32 * 24, 3 * 24, 6):
        checked = sweep(end + hours * HOUR).tokens
        Email.objects.filter(state=State.PENDING).update(state=State.SENT, sent_at=NOW)
        seen += [hours / 24] * checked
    assert seen == [-30, -7, -1, 0]  # and once more when *expired* is a day old: it was sent, so nothing is due
    assert not NextNotice.objects.exists()


def test_the_earlier_of_two_tokens_is_the_next(acme, ada):
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW + DAY)
    first = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW).token
    sweep(NOW + DAY)
    assert NextNotice.objects.get().next_notice_at == first.expires_at - 30 * DAY


def test_who_comes_during_a_check_is_told_after_all(carol, now, monkeypatch):
    def and_then_carol(accounts):
        people = read(accounts)
        User.objects.filter(pk=carol.pk).update(role=User.Role.ADMIN)
        return people

    read = recipients_by_account
    monkeypatch.setattr(expiry, "recipients_by_account", and_then_carol)
    UserFactory.create(account=carol.account)
    sweep(now)
    assert notices_to(carol) == [(Kind.EXPIRES_7, State.PENDING)]


def test_an_event_that_comes_during_a_check_is_told_after_all(acme, issued, now, monkeypatch):
    def after_an_event(*args, **kwargs):
        revoke_token(issued.token, by=None, now=now)
        return plan(*args, **kwargs)

    plan = expiry.plan_notices
    monkeypatch.setattr(expiry, "plan_notices", after_an_event)
    UserFactory.create(account=acme)
    sweep(now)
    assert Email.objects.filter(kind=Kind.REVOKED).exists()


def test_a_check_that_fails_takes_nothing_away(acme, now, monkeypatch):
    UserFactory.create(account=acme, role=User.Role.ADMIN)
    monkeypatch.setattr(expiry.NoticeChanges, "save", Mock(side_effect=RuntimeError))
    with pytest.raises(RuntimeError):
        planning.sweep(now)
    assert due(now) == {acme.pk}


def test_more_rows_than_a_check_takes_away_are_due_again(acme, now, monkeypatch):
    monkeypatch.setattr(schedule, "MAX_ROWS_PER_CHECK", 2)
    for _ in range(5):
        UserFactory.create(account=acme)
    sweep(now)
    assert due(now) == set()


def test_an_account_with_nobody_to_tell_is_checked_once_and_reported_each_time(acme, ada, now, caplog):
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    assert (sweep(now).tokens, sweep(now).tokens) == (1, 0)
    assert caplog.text.count("nobody_to_notify") == 2
    assert sweep(now + 30 * DAY).unreachable == {acme.pk}
    User.objects.filter(pk=ada.pk).update(status=User.Status.ACTIVATED)
    assert sweep(now + 30 * DAY).unreachable == set()
    assert Email.objects.filter(kind=Kind.EXPIRED, state=State.MISSED).exists()


def test_a_sweep_with_nothing_to_do_asks_a_handful_of_questions(now, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        sweep(now)


# --- When the schedule lacks something ------------------------------------------------------------


@pytest.fixture
def full_sweep(monkeypatch, no_full_sweep):
    monkeypatch.setattr(heartbeats, "full_sweep_is_due", full_sweep_is_due)


def test_what_the_schedule_lacks_is_found_within_the_hour(issued, ada, full_sweep):
    now = issued.token.expires_at - 6 * DAY
    NextNotice.objects.all().delete()
    assert sweep(now).counts[State.PENDING] == 2  # of the event, and of the end
    Email.objects.filter(event=None).update(state=State.CANCELLED)
    NextNotice.objects.all().delete()
    assert sweep(now + HOUR - timedelta(seconds=1)).tokens == 0
    assert sweep(now + HOUR).counts[State.PENDING] == 1


def test_a_full_sweep_in_pages_misses_no_account(db, full_sweep, monkeypatch):
    monkeypatch.setattr(schedule, "MAX_ACCOUNTS_PER_CHECK", 2)
    for _ in range(5):
        account = AccountFactory.create()
        UserFactory.create(account=account, role=User.Role.ADMIN)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW)
    NextNotice.objects.all().delete()
    assert sweep(NOW.replace(year=2027) - DAY).tokens == 5


def test_a_clock_that_was_ahead_does_not_put_off_the_full_sweep(issued, ada, full_sweep):
    end = issued.token.expires_at
    sweep(end + 400 * DAY)
    assert not NextNotice.objects.exists()
    sweep(end - 6 * DAY)
    assert (Kind.EXPIRES_7, State.PENDING) in notices_to(ada)


def test_the_full_sweep_is_noted_only_when_it_is_done(issued, ada, full_sweep, monkeypatch):
    monkeypatch.setattr(expiry.NoticeChanges, "save", Mock(side_effect=RuntimeError))
    for _ in range(2):
        with pytest.raises(RuntimeError):
            planning.sweep(issued.token.expires_at)
    assert Heartbeat.objects.get().everything_at is None


def test_a_migrated_site_has_checks_of_tokens_that_end_later(acme, umbrella, issued):
    near = generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW - 350 * DAY)
    NextNotice.objects.all().delete()
    editor = SimpleNamespace(connection=connection, execute=lambda sql, **_: execute(sql))
    import_module("notifications.migrations.0006_next_notice_triggers").fill(None, editor)
    row = NextNotice.objects.get()
    assert (row.account_id, row.next_notice_at) == (acme.pk, issued.token.expires_at - 30 * DAY)
    assert near.token.expires_at - 30 * DAY < NOW
