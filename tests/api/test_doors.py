"""Every address below /api/, those to come included: the resolver is walked."""

import math
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from accounts.services import suspend_account
from api.operations import OPERATIONS
from api.urls import urlpatterns
from tokens import entries, keys, usage
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

PUBLIC = {"api-schema", "api-docs", "api-problems", "api-nowhere"}
ARGUMENTS = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "str": "x", "slug": "x"}


def patterns(nodes, prefix="/api/"):
    for node in nodes:
        if isinstance(node, URLResolver):
            yield from patterns(node.url_patterns, prefix + str(node.pattern))
        elif isinstance(node, URLPattern) and node.name not in PUBLIC:
            yield prefix + str(node.pattern), node.callback.cls  # type: ignore[attr-defined]


DOORS = list(patterns(urlpatterns))
CALLS = [(address, method) for address, view in DOORS for method in view.operations]
every_call = pytest.mark.parametrize(("address", "method"), CALLS)


@pytest.fixture
def live(acme):
    """A token that is active at this moment, for calls through the door's own clock."""
    return generate_token(acme, scope=Scope.READ_ONLY, name="Claude", by=None, now=timezone.now())


def call(method, address, authorization=None):
    headers = {} if authorization is None else {"Authorization": authorization}
    return Client().generic(method, address, headers=headers)


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


@every_call
@pytest.mark.parametrize("form", ["Token {}", "Bearer {}", "{}", "  bEARER \t {}  "])
def test_every_form_of_the_header_opens(live, address, method, form):
    assert call(method, address, form.format(live.secret)).status_code in {200, 204}


@every_call
@pytest.mark.parametrize(
    "form", ["Basic {}", "{}x", "Bearer {} {}", "Bearer", "Token\n{}", "Bearer,{}", "Bearer: {}", "castor::{}"]
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
    assert (body["reason"], body["settings_url"]) == ("revoked", "http://127.0.0.1:8000/settings/api/")
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
    suspend_account(acme, now=timezone.now())
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


def test_a_token_tells_about_itself(live, acme):
    body = call("GET", "/api/v1/token", live.secret).json()
    seconds = body.pop("seconds_left")
    assert 364 * 86400 < seconds <= 366 * 86400
    assert body == {
        "id": str(live.token.pk),
        "name": "Claude",
        "scope": "READ_ONLY",
        "mask": live.token.mask,
        "account": {"name": "Acme", "slug": "acme"},
        "region": "eu",
        "created_at": live.token.created_at.isoformat().replace("+00:00", "Z"),
        "expires_at": live.token.expires_at.isoformat().replace("+00:00", "Z"),
        "last_used_at": None,
        "clients": [],
    }


def test_a_token_tells_who_used_it_before(live):
    for _ in range(2):
        body = call("GET", "/api/v1/token", live.secret).json()
    (client,) = body["clients"]
    assert (client["client"], client["door"], client["calls"], client["failures"]) == ("", "rest", 1, 0)
    assert body["last_used_at"] == client["first_seen"] == client["last_seen"]


def test_a_token_ends_itself_and_nothing_else(live, acme):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())
    assert call("DELETE", "/api/v1/token", live.secret).status_code == 204
    assert list(ApiToken.objects.open()) == [other.token]
    assert live.token.events.get(kind="REVOKED").actor_name == live.token.mask


def test_the_check_costs_one_query_and_the_ledger_none_after_the_first_call(live, django_assert_num_queries):
    call("GET", "/api/v1/token", live.secret)
    with django_assert_num_queries(3):  # the check; of this view also its last use and its clients
        assert call("GET", "/api/v1/token", live.secret).status_code == 200
    with django_assert_num_queries(1):
        assert call("POST", "/api/v1/token", live.secret).status_code == 405


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
        suspend_account(acme, now=now)
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


def test_a_token_tells_of_its_failed_calls_too(live, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(OPERATIONS, "rest.token.read", Scope.READ_WRITE)
        call("GET", "/api/v1/token", live.secret)
    body = call("GET", "/api/v1/token", live.secret).json()
    assert [(client["calls"], client["failures"]) for client in body["clients"]] == [(0, 1)]
    assert body["last_used_at"] is None
