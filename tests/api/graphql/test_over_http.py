"""GraphQL over HTTP: queries by GET, the answer's media type, what a call may be made of."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from api.graphql.over_http import GRAPHQL, JSON, MAX_VALUES, TEXT, media_type
from tests.api.graphql import documents
from tests.api.graphql.asking import ADDRESS, codes, send
from tests.hostile import CHARSETS, IN_PARTS, SHAPES
from tests.shipped import shipped
from tokens.models import TokenUse

TABLES = "{ getTables { totalCount } }"
NAMED = "query a { getTables { totalCount } } query b($p: PublicPagination) { getTables(pagination: $p) { nbPerPage } }"
ASSISTANT = ("addAiAssistantJob", "getAiAssistantJobResult")


def get(secret, /, accept="", **fields):
    headers = {"Authorization": f"Token {secret}"} | ({"Accept": accept} if accept else {})
    return Client().get(f"{ADDRESS}?{urlencode(fields)}", headers=headers)


def test_a_query_is_answered_by_get(reader):
    response = get(reader, query=TABLES, op="getTables")
    assert (response.status_code, response.json()) == (200, {"data": {"getTables": {"totalCount": 0}}})
    assert response["Cache-Control"] == "no-store"
    assert list(TokenUse.objects.values_list("door", "calls")) == [("graphql", 1)]


@pytest.mark.parametrize("kind", ["PublicPagination", "Pagination"])
def test_variables_and_the_name_of_the_operation_come_with_the_address(reader, kind):
    named = NAMED.replace("PublicPagination", kind)
    response = get(reader, query=named, operationName="b", variables='{"p": {"nbPerPage": 7}}', extensions="{}")
    assert response.json() == {"data": {"getTables": {"nbPerPage": 7}}}


@pytest.mark.parametrize("fields", [{"variables": ""}, {"variables": "null", "extensions": "null"}, {"extensions": ""}])
def test_what_is_empty_in_the_address_is_absent(reader, fields):
    assert get(reader, query=TABLES, **fields).status_code == 200


ODD = {
    "variables": ("[]", "1", '"{}"', "{", "NaN", "[" * 3_000),
    "extensions": ("[]", "true", "x"),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ODD.items() for text in texts])
def test_odd_fields_of_the_address_are_refused_with_a_sentence(reader, name, text):
    response = get(reader, query=TABLES, **{name: text})
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert response.json()["errors"][0]["message"]


def test_an_address_with_too_many_fields_is_refused(reader):
    response = Client().get(f"{ADDRESS}?query=x{'&a' * 2_000}", headers={"Authorization": reader})
    assert codes(response) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    "text", [*(documents.document("query", name) for name in ASSISTANT), "mutation { __typename }"]
)
def test_nothing_that_writes_is_done_by_get(writer, text):
    response = get(writer, query=text)
    assert codes(response) == (405, ["METHOD_NOT_ALLOWED"])
    assert response["Allow"] == "POST"


@pytest.mark.parametrize(("word", "name"), [one for one in documents.OPERATIONS if one[0] == "mutation"])
def test_no_mutation_is_done_by_get(writer, word, name):
    assert get(writer, query=documents.document(word, name)).status_code == 405


def test_a_write_by_get_is_told_what_to_do(writer):
    (error,) = get(writer, query="mutation { __typename }").json()["errors"]
    assert error["message"] == "Send this by POST: GET only reads."


def test_an_answer_to_a_get_does_not_say_that_only_post_is_allowed(reader):
    for response in get(reader, query=TABLES), get(reader, query="{"), send(reader, {"query": TABLES}):
        assert "Allow" not in response


@pytest.mark.parametrize("address", [f"?query=x{'&a' * 2_000}", "?query={&variables=[", "?query"])
def test_the_token_is_looked_at_before_the_address_is_read(db, address):
    assert Client().get(f"{ADDRESS}{address}").status_code == 401


@pytest.mark.parametrize(
    "query", ['{ getTables(scope: {pathContains: "hushed"}) { page } }', "{ hushed }", "mutation { hushed }"]
)
def test_what_is_asked_by_get_reaches_no_log(reader, caplog, capfd, query):
    get(reader, query=query, variables='{"a": "hushed"}', operationName="")
    said = caplog.text + "".join(capfd.readouterr())
    assert "/public/graphql" in said
    assert "hushed" not in said


def test_no_fragment_hides_a_write_from_it(writer):
    text = f"{{ ...f }} fragment f on Query {{ also: {documents.field('query', ASSISTANT[0])} }}"
    assert get(writer, query=text).status_code == 405


def test_the_operation_that_is_executed_by_get_is_the_one_that_is_checked(writer):
    text = f"query a {{ getTables {{ page }} }} {documents.document('mutation', 'createSource').replace('{', 'b {', 1)}"
    assert [get(writer, query=text, operationName=name).status_code for name in ("a", "b")] == [200, 405]


def test_without_a_token_a_get_is_not_answered(db):
    response = Client().get(f"{ADDRESS}?{urlencode({'query': TABLES})}")
    assert codes(response) == (401, ["UNAUTHENTICATED"])


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?op=getTables", f"{ADDRESS}?variables={{}}"])
def test_a_get_without_a_query_is_no_call(reader, address):
    response = Client().get(address, headers={"Authorization": reader})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert not TokenUse.objects.exists()


WANTED = {
    GRAPHQL: GRAPHQL,
    "Application/GraphQL-Response+JSON": GRAPHQL,
    f"{GRAPHQL}; charset=utf-8": GRAPHQL,
    f"{GRAPHQL}, {JSON}; q=0.9": GRAPHQL,
    f"{JSON}, {GRAPHQL}": GRAPHQL,
    f"{JSON}, {GRAPHQL};q=0.9": JSON,
    f"{GRAPHQL};q=0": JSON,
    f"{GRAPHQL} ;q=0.5 , {JSON};q=0.2": GRAPHQL,
    f"{GRAPHQL};q=0.5, */*;q=0.9": JSON,
    f"{GRAPHQL};q=0.5, application/*;q=0.9": JSON,
    f"{GRAPHQL};q=0.5, */*;q=0.1": GRAPHQL,
    f"{GRAPHQL};q=0.5, {JSON};q=0.1, */*": GRAPHQL,
    f"{GRAPHQL}, */*": GRAPHQL,
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "text/html": JSON,
    JSON: JSON,
}


@pytest.mark.parametrize(("accept", "kind"), WANTED.items())
def test_the_answer_has_the_media_type_that_is_accepted(accept, kind):
    assert media_type(accept) == kind


BODIES = {200: {"query": TABLES}, 400: {"query": "{"}}


@pytest.mark.parametrize("status", BODIES)
@pytest.mark.parametrize("kind", [JSON, GRAPHQL])
def test_statuses_and_bodies_are_the_same_in_both(reader, status, kind):
    answers = [send(reader, BODIES[status], Accept=accept) for accept in ("*/*", kind)]
    assert [(one.status_code, one.content) for one in answers] == [(status, answers[0].content)] * 2
    assert [one["Content-Type"] for one in answers] == [JSON, kind]


def test_a_refusal_at_the_door_has_it_too(reader):
    assert send(None, {"query": TABLES}, Accept=GRAPHQL)["Content-Type"] == GRAPHQL
    assert get(reader, GRAPHQL, query="mutation { __typename }")["Content-Type"] == GRAPHQL
    refused = shipped("POST", ADDRESS, b"{}", f"{JSON}; charset=utf-16", authorization=reader, accept=GRAPHQL)
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, GRAPHQL)


@pytest.mark.parametrize("accept", [*CHARSETS, *IN_PARTS, *SHAPES, ",".join(["a;q=1"] * 1_500), "a;q=" + "9" * 8_000])
def test_no_header_breaks_it(accept):
    assert media_type(accept) == JSON


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_before_the_json_is_skipped(reader, mark):
    assert send(reader, mark + json.dumps({"query": TABLES}).encode()).status_code == 200


def test_one_mark_is_skipped_and_not_two(reader):
    assert codes(send(reader, b"\xef\xbb\xbf" * 2 + b'{"query": "{ __typename }"}')) == (400, ["BAD_USER_INPUT"])


KINDS: dict[str, tuple[Any, ...]] = {
    "variables": ([], 0, False, "", "{}", [1]),
    "extensions": ([], 0, "", True),
    "operationName": (0, [], {}, True),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in KINDS.items() for value in values])
def test_what_is_of_a_wrong_type_is_refused_with_a_sentence(reader, name, value):
    response = send(reader, {"query": TABLES, name: value})
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert f'"{name}"' in response.json()["errors"][0]["message"]


def test_null_is_as_good_as_absent(reader):
    assert send(reader, {"query": TABLES} | dict.fromkeys(KINDS)).status_code == 200


@pytest.mark.parametrize("value", ["1,", "[],", "{},", '"x",', '"",', "1.5,"])
def test_a_body_with_too_many_values_is_not_read(reader, value):
    body = '{"query": "{ getTables { page } }", "variables": {"a": [' + value * MAX_VALUES + "1]}}"
    response = send(reader, body.encode())
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert "50,000 values" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("text", ['\\"', '\\" ', "\\u0022 ", "x"])
def test_a_text_without_an_end_is_one_text_and_not_looked_for_at_each_mark_in_it(reader, text):
    without_end = ('"' + text * 1_000).encode()
    assert TEXT.subn(b"", without_end) == (b"", 1)
    response = send(reader, b"[" + b"," * (MAX_VALUES + 1) + without_end)
    assert codes(response) == (400, ["BAD_USER_INPUT"])
    assert "50,000 values" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("text", ["a, b [c] {d}", '\\", ', "\\\\"])
def test_what_stands_in_a_text_is_no_value(reader, text):
    body = '{"query": "{ getTables { page } }", "variables": {"a": "' + text * MAX_VALUES + '"}}'
    assert send(reader, body.encode()).status_code == 200
