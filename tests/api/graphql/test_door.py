"""The door at POST /public/graphql: who is let in, what a body may be, what every answer carries."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.services import suspend_account
from api import throttling
from api.graphql import execution
from tests.api.graphql.asking import ADDRESS, ask, codes, data, send
from tests.shipped import shipped
from tokens import keys
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

TABLES = "{ getTables { totalCount } }"


def test_a_token_gets_data_and_hears_when_it_ends(reader):
    response = ask(reader, TABLES)
    assert response.json() == {"data": {"getTables": {"totalCount": 0}}}
    assert response["X-Token-Expires-At"] == ApiToken.objects.get().expires_at_text
    assert (response["Cache-Control"], "Authorization" in response["Vary"]) == ("no-store", True)
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("form", ["Token {}", "Bearer {}", "{}", "  token \t {}  ", "Token castor::{}"])
def test_every_form_of_the_header_opens(reader, form):
    headers = {"Authorization": form.format(reader)}
    assert Client().post(ADDRESS, {"query": TABLES}, "application/json", headers=headers).status_code == 200


def test_the_name_of_the_operation_in_the_address_is_taken_and_means_nothing(reader):
    headers = {"Authorization": reader}
    response = Client().post(f"{ADDRESS}?op=createTables", {"query": TABLES}, "application/json", headers=headers)
    assert response.status_code == 200


def test_without_a_token_nothing_is_answered_introspection_included(db):
    response = ask(None, "{ __schema { queryType { name } } }")
    error = response.json()["errors"][0]
    assert (response.status_code, error["message"]) == (401, "Unauthorized")
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("UNAUTHENTICATED", "missing_token")
    assert response["WWW-Authenticate"] == 'Bearer realm="Catalog API"'


def ended(acme, how):
    """The text of a token that does not open, for this reason."""
    now = timezone.now()
    if how == "malformed":
        return "castor::x"
    if how in {"wrong_region", "unknown"}:
        return keys.mint("READ_ONLY", "us" if how == "wrong_region" else "eu").text
    age = timedelta(days=366) if how == "expired" else timedelta()
    issued = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now - age)
    if how == "revoked":
        revoke_token(issued.token, by=None, now=now)
    elif how == "replaced":
        generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now, replaces=issued.token.pk)
    elif how == "account_suspended":
        suspend_account(acme, by=None, now=now)
    return issued.secret


REASONS = ("malformed", "wrong_region", "unknown", "expired", "revoked", "replaced", "account_suspended")


@pytest.mark.parametrize("reason", REASONS)
def test_a_token_that_does_not_open_is_told_why_as_graphql_says_it(acme, reason):
    response = ask(ended(acme, reason), TABLES)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["message"]) == (401, "Unauthorized")
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("UNAUTHENTICATED", reason)
    assert f'reason="{reason}"' in response["WWW-Authenticate"]


@pytest.mark.parametrize("method", ["head", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("known", [True, False])
def test_no_other_method_is_served(reader, method, known):
    headers = {"Authorization": reader} if known else {}
    response = getattr(Client(), method)(f"{ADDRESS}?query={{__typename}}", headers=headers)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert not TokenUse.objects.exists()


def test_a_slash_at_the_end_is_another_address_and_leads_nowhere(reader):
    response = Client().post(f"{ADDRESS}/", {"query": TABLES}, "application/json", headers={"Authorization": reader})
    assert response.status_code == 404


def test_a_session_opens_nothing(signed_in, ada):
    assert signed_in(ada).post(ADDRESS, {"query": TABLES}, "application/json").status_code == 401


BODIES = {
    "empty": b"",
    "no json": b"{getTables{page}}",
    "text": b'"{getTables{page}}"',
    "null": b"null",
    "list of operations": b'[{"query": "{getTables{page}}"}]',
    "no query": b'{"variables": {}}',
    "query of another kind": b'{"query": {}}',
    "variables of another kind": b'{"query": "{getTables{page}}", "variables": [], "x": 1}',
    "variables as text": b'{"query": "{getTables{page}}", "variables": "{}"}',
    "name of another kind": b'{"query": "{getTables{page}}", "operationName": 1}',
    "no utf-8": b'{"query": "\xff\xfe"}',
    "NaN": b'{"query": "{getTables{page}}", "variables": {"a": NaN}}',
    "lists in lists": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_none_is_refused_with_a_sentence(reader, body):
    response = send(reader, body)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert response.json()["errors"][0]["message"]


FORMS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/graphql",
    "",
)


@pytest.mark.parametrize("content_type", FORMS)
def test_only_json_is_read(reader, content_type):
    assert codes(send(reader, b"query={getTables{page}}", content_type)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def question(text, more=""):
    given = f'email: "ada@acme.test", externalConversationId: "1", question: "{text}", {more}'
    return f"{{ addAiAssistantJob(data: {{{given}}}) {{ data {{ id }} }} }}"


FAULTS = {
    "syntax": ("{ getTables {", "GRAPHQL_VALIDATION_FAILED"),
    "empty": ("", "GRAPHQL_VALIDATION_FAILED"),
    "unknown field": ("{ getTables { data { secret } } }", "GRAPHQL_VALIDATION_FAILED"),
    "unknown operation": ("{ getEverything { id } }", "GRAPHQL_VALIDATION_FAILED"),
    "wrong type": ('{ getTables(pagination: {nbPerPage: "5"}) { page } }', "GRAPHQL_VALIDATION_FAILED"),
    "subscription": ("subscription { getTables { page } }", "GRAPHQL_VALIDATION_FAILED"),
    "no rows on a page": ("{ getTables(pagination: {nbPerPage: 0}) { page } }", "BAD_USER_INPUT"),
    "fewer than none": ("{ getTables(pagination: {nbPerPage: -1}) { page } }", "BAD_USER_INPUT"),
    "too many on a page": ("{ getTables(pagination: {nbPerPage: 10001}) { page } }", "BAD_USER_INPUT"),
    "a page before the first": ("{ getTables(pagination: {nbPerPage: 1, page: -1}) { page } }", "BAD_USER_INPUT"),
    "NUL": (r'{ getTables(scope: {nameContains: "\u0000"}) { page } }', "BAD_USER_INPUT"),
    "relation": ("{ getTags { page } getColumns { data { table { verifiedBy { id } } } } }", "BAD_USER_INPUT"),
    "question": (question("?" * 10_000), "BAD_USER_INPUT"),
    "origin": (question("?", "origin: APP"), "BAD_USER_INPUT"),
    "delay": ('{ getAiAssistantJobResult(data: {id: "x", delaySeconds: 11}) { data { answer } } }', "BAD_USER_INPUT"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), FAULTS.values(), ids=FAULTS)
def test_a_fault_that_needs_no_stored_data_answers_400(writer, text, code):
    response = ask(writer, text)
    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {code}
    assert "data" not in response.json()


ACCENTED = '{"query": "{ getTables(scope: {nameContains: \\"é\\"}) { totalCount } }"}'.encode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"'])
def test_json_is_utf_8(reader, charset):
    response = shipped("POST", ADDRESS, ACCENTED, f"application/json; charset={charset}", authorization=reader)
    assert response.json() == {"data": {"getTables": {"totalCount": 0}}}


@pytest.mark.parametrize("charset", ["punycode", "idna", "zlib", "utf-16", "latin-1"])
def test_json_in_another_charset_is_refused_as_graphql_says_it(reader, charset):
    response = shipped("POST", ADDRESS, ACCENTED, f"application/json; charset={charset}", authorization=reader)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert response.json()["errors"][0]["extensions"]["reason"] == "unreadable_content_type"


NULLS = {
    "number": "query($t: Int = 5) { getTables(pagination: {nbPerPage: $t}) { page } }",
    "id in a list": 'query($t: String = "x") { getTables(scope: {ids: [$t]}) { page } }',
    "argument": "query($t: GetFieldLineagesScope = {hasDashboardChild: true}) { getFieldLineages(scope: $t) { page } }",
    "row": 'mutation($t: CreateSourceInput = {name: "x"}) { createSource(data: $t) { id } }',
}


@pytest.mark.parametrize("text", NULLS.values(), ids=NULLS)
def test_a_null_in_the_place_of_a_default_is_refused(writer, text):
    assert codes(ask(writer, text, t=None)) == (400, ["BAD_USER_INPUT"])


def test_variables_of_a_wrong_type_answer_400(reader):
    text = "query($p: Pagination) { getTables(pagination: $p) { page } }"
    assert codes(ask(reader, text, p={"nbPerPage": "many"})) == (400, ["BAD_USER_INPUT"])


def test_relations_that_are_not_given_are_named_all_at_once(reader):
    text = "{ getColumns { data { id table { id tagEntities { id tag { id } } } tagEntities { tag { id } } } } }"
    (error,) = ask(reader, text).json()["errors"]
    assert error["message"] == "You cannot request the following relations: table.tagEntities, table.tagEntities.tag"


def test_half_a_character_is_refused_and_can_be_answered(reader):
    text = "query($t: String) { getTables(scope: {nameContains: $t}) { page } }"
    assert codes(send(reader, b'{"query": "%s", "variables": {"t": "\\ud800"}}' % text.encode())) == (
        400,
        ["BAD_USER_INPUT"],
    )
    assert send(reader, b'{"query": "{ getTables(scope: {x: \\"\\ud800\\"}) { page } }"}').status_code == 400


def test_what_nobody_foresaw_says_nothing_of_itself(reader, monkeypatch, caplog):
    monkeypatch.setattr("catalog.queries.reading.narrowed", Mock(side_effect=ValueError("the secret of the house")))
    response = ask(reader, TABLES)
    assert codes(response) == (200, ["INTERNAL_SERVER_ERROR"])
    assert b"secret of the house" not in response.content


def test_a_failure_outside_of_any_field_is_answered_as_graphql_too(reader, monkeypatch):
    monkeypatch.setattr(execution, "run", Mock(side_effect=ValueError("the secret of the house")))
    response = ask(reader, TABLES)
    assert codes(response) == (500, ["INTERNAL_SERVER_ERROR"])
    assert b"secret of the house" not in response.content


def test_a_database_that_is_away_is_no_answer_to_the_question(reader, monkeypatch):
    monkeypatch.setattr("catalog.queries.reading.narrowed", Mock(side_effect=OperationalError("gone")))
    response = ask(reader, TABLES)
    assert codes(response) == (503, ["SERVICE_UNAVAILABLE"])
    assert response["Retry-After"] == "5"


def test_a_call_is_on_record_at_its_door(reader):
    send(reader, {"query": TABLES}, **{"X-Catalog-Client": "nightly-sync"})
    assert list(TokenUse.objects.values_list("door", "client", "reason")) == [("graphql", "nightly-sync", "")]


def test_too_many_calls_answer_429_in_this_form(reader, settings, monkeypatch):
    settings.CALLS_PER_MINUTE = 1
    settings.VALKEY_TIMEOUT = 5  # a busy machine is no Valkey that is away
    monkeypatch.setattr(throttling, "counters", throttling.Counters())
    ask(reader, TABLES)
    response = ask(reader, TABLES)
    assert codes(response) == (429, ["TOO_MANY_REQUESTS"])
    assert int(response["Retry-After"]) >= 1


def test_an_alias_answers_under_its_own_name(reader):
    assert data(reader, "{ mine: getTables { totalCount } }") == {"mine": {"totalCount": 0}}
