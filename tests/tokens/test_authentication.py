"""What the check remembers, and for how long."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from accounts.services import suspend_account
from tests.factories import NOW
from tokens import keys
from tokens.authentication import authenticate
from tokens.errors import AccountSuspended, TokenExpired, TokenReplaced, TokenRevoked, UnknownToken
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(monkeypatch):
    """The seconds that leases are counted in; `clock.now += 1` lets one pass."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("tokens.authentication.time.clock_gettime", lambda _: Clock.now)
    return Clock


@pytest.fixture
def known(issued, clock):
    """A token that this process has verified at this moment."""
    authenticate(issued.secret, now=NOW)
    return issued


def test_while_a_lease_holds_a_known_token_costs_no_query(known, clock, django_assert_num_queries):
    clock.now += 0.249
    with django_assert_num_queries(0):
        assert authenticate(known.secret, now=NOW).pk == known.token.pk


def test_one_query_renews_the_lease_for_all_that_is_known(acme, known, clock, django_assert_num_queries):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    authenticate(other.secret, now=NOW)
    clock.now += 0.25
    with django_assert_num_queries(1):
        authenticate(known.secret, now=NOW)
        authenticate(other.secret, now=NOW)
        authenticate(known.secret, now=NOW)


def test_a_known_token_is_the_one_that_the_orm_would_read(known):
    found, read = authenticate(known.secret, now=NOW), ApiToken.objects.select_related("account").get()
    for one in (found, read):
        one.__dict__["digest"] = bytes(one.digest)
    assert {name: value for name, value in found.__dict__.items() if name != "_state"} == {
        name: value for name, value in read.__dict__.items() if name != "_state"
    }
    assert (found.account.slug, found._state.db, found._state.adding) == ("acme", "default", False)


def test_it_expires_at_its_instant_also_from_memory(known, django_assert_num_queries):
    end = known.token.expires_at
    with django_assert_num_queries(0):
        assert authenticate(known.secret, now=end - timedelta(microseconds=1))
        with pytest.raises(TokenExpired):
            authenticate(known.secret, now=end)


def revoke(issued):
    revoke_token(issued.token, by=None, now=NOW)


def replace(issued):
    generate_token(issued.token.account, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)


def suspend(issued):
    suspend_account(issued.token.account, by=None, now=NOW)


@pytest.mark.parametrize(
    ("end", "error"), [(revoke, TokenRevoked), (replace, TokenReplaced), (suspend, AccountSuspended)]
)
def test_it_is_dead_when_the_service_has_returned(issued, end, error):
    """By the real clock, and with the real wait."""
    assert authenticate(issued.secret, now=NOW)
    end(issued)
    with pytest.raises(error):
        authenticate(issued.secret, now=NOW)


def test_a_change_that_another_call_has_seen_is_known_at_once(acme, known, django_assert_num_queries):
    ApiToken.objects.update(name="changed")  # by somebody who does not wait
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    authenticate(other.secret, now=NOW)
    with django_assert_num_queries(1):
        assert authenticate(known.secret, now=NOW).name == "changed"


def test_what_is_refused_is_not_remembered(known, clock, django_assert_num_queries):
    stranger = keys.mint("READ_ONLY", "eu").text
    for _ in range(2):
        with django_assert_num_queries(1), pytest.raises(UnknownToken):
            authenticate(stranger, now=NOW)


def test_without_a_database_nothing_is_let_in_that_no_lease_covers(known, clock):
    def fail(execute, sql, params, many, context):
        raise OperationalError

    with connection.execute_wrapper(fail):
        assert authenticate(known.secret, now=NOW)
        clock.now += 0.25
        with pytest.raises(OperationalError):
            authenticate(known.secret, now=NOW)


def test_no_text_and_no_secret_is_a_name_in_memory(known, own_leases):
    (name,) = own_leases.values
    assert len(name) == 16
    assert keys.parse(known.secret).secret.encode() not in name


def test_a_length_of_nothing_remembers_nothing(issued, settings, own_leases, django_assert_num_queries):
    own_leases.length = 0.0
    for _ in range(2):
        with django_assert_num_queries(1):
            authenticate(issued.secret, now=NOW)


def test_a_token_is_remembered_under_its_plain_spellings_alone(known, own_leases, django_assert_num_queries):
    before = len(own_leases.values)
    for number in range(1, 20):
        assert authenticate(f"bearer{' ' * number}{known.secret}", now=NOW).pk == known.token.pk
    assert len(own_leases.values) == before
    with django_assert_num_queries(2):
        for _ in range(3):
            authenticate(f"Bearer {known.secret}", now=NOW)
            authenticate(f"Token {known.secret}", now=NOW)
    assert len(own_leases.values) == before + 2


SPELLINGS = [f"{word}{prefix}{{}}" for word in ("", "Bearer ", "Token ") for prefix in ("", "castor:", "castor::")]


@pytest.mark.parametrize("form", SPELLINGS)
def test_each_usual_spelling_costs_one_query(issued, clock, own_leases, form, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            assert authenticate(form.format(issued.secret), now=NOW).pk == issued.token.pk
    assert len(own_leases.values) == 1


def test_other_spellings_of_a_prefixed_token_fill_no_memory(issued, clock, own_leases):
    for number in range(2, 20):
        assert authenticate(f"Token{' ' * number}castor::{issued.secret}", now=NOW).pk == issued.token.pk
    assert not own_leases.values
