"""The database counts every change of an account or a token, and whoever weakens a token waits after the commit."""

from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts import services
from accounts.models import Account, Generation
from tests.factories import NOW
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token, revoke_tokens


def number() -> int:
    return Generation.objects.get().number


@pytest.fixture
def waits(monkeypatch):
    """Takes the place of sleeping; called once for each wait."""
    monkeypatch.setattr("accounts.generation.time.sleep", slept := Mock())
    return slept


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tokens_apitoken SET ended_at = created_at, end_reason = 'REVOKED'",
        "UPDATE tokens_apitoken SET name = 'other'",
        "UPDATE accounts_account SET suspended_at = created_at",
        "UPDATE accounts_account SET name = 'other'",
    ],
)
def test_a_change_by_whatever_statement_is_counted(issued, statement):
    before = number()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert number() == before + 1


def test_services_are_counted(acme, issued):
    before = number()
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    revoke_token(newer.token, by=None, now=NOW)
    services.suspend_account(acme, by=None, now=NOW)
    services.reopen_account(acme, by=None, now=NOW)
    assert number() == before + 4


def test_a_new_token_weakens_nobody_and_is_not_counted(acme):
    before = number()
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW)
    assert number() == before


def test_a_change_that_is_rolled_back_is_not_counted(issued):
    before = number()
    with transaction.atomic():
        ApiToken.objects.update(name="other")
        transaction.set_rollback(True)
    assert number() == before


def test_an_emptied_table_counts_again(issued):
    Generation.objects.all().delete()
    Account.objects.update(name="other")
    assert number() == 1


# --- Waiting -------------------------------------------------------------------------------------

committed = pytest.mark.django_db(transaction=True)


@committed
def test_ending_a_token_waits_once_for_longer_than_a_lease(issued, waits, settings):
    waits.reset_mock()
    revoke_token(issued.token, by=None, now=NOW)
    (call,) = waits.call_args_list
    assert call.args[0] > settings.TOKEN_LEASE


@committed
def test_replacing_waits_and_generating_does_not(acme, waits):
    first = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW)
    assert waits.call_count == 0
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=first.token.pk)
    assert waits.call_count == 1


@committed
def test_ending_many_waits_once(acme, waits):
    tokens = [generate_token(acme, scope=scope, by=None, now=NOW).token for scope in Scope]
    assert revoke_tokens(tokens, by=None, now=NOW) == 2
    assert waits.call_count == 1


@committed
def test_ending_what_has_ended_does_not_wait(issued, waits):
    revoke_token(issued.token, by=None, now=NOW)
    assert revoke_token(issued.token, by=None, now=NOW) is False
    assert waits.call_count == 1


@committed
def test_the_wait_begins_after_the_outermost_commit(issued, waits):
    with transaction.atomic():
        revoke_token(issued.token, by=None, now=NOW)
        assert waits.call_count == 0
    assert waits.call_count == 1


@committed
def test_suspending_waits_and_reopening_does_not(acme, waits):
    services.suspend_account(acme, by=None, now=NOW)
    services.suspend_account(acme, by=None, now=NOW)
    services.reopen_account(acme, by=None, now=NOW)
    assert waits.call_count == 1


@committed
def test_a_change_of_mcp_access_waits(acme, waits):
    assert services.change_mcp_access(acme, access=True, writes=False, shown=acme.version, by=None, now=NOW)
    assert waits.call_count == 1


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_counts_from_somewhere_else():
    before = Generation.objects.get().number
    call_command("flush", interactive=False, verbosity=0)
    assert Generation.objects.get().number != before
