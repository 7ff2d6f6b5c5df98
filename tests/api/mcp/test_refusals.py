"""Refusals at the door: one body of JSON-RPC, whose sentence reaches the person in front of most clients."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.services import suspend_account
from api import doors, throttling
from api.mcp.views import McpView
from api.throttling import Throttle
from tests.api.mcp.asking import ADDRESS, ask, send
from tests.api.mcp.conftest import switch, value_of
from tests.api.test_held_bodies import Held
from tests.shipped import shipped
from tokens import keys
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

SETTINGS = "http://localhost:8000/settings/api/"
METHODS = ("initialize", "server/discover", "tools/list", "tools/call", "no/such")


def refusal(response):
    """The error of an answer that refuses; it answers no id."""
    body = response.json()
    assert (body["jsonrpc"], body["id"], body["error"]["code"]) == ("2.0", None, response.status_code)
    return body["error"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("token", "reason"),
    [("", "missing_token"), ("cat_ro_eu_short", "malformed"), (keys.mint("READ_ONLY", "eu").text, "unknown")],
    ids=["none", "malformed", "unknown"],  # a random text would be another test in each process
)
def test_a_token_that_is_none_learns_why_and_where_to_go(db, method, token, reason):
    response = ask(token, method, {})
    error = refusal(response)
    assert response.status_code == 401
    assert error["message"].startswith("Unauthorized: ")
    assert error["message"].endswith(f" See {SETTINGS}")
    assert error["data"] == {"reason": reason, "settings_url": SETTINGS}


def test_a_challenge_says_nothing_of_oauth(db):
    assert ask("", "ping")["WWW-Authenticate"] == 'Bearer realm="Catalog API"'
    told = ask(keys.mint("READ_ONLY", "eu").text, "ping")["WWW-Authenticate"]
    assert 'error="invalid_token"' in told
    assert "resource_metadata" not in told


def test_a_token_of_the_other_region_learns_where_to_go(db):
    data = refusal(ask(keys.mint("READ_ONLY", "us").text, "ping"))["data"]
    assert (data["reason"], data["base_url"]) == ("wrong_region", "https://api.us.castordoc.com")


def test_a_token_that_ended_learns_how(acme, reader):
    token = ApiToken.objects.get()
    revoke_token(token, by=None, now=timezone.now())
    error = refusal(ask(reader, "ping"))
    assert error["message"].startswith("Unauthorized: The token was revoked on ")
    assert (error["data"]["reason"], error["data"]["at"][-1]) == ("revoked", "Z")


def test_a_replaced_token_learns_by_which(acme, reader):
    now, old = timezone.now(), ApiToken.objects.get()
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now, replaces=old.pk)
    data = refusal(ask(reader, "ping"))["data"]
    assert (data["reason"], data["replaced_by"]) == ("replaced", newer.token.mask)


def test_an_expired_token_and_a_suspended_account_are_named(acme, reader):
    old = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now() - timedelta(days=366))
    assert refusal(ask(old.secret, "ping"))["data"]["reason"] == "expired"
    suspend_account(acme, by=None, now=timezone.now())
    assert refusal(ask(reader, "ping"))["data"]["reason"] == "account_suspended"


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 1000, b"\xff"])
def test_the_token_comes_before_the_body(db, body):
    assert send(body, keys.mint("READ_ONLY", "eu").text).status_code == 401


def test_a_token_elsewhere_is_not_looked_at(reader):
    assert send(b"{}", address=f"{ADDRESS}?token={reader}").status_code == 401
    assert send(b"{}", Cookie=f"token={reader}").status_code == 401


# --- The account's switch ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_an_account_without_access_is_told_who_turns_it_on(acme, writer, method):
    switch(acme, access=False)
    response = ask(writer, method, {})
    error = refusal(response)
    assert response.status_code == 403
    assert error["message"] == (
        "Forbidden: MCP server access is off for this account. An administrator turns it on in Settings > API > MCP."
    )
    assert error["data"] == {"reason": "mcp_off", "settings_url": f"{SETTINGS}mcp/"}
    assert "WWW-Authenticate" not in response


def test_an_account_lets_nobody_in_at_first(acme):
    token = value_of(acme, Scope.READ_ONLY)
    assert refusal(ask(token, "ping"))["data"]["reason"] == "mcp_off"
    assert list(TokenUse.objects.values_list("reason", "operation")) == [("mcp_off", "other")]


def test_access_of_one_account_is_no_other_s(acme, stranger):
    token = value_of(acme, Scope.READ_ONLY)
    assert (ask(stranger, "ping").status_code, ask(token, "ping").status_code) == (200, 403)


def test_access_that_is_turned_off_in_the_middle_of_a_body_lets_nobody_in(acme, reader, monkeypatch):
    monkeypatch.setattr(doors, "MAX_SECONDS_UNCHECKED", -1.0)
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    request = RequestFactory().post(ADDRESS, body, "application/json", HTTP_AUTHORIZATION=reader)
    held = Held(lambda: switch(acme, access=False), body)
    response = McpView.as_view()(type(request)(request.environ | {"wsgi.input": held}))
    assert json.loads(response.rendered_content)["error"]["data"]["reason"] == "mcp_off"
    assert TokenUse.objects.get().reason == "mcp_off"


# --- Limits and outages --------------------------------------------------------------------------------


def test_too_many_calls_say_when_to_come_back(reader, settings, monkeypatch):
    monkeypatch.setattr(throttling, "calls", Throttle("calls"))
    settings.CALLS_PER_MINUTE = 2
    responses = [ask(reader, "ping") for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 429]
    error = refusal(responses[-1])
    assert error["message"].startswith("Too many requests: ")
    assert (error["data"]["reason"], 0 < error["data"]["retry_after"] <= 60) == ("too_many_requests", True)
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Policy"} <= responses[-1].headers.keys()


def test_a_database_that_is_away_is_503(reader):
    def fail(*_):
        raise OperationalError

    with connection.execute_wrapper(fail):
        response = ask(reader, "ping")
    error = refusal(response)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert error["message"].startswith("Unavailable: ")
    assert error["data"] == {"reason": "unavailable"}


def test_what_nobody_foresaw_is_json_too_and_names_no_class(reader, monkeypatch, caplog):
    secret = "a" * 40  # the log shows the lines of the code: not in one of these

    def break_down(_):
        raise KeyError(secret)

    monkeypatch.setattr("api.mcp.server.protocol", break_down)
    response = ask(reader, "ping")
    assert response.status_code == 500
    assert refusal(response)["message"].startswith("This failed on our side and was reported as ")
    assert secret not in response.content.decode() + caplog.text
    assert "mcp_failed error=KeyError" in caplog.text


def test_middleware_refuses_in_the_same_form(db, settings):
    response = shipped("POST", ADDRESS, b"{}", "application/json; charset=utf-16")
    assert refusal(response)["data"] == {"reason": "unreadable_content_type"}
    settings.SECURE_SSL_REDIRECT = True
    error = refusal(send(b"{}"))
    assert error["message"].startswith("Forbidden: The API is called over https alone.")
