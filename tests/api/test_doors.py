"""What every door answers, whatever it is called with."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.services import suspend_account
from api.operations import OPERATIONS
from tests.api.calls import CALLS, DOORS, call, every_call
from tokens import keys
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token


def test_there_are_doors_and_all_their_operations_are_declared():
    assert ("/api/v1/token", "GET") in CALLS
    declared = {operation for operation in OPERATIONS if operation.startswith("rest.")}
    assert {view.operations[method] for _, view in DOORS for method in view.operations} == declared


@every_call
@pytest.mark.parametrize("authorization", [None, "", "   "])
def test_no_token_gets_a_challenge_without_an_error_code(db, address, method, authorization):
    response = call(method, address, authorization)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="Catalog API"'
    assert response.json()["reason"] == "missing_token"


@every_call
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/problem+json", "nonsense", "a/b;q=x"])
def test_whatever_a_caller_accepts_the_answer_is_the_same(live, address, method, accept):
    headers = {"Accept": accept}
    assert Client().generic(method, address, headers=headers).status_code == 401
    assert Client().generic(method, f"{address}?format=xml").status_code == 401
    headers["Authorization"] = f"Bearer {live.secret}"
    assert Client().generic(method, address, headers=headers).status_code in {200, 204}


PREFIXED = ("Token castor::{}", "Bearer castor:{}", "token  castor::{}", "castor:{}", "castor::{}")
OTHER_PREFIXES = (
    *("Token castor:::{}", "Token castor:castor:{}", "Token Castor::{}", "Token castor{}", "Token castor: {}"),
    *("Token castor::", "Token :{}", ":{}", "Token x:{}", "castor::Token {}", "Token castor::{}x", "castor:: {}"),
)


@every_call
@pytest.mark.parametrize("form", ["Token {}", "Bearer {}", "{}", "  bEARER \t {}  ", *PREFIXED])
def test_every_form_of_the_header_opens(live, address, method, form):
    assert call(method, address, form.format(live.secret)).status_code in {200, 204}


@every_call
@pytest.mark.parametrize(
    "form", ["Basic {}", "{}x", "Bearer {} {}", "Bearer", "Token\n{}", "Bearer,{}", "Bearer: {}", *OTHER_PREFIXES]
)
def test_other_forms_are_malformed_and_ask_no_database(live, address, method, form, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = call(method, address, form.format(live.secret, live.secret))
    assert (response.status_code, response.json()["reason"]) == (401, "malformed")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


@every_call
def test_a_token_of_the_other_region_learns_where_to_go(db, address, method, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = call(method, address, keys.mint("READ_ONLY", "us").text)
    body = response.json()
    assert (response.status_code, body["reason"]) == (401, "wrong_region")
    assert body["base_url"] == "https://api.us.castordoc.com"


@every_call
def test_unknown_and_wrong_answer_alike(live, address, method):
    stranger = keys.mint("READ_ONLY", "eu")
    forged = live.secret[:22] + stranger.secret
    first, second = (call(method, address, text) for text in (stranger.text, forged + keys.checksum(forged)))
    assert first.status_code == second.status_code == 401
    assert (first.content, first["WWW-Authenticate"]) == (second.content, second["WWW-Authenticate"])


@every_call
def test_a_revoked_token_learns_when(live, address, method):
    revoke_token(live.token, by=None, now=timezone.now())
    body = call(method, address, live.secret).json()
    assert (body["reason"], body["settings_url"]) == ("revoked", "http://localhost:8000/settings/api/")
    assert body["at"].endswith("Z")


@every_call
def test_a_replaced_token_learns_by_which(live, acme, address, method):
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now(), replaces=live.token.pk)
    response = call(method, address, live.secret)
    assert (response.json()["reason"], response.json()["replaced_by"]) == ("replaced", newer.token.mask)
    assert response["WWW-Authenticate"].isascii()


@every_call
def test_an_expired_token_learns_when(acme, address, method):
    old = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now() - timedelta(days=366))
    response = call(method, address, old.secret)
    assert (response.status_code, response.json()["reason"]) == (401, "expired")


@every_call
def test_a_suspended_account_is_named_as_the_reason(live, acme, address, method):
    suspend_account(acme, by=None, now=timezone.now())
    assert call(method, address, live.secret).json()["reason"] == "account_suspended"


@every_call
def test_a_scope_that_is_too_weak_is_403_with_the_needed_one(live, address, method, monkeypatch):
    for operation in OPERATIONS:
        monkeypatch.setitem(OPERATIONS, operation, Scope.READ_WRITE)
    response = call(method, address, live.secret)
    assert (response.status_code, response.json()["scope"]) == (403, "READ_WRITE")
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]


@every_call
def test_an_undeclared_operation_is_refused(live, address, method, monkeypatch):
    for operation in list(OPERATIONS):
        monkeypatch.delitem(OPERATIONS, operation)
    response = call(method, address, live.secret)
    assert (response.status_code, response.json()["reason"]) == (403, "forbidden")


@every_call
def test_a_database_that_is_away_is_503_for_a_good_token(live, address, method):
    def fail(execute, sql, params, many, context):
        raise OperationalError

    with connection.execute_wrapper(fail):
        response = call(method, address, live.secret)
    assert (response.status_code, response["Retry-After"]) == (503, "5")


@every_call
def test_a_session_opens_no_api(ada, signed_in, address, method):
    assert signed_in(ada).generic(method, address).status_code == 401


@every_call
def test_a_token_in_query_body_or_cookie_is_not_looked_at(live, address, method):
    client = Client()
    client.cookies["Authorization"] = live.secret
    response = client.generic(method, f"{address}?token={live.secret}&access_token={live.secret}", live.secret)
    assert response.status_code == 401


@every_call
@pytest.mark.parametrize("good", [True, False])
def test_no_answer_is_stored(live, address, method, good):
    response = call(method, address, live.secret if good else None)
    assert response["Cache-Control"] == "no-store"
    assert "Authorization" in response["Vary"]
    expires = f"{live.token.expires_at:%Y-%m-%dT%H:%M:%SZ}" if good else None
    assert response.get("X-Token-Expires-At") == expires


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_405_after_the_token_was_checked(live, method):
    assert call(method, "/api/v1/token").status_code in {401, 405}
    assert call(method, "/api/v1/token", live.secret).status_code == 405


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nope", "/api/v1/token/"])
def test_unknown_addresses_answer_in_the_api_s_form_without_redirecting(db, address):
    response = call("POST", address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_forged_host_is_refused(db):
    assert Client().get("/api/v1/token", headers={"Host": "evil.test"}).status_code == 400


def test_a_page_is_not_opened_by_a_token(live):
    response = Client().get("/settings/api/", headers={"Authorization": f"Bearer {live.secret}"})
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/login/")
