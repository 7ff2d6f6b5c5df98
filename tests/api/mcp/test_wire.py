"""The wire: methods, revisions, messages and hostile bodies, each with the answer that clients expect."""

import json

import pytest
from django.urls import resolve

from tests.api.mcp.asking import ADDRESS, INFO, META, PREFIX, STATELESS, ask, ask_stateless, initialize, send
from tests.shipped import shipped
from tokens import keys
from tokens.models import TokenUse

METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
UNKNOWN = keys.mint("READ_ONLY", "eu").text


def error(response):
    return response.status_code, response.json()["error"]["code"]


# --- The door ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_405_and_asks_nothing_whoever_sends_it(reader, method, django_assert_num_queries):
    for token in (reader, UNKNOWN, ""):
        with django_assert_num_queries(0):
            response = send(b"", token, method=method)
        assert (response.status_code, response["Allow"]) == (405, "POST")
        assert response["Content-Type"] == "application/json"
    assert not TokenUse.objects.exists()


def test_a_slash_more_is_the_same_address(reader):
    assert send({"jsonrpc": "2.0", "id": 1, "method": "ping"}, reader, address=f"{ADDRESS}/").status_code == 200


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "Token {}", "{}", "Bearer  {}"])
def test_every_form_of_the_header_opens(reader, form):
    response = ask("", "ping", Authorization=form.format(reader))
    assert response.json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_a_good_answer_is_kept_by_nobody_and_tells_when_the_token_ends(reader):
    response = ask(reader, "ping")
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/json", "no-store")
    assert "Authorization" in response["Vary"]
    assert response["X-Token-Expires-At"]


@pytest.mark.parametrize(
    "headers", [{"Accept": "text/html"}, {"Accept": "application/json"}, {"Mcp_Session_Id": "x" * 200}]
)
def test_the_form_of_a_request_does_not_matter(reader, headers):
    assert ask(reader, "ping", **headers).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_the_content_type_does_not_matter(reader, content_type):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    assert shipped("POST", ADDRESS, body, content_type, authorization=reader).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://["])
def test_a_page_of_another_site_is_refused(reader, origin):
    response = ask(reader, "ping", Origin=origin)
    assert error(response) == (403, -32600)
    assert "Access-Control-Allow-Origin" not in response


def test_a_page_of_ours_may_ask(reader):
    assert ask(reader, "ping", Origin="http://localhost:8000").status_code == 200


def test_a_forged_host_is_refused(reader):
    assert ask(reader, "ping", Host="evil.example").status_code == 400


# --- Handshake ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["2025-03-26", "2025-06-18", "2025-11-25", "2024-11-05", "1999-01-01", STATELESS])
def test_a_revision_of_the_handshake_is_echoed_and_any_other_gets_the_last(reader, asked):
    result = initialize(reader, version=asked).json()["result"]
    assert result["protocolVersion"] == (asked if asked in {"2025-03-26", "2025-06-18"} else "2025-11-25")
    assert result["capabilities"] == {"tools": {}}
    assert {"name", "version"} <= result["serverInfo"].keys()


@pytest.mark.parametrize("version", [None, "2025-03-26", "2025-06-18", "2025-11-25"])
def test_a_call_needs_no_handshake(reader, version):
    assert ask(reader, "tools/list", MCP_Protocol_Version=version).json()["result"]["tools"]


@pytest.mark.parametrize("method", ["notifications/initialized", "notifications/cancelled", "notifications/no_such"])
def test_a_notification_is_taken_and_not_answered(reader, method):
    response = send({"jsonrpc": "2.0", "method": method, "params": {"requestId": 1}}, reader)
    assert (response.status_code, response.content) == (202, b"")
    assert "Content-Type" not in response


@pytest.mark.parametrize("id_", [1, 0, -5, "a", "", "é" * 50, 2**53, 2**70])
def test_an_id_comes_back(reader, id_):
    assert ask(reader, "ping", id=id_).json()["id"] == id_


@pytest.mark.parametrize("id_", [None, True, 1.5, [], {}])
def test_what_is_no_id_is_refused(reader, id_):
    assert error(ask(reader, "ping", id=id_)) == (400, -32600)


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize(
    "body",
    [
        *([], [PING], {"jsonrpc": "2.0", "id": 1, "result": {}}, {"id": 1, "method": "ping"}),
        *(PING | {"jsonrpc": "1.0"}, {"jsonrpc": "2.0", "id": 1}, PING | {"method": 5}, PING | {"params": []}, "x", 5),
    ],
)
def test_what_is_no_message_is_refused(reader, body):
    assert error(send(body, reader)) == (400, -32600)


@pytest.mark.parametrize(
    "method",
    ["no/such", "resources/list", "prompts/list", "logging/setLevel", "completion/complete", "tasks/list", ""],
)
def test_an_unknown_method_is_said_to_be_one(reader, method):
    assert error(ask(reader, method)) == (200, -32601)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {}),
        ("tools/call", {"name": "no_such"}),
        ("tools/call", {"name": 5}),
        ("tools/list", {"cursor": "x"}),
        ("tools/call", {"name": "search_tables", "arguments": []}),
    ],
)
def test_wrong_params_are_an_error_of_the_protocol(reader, method, params):
    assert error(ask(reader, method, params)) == (200, -32602)


# --- 2026-07-28 --------------------------------------------------------------------------------------


def test_the_stateless_wire_discovers_lists_and_has_no_session(reader):
    found = ask_stateless(reader, "server/discover")
    assert STATELESS in found.json()["result"]["supportedVersions"]
    listed = ask_stateless(reader, "tools/list")
    result = listed.json()["result"]
    assert (result["resultType"], result["cacheScope"], result["ttlMs"]) == ("complete", "private", 300_000)
    assert "Mcp-Session-Id" not in listed


@pytest.mark.parametrize(
    "headers", [{"Mcp_Method": "tools/list"}, {"Mcp_Method": None}, {"Mcp_Name": "get_tables"}, {"Mcp_Name": None}]
)
def test_headers_have_to_say_what_the_body_says(reader, headers):
    response = ask_stateless(reader, "tools/call", {"name": "search_tables", "arguments": {}}, **headers)
    assert error(response) == (400, -32020)


def test_a_name_may_be_written_in_base64(reader):
    wrong = ask_stateless(reader, "tools/call", {"name": "no_such"}, Mcp_Name="=?base64?bm9fc3VjaA==?=")
    assert error(wrong) == (200, -32602)


def test_an_unknown_version_learns_the_known_ones(reader):
    meta = META | {f"{PREFIX}protocolVersion": "2027-01-01"}
    response = ask_stateless(reader, "tools/list", meta=meta, MCP_Protocol_Version="2027-01-01")
    assert error(response) == (400, -32022)
    data = response.json()["error"]["data"]
    assert (STATELESS in data["supported"], data["requested"]) == (True, "2027-01-01")


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [("protocolVersion", (400, -32602)), ("clientCapabilities", (400, -32602)), ("clientInfo", None)],
)
def test_what_every_request_has_to_say(reader, left_out, expected):
    response = ask_stateless(reader, "tools/list", meta={key: META[key] for key in META if not key.endswith(left_out)})
    assert error(response) == expected if expected else response.status_code == 200


@pytest.mark.parametrize("method", ["initialize", "ping", "resources/list", "subscriptions/listen", "no/such"])
def test_methods_that_are_gone_are_not_found(reader, method):
    assert error(ask_stateless(reader, method)) == (404, -32601)


# --- Hostile bodies ----------------------------------------------------------------------------------


def nested(depth):
    return b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"a=b&c=d", b"[" * 100_000, nested(5_000), nested(800), nested(64)),
        *(b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',),
        *(b'{"jsonrpc":"2.0","id":"\xe9","method":"ping"}', b'{"id":"\\ud800"}', b'\xef\xbb\xbf{"id":1}'),
        b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"ping"}',
    ],
)
def test_a_body_that_is_no_json_is_said_to_be_none(reader, body):
    response = send(body, reader)
    assert error(response) == (400, -32700)
    assert response.json()["id"] is None


def test_a_body_of_as_many_levels_as_may_be_is_read(reader):
    assert send(nested(63), reader).status_code == 200


def test_a_body_that_is_too_large_is_refused_in_the_door_s_form(reader):
    response = send(b'{"a":"' + b"x" * 4_000_000 + b'"}', reader)
    assert error(response) == (413, 413)


@pytest.mark.parametrize(
    "value", ["\xe9\xff", "x" * 4000, "\t", "=?base64?////?=", "=?base64?", "2026-07-28, 2025-11-25"]
)
@pytest.mark.parametrize("name", ["MCP_Protocol_Version", "Mcp_Session_Id", "Mcp_Method", "Mcp_Name", "User_Agent"])
def test_hostile_headers_break_nothing(reader, name, value):
    assert ask(reader, "ping", **{name: value}).status_code < 500
    assert ask_stateless(reader, "tools/list", **{name: value}).status_code < 500


@pytest.mark.parametrize("state", [5, "x", {"a": 1}, "a:b:c"])
def test_a_state_that_nobody_gave_is_refused(reader, state):
    params = {"name": "search_tables", "arguments": {}, "requestState": state}
    assert error(ask(reader, "tools/call", params)) == (200, -32602)


# --- Where clients look for OAuth --------------------------------------------------------------------

SOUGHT = (
    *("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp/server"),
    *("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"),
    *("/.well-known/openid-configuration/mcp/server", "/mcp/server/.well-known/openid-configuration"),
    *("/register", "/authorize", "/token"),
)


@pytest.mark.parametrize("address", SOUGHT)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_no_oauth_and_the_answer_says_what_to_do(db, address, method):
    response = send(b"{}", method=method, address=address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json()["error"] == "not_found"
    assert "Authorization header" in response.json()["error_description"]


def test_other_addresses_below_the_door_are_not_found(db):
    assert send(b"{}", address="/mcp/other").status_code == 404
    assert resolve("/mcp/other").url_name == "mcp-nowhere"


def test_a_client_is_told_in_its_session_who_it_is(reader):
    response = initialize(reader, INFO)
    tag = response["Mcp-Session-Id"]
    assert (tag.isascii(), tag.isprintable(), len(tag) < 300) == (True, True, True)
    assert ask(reader, "ping", Mcp_Session_Id=tag).status_code == 200
    assert tag != initialize(reader, INFO)["Mcp-Session-Id"]
