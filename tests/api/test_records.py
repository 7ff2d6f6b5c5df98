"""What the doors leave on record of a call, and what its caller learns."""

import math
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.services import suspend_account
from api.operations import OPERATIONS
from tests.api.calls import call, every_call
from tokens import entries, keys, usage
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

PROVED = ("expired", "revoked", "replaced", "account_suspended", "insufficient_scope")


@pytest.fixture(params=PROVED)
def refused(request, live, acme, monkeypatch):
    """A token that is refused for this reason, and the reason."""
    now = timezone.now()
    if request.param == "expired":
        return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now - timedelta(days=366)), request.param
    if request.param == "revoked":
        revoke_token(live.token, by=None, now=now)
    elif request.param == "replaced":
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now, replaces=live.token.pk)
    elif request.param == "account_suspended":
        suspend_account(acme, by=None, now=now)
    else:
        for operation in OPERATIONS:
            monkeypatch.setitem(OPERATIONS, operation, Scope.READ_WRITE)
    return live, request.param


def forged(issued):
    """The token's text with its public id and a secret that is not its own."""
    body = issued.secret[:22] + keys.mint("READ_ONLY", "eu").secret
    return body + keys.checksum(body)


def wrong_texts(issued):
    """Everything that proves no secret."""
    return [None, "", "Basic x", issued.secret[:-1], forged(issued), keys.mint("READ_ONLY", "us").text]


@every_call
def test_a_refusal_with_the_right_secret_is_on_record_once_with_its_reason(refused, address, method):
    issued, reason = refused
    response = call(method, address, issued.secret)
    assert (response.status_code in {401, 403}, response.json()["reason"]) == (True, reason)
    row = issued.token.uses.get()
    assert (row.reason, row.calls, row.door, row.last_address) == (reason, 1, "rest", "127.0.0.1")


@every_call
def test_refusals_add_up_and_are_no_use(refused, address, method, own_ledger):
    issued, reason = refused
    for _ in range(4):
        call(method, address, issued.secret)
    own_ledger.write_due(math.inf)
    assert list(issued.token.uses.values_list("reason", "calls")) == [(reason, 4)]
    assert usage.last_used_at(issued.token) is None


@every_call
def test_a_reason_names_its_facts_in_the_header_and_the_body(refused, address, method):
    issued, reason = refused
    response = call(method, address, issued.secret)
    facts = set(response.json()) - {"type", "title", "status", "detail", "reason"}
    challenge = response["WWW-Authenticate"]
    assert f'reason="{reason}"' in challenge
    assert f'error_description="{response.json()["detail"]}"' in challenge
    assert all(f'{fact}="{str(response.json()[fact]).replace("•", "*")}"' in challenge for fact in facts)


@every_call
def test_a_wrong_secret_learns_no_more_than_for_an_unknown_token(refused, address, method):
    issued, _ = refused
    wrong, unknown = (call(method, address, text) for text in (forged(issued), keys.mint("READ_ONLY", "eu").text))
    assert wrong.status_code == unknown.status_code == 401
    assert (wrong.content, wrong["WWW-Authenticate"]) == (unknown.content, unknown["WWW-Authenticate"])
    assert dict(wrong.headers) == dict(unknown.headers)


@every_call
def test_who_proves_no_secret_is_nowhere_on_record(refused, address, method):
    for text in wrong_texts(refused[0]):
        call(method, address, text)
    assert not TokenUse.objects.exists()


@every_call
def test_who_proves_no_secret_is_nowhere_on_record_of_a_good_token(live, address, method):
    for text in wrong_texts(live):
        assert call(method, address, text).status_code == 401
    assert not TokenUse.objects.exists()


def test_a_call_is_on_record_with_who_came_from_where(live):
    headers = {"Authorization": live.secret, "User-Agent": "curl/8.5", "X-Catalog-Client": "nightly-upload"}
    Client().get("/api/v1/token", headers=headers, REMOTE_ADDR="2001:db8::1")
    del headers["X-Catalog-Client"]
    Client().get("/api/v1/token", headers=headers)
    rows = live.token.uses.order_by("client").values_list("client", "door", "reason", "calls", "last_address")
    assert list(rows) == [("curl 8.5", "rest", "", 1, "127.0.0.1"), ("nightly-upload", "rest", "", 1, "2001:db8::1")]


@pytest.mark.parametrize("name", ["X-Catalog-Client", "User-Agent"])
@pytest.mark.parametrize("text", ["a" * 65536, "<i>", "=cmd()", "\x7f", "é", "cat_ro_eu_" + "a1B2" * 13])
def test_hostile_clients_break_no_call_and_are_on_record(live, name, text):
    response = Client().get("/api/v1/token", headers={"Authorization": live.secret, name: text})
    assert response.status_code == 200
    assert live.token.uses.get().client in {"", "a" * 60, "cat_ro_eu_"}


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("HEAD", 200), ("DELETE", 204)])
def test_every_call_that_was_let_in_is_on_record(live, method, status):
    assert call(method, "/api/v1/token", live.secret).status_code == status
    assert list(live.token.uses.values_list("reason", "calls")) == [("", 1)]


def test_an_unknown_address_is_on_nobody_s_record(live):
    call("GET", "/api/v1/nope", live.secret)
    assert not TokenUse.objects.exists()


def test_a_ledger_that_cannot_be_written_breaks_no_call(live, monkeypatch):
    monkeypatch.setattr(entries, "write", Mock(side_effect=OperationalError))
    assert [call("GET", "/api/v1/token", live.secret).status_code for _ in range(2)] == [200, 200]
