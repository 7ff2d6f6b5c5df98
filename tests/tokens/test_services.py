import uuid
from datetime import timedelta

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.services import reopen_account, suspend_account
from tests.factories import NOW
from tokens import keys
from tokens.authentication import authenticate
from tokens.errors import (
    AccountSuspended,
    InvalidName,
    MalformedToken,
    ReplacementNotAcknowledged,
    TokenExpired,
    TokenReplaced,
    TokenRevoked,
    UnknownToken,
    WrongRegion,
)
from tokens.lookup import SQL
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

LATER = NOW + timedelta(minutes=1)


def test_token_opens_until_the_instant_it_expires(issued):
    end = issued.token.expires_at
    assert authenticate(issued.secret, now=end - timedelta(microseconds=1)).pk == issued.token.pk
    with pytest.raises(TokenExpired):
        authenticate(issued.secret, now=end)


def test_checking_a_token_costs_one_query_and_reads_no_person(issued, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert authenticate(issued.secret, now=NOW).account.slug == "acme"
    assert "accounts_user" not in SQL


@pytest.mark.parametrize("region", ["eu", "us"])
def test_a_malformed_or_foreign_token_costs_no_query(db, region, django_assert_num_queries):
    text = keys.mint("READ_ONLY", region).text
    with django_assert_num_queries(0), pytest.raises((MalformedToken, WrongRegion)):
        authenticate(text[:-1] if region == "eu" else text, now=NOW)


def test_the_digest_is_all_that_is_kept_of_the_secret(issued):
    row = ApiToken.objects.values().get()
    assert keys.parse(issued.secret).secret not in str(row)
    assert issued.secret not in repr(issued)


def test_a_wrong_secret_and_an_unknown_token_say_the_same(issued):
    wrong = keys.mint("READ_ONLY", "eu")
    body = issued.secret[:22] + wrong.secret
    for text in (wrong.text, body + keys.checksum(body)):
        with pytest.raises(UnknownToken, match="There is no such token"):
            authenticate(text, now=NOW)


def test_a_token_does_not_open_under_another_scope(issued):
    body = "cat_rw_" + issued.secret[7:-6]
    with pytest.raises(UnknownToken):
        authenticate(body + keys.checksum(body), now=NOW)


def test_generating_records_who_did_it(issued, ada):
    event = TokenEvent.objects.get()
    assert (event.kind, event.token, event.actor, event.actor_name, event.at) == (
        "GENERATED",
        issued.token,
        ada,
        "ada@acme.test",
        NOW,
    )


def test_replacing_needs_the_id_that_was_shown(acme, issued):
    for stale in (None, uuid.uuid4()):
        with pytest.raises(ReplacementNotAcknowledged) as caught:
            generate_token(acme, scope=Scope.READ_ONLY, by=None, now=LATER, replaces=stale)
        assert caught.value.current == issued.token
    assert authenticate(issued.secret, now=LATER)
    assert TokenEvent.objects.count() == 1


def test_replacing_ends_the_old_token_and_names_the_new_one(acme, issued):
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=LATER, replaces=issued.token.pk)
    with pytest.raises(TokenReplaced) as caught:
        authenticate(issued.secret, now=LATER)
    assert (caught.value.at, caught.value.replaced_by) == (LATER, newer.token.mask)
    assert authenticate(newer.secret, now=LATER)
    assert newer.token.events.get().replaced == issued.token


def test_a_replacement_of_what_is_gone_changes_nothing(acme, issued):
    revoke_token(issued.token, by=None, now=LATER)
    with pytest.raises(ReplacementNotAcknowledged):
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=LATER, replaces=issued.token.pk)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("acknowledged", [True, False])
def test_an_expired_token_does_not_stand_in_the_way(acme, issued, acknowledged):
    end = issued.token.expires_at
    replaces = issued.token.pk if acknowledged else None
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=end, replaces=replaces)
    issued.token.refresh_from_db()
    assert (issued.token.end_reason, issued.token.replaced_by) == ("EXPIRED", None)
    with pytest.raises(TokenExpired):
        authenticate(issued.secret, now=end)


def test_both_scopes_may_be_active_at_once(acme, issued):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    assert other.secret.startswith("cat_rw_eu_")
    assert ApiToken.objects.open().count() == 2


def test_revoking_is_for_good_and_says_who(issued, ada):
    assert revoke_token(issued.token, by=Actor(ada.email, ada, "192.0.2.7", "curl 8.5"), now=LATER)
    assert not revoke_token(issued.token, by=None, now=LATER)
    with pytest.raises(TokenRevoked):
        authenticate(issued.secret, now=LATER)
    event = TokenEvent.objects.get(kind="REVOKED")
    assert (event.actor, event.ip, event.client) == (ada, "192.0.2.7", "curl 8.5")


def test_a_suspended_account_opens_nothing_until_it_is_reopened(acme, issued):
    assert suspend_account(acme, by=None, now=LATER)
    with pytest.raises(AccountSuspended):
        authenticate(issued.secret, now=LATER)
    with pytest.raises(AccountSuspended):
        generate_token(acme, scope=Scope.READ_WRITE, by=None, now=LATER)
    assert reopen_account(acme, by=None, now=NOW)
    assert authenticate(issued.secret, now=LATER)


def test_a_bad_name_makes_no_token(acme):
    with pytest.raises(InvalidName):
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, name="two\nlines")
    assert not ApiToken.objects.exists()


def test_old_peppers_still_open_and_new_tokens_use_the_newest(acme, issued, settings):
    settings.TOKEN_PEPPERS = {7: b"7" * 32} | settings.TOKEN_PEPPERS
    newer = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    assert newer.token.pepper_number == 7
    assert authenticate(issued.secret, now=NOW)
    assert authenticate(newer.secret, now=NOW)


def test_a_missing_pepper_is_an_unknown_token(issued, settings):
    settings.TOKEN_PEPPERS = {7: b"7" * 32}
    with pytest.raises(UnknownToken):
        authenticate(issued.secret, now=NOW)


def test_generating_locks_the_account(acme, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as queries:
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW)
    locked = any("FOR UPDATE" in query["sql"] and "accounts_account" in query["sql"] for query in queries)
    assert locked == connection.features.has_select_for_update
