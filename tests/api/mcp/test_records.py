"""What a call leaves on record: the client and the operation in the ledger, the line in the log, the numbers."""

import logging

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from api.mcp import metrics
from tests.api.mcp.asking import ADDRESS, INFO, ask, ask_stateless, call, initialize, send
from tests.api.mcp.conftest import switch
from tokens import keys
from tokens.models import ApiToken, TokenUse
from tokens.services import revoke_token

NODE = {"User_Agent": "node/22.1"}


def uses():
    return list(TokenUse.objects.order_by("pk").values_list("client", "operation", "reason", "calls"))


def test_a_call_is_on_record_under_its_tool(reader):
    call(reader, "search_terms")
    assert uses() == [("", "search_terms", "", 1)]


@pytest.mark.parametrize(
    ("method", "operation"),
    [
        ("initialize", "initialize"),
        ("tools/list", "tools/list"),
        ("ping", "other"),
        ("notifications/initialized", "other"),
        ("no/such", "other"),
    ],
)
def test_other_methods_are_few_names(reader, method, operation):
    ask(reader, method, {})
    assert [row[1] for row in uses()] == [operation]


@pytest.mark.parametrize("body", [b"{", b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}'])
def test_what_is_no_tool_leaves_no_name_of_its_own(reader, body):
    send(body, reader)
    assert [row[1] for row in uses()] == ["other"]


def test_a_client_of_the_handshake_is_known_by_its_tag(reader):
    tag = initialize(reader, INFO, **NODE)["Mcp-Session-Id"]
    ask(reader, "tools/list", Mcp_Session_Id=tag, **NODE)
    assert [row[:2] for row in uses()] == [("claude-ai 0.1", "initialize"), ("claude-ai 0.1", "tools/list")]


def test_a_stateless_client_says_each_time_who_it_is(reader):
    ask_stateless(reader, "tools/list", **NODE)
    assert [row[0] for row in uses()] == ["rig 1.0"]


def test_the_operator_s_header_comes_first_and_the_user_agent_last(reader):
    initialize(reader, INFO, X_Catalog_Client="sales-agent", **NODE)
    ask(reader, "ping", Mcp_Session_Id="forged", **NODE)
    assert [row[0] for row in uses()] == ["sales-agent", "node 22.1"]


def test_a_token_as_a_name_is_stored_and_signed_nowhere(reader):
    response = initialize(reader, {"name": reader, "version": reader})
    assert reader[-20:] not in str(response.headers)
    assert [row[0] for row in uses()] == ["cat_ro_eu_"]


@pytest.mark.parametrize("how", ["tag", "body"])
def test_a_refused_call_is_on_record_under_the_client_s_name_and_tool(reader, how):
    tag = initialize(reader, INFO, **NODE)["Mcp-Session-Id"]
    revoke_token(ApiToken.objects.get(), by=None, now=timezone.now())
    params = {"name": "search_terms", "arguments": {}}
    if how == "tag":
        ask(reader, "tools/call", params, Mcp_Session_Id=tag, **NODE)
        assert uses()[-1] == ("claude-ai 0.1", "search_terms", "revoked", 1)
    else:
        ask_stateless(reader, "tools/call", params, **NODE)
        assert uses()[-1] == ("rig 1.0", "search_terms", "revoked", 1)


def test_a_large_body_of_a_refused_call_is_not_read(reader):
    revoke_token(ApiToken.objects.get(), by=None, now=timezone.now())
    ask_stateless(reader, "tools/list", {"padding": "x" * 70_000}, **NODE)
    assert uses() == [("node 22.1", "other", "revoked", 1)]


def test_access_that_is_off_is_on_record_with_who_tried(acme, reader):
    switch(acme, access=False)
    initialize(reader, INFO)
    assert uses() == [("claude-ai 0.1", "initialize", "mcp_off", 1)]


def test_a_tool_that_needs_another_scope_is_on_record_as_refused(reader):
    call(reader, "create_term", name="x", description="y")
    assert uses() == [("", "create_term", "insufficient_scope", 1)]


def test_a_tool_that_fails_is_a_call_that_was_let_in(reader):
    call(reader, "search_tables", limit=500)
    assert uses() == [("", "search_tables", "", 1)]


def test_who_proves_no_secret_is_nowhere_on_record(db):
    ask(keys.mint("READ_ONLY", "eu").text, "ping")
    assert uses() == []


# --- The log and the numbers -----------------------------------------------------------------------------


def test_a_call_is_a_line_without_what_was_sent_and_answered(writer, caplog):
    with caplog.at_level(logging.DEBUG):
        call(writer, "create_term", name="Hidden name", description="Hidden text")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "api.mcp.server"]
    token = ApiToken.objects.get()
    assert line.startswith(f"mcp_call token={token.pk} client='' revision= tool=create_term outcome=ok ms=")
    assert "Hidden" not in caplog.text
    assert writer not in caplog.text


def test_the_library_logs_no_arguments(caplog):
    assert logging.getLogger("django_mcpz.calls").getEffectiveLevel() >= logging.WARNING


@pytest.mark.parametrize(
    ("tool", "arguments", "outcome"),
    [("search_terms", {}, "ok"), ("create_term", {}, "refused"), ("search_tables", {"limit": 0}, "failed")],
)
def test_calls_are_counted_by_tool_and_outcome(reader, tool, arguments, outcome):
    def number():
        lines = metrics.exposition().decode().splitlines()
        line = f'catalog_mcp_calls_total{{outcome="{outcome}",tool="{tool}"}}'
        alike = [line, f'catalog_mcp_calls_total{{tool="{tool}",outcome="{outcome}"}}']
        return sum(float(one.rpartition(" ")[2]) for one in lines if one.startswith(tuple(alike)))

    before = number()
    call(reader, tool, **arguments)
    assert number() == before + 1


def test_operators_read_the_numbers_with_the_others(reader, settings):
    settings.METRICS_TOKEN = "scraper"
    call(reader, "search_terms")
    page = Client().get("/metrics", headers={"Authorization": "Bearer scraper"}).content.decode()
    assert 'catalog_mcp_seconds_count{tool="search_terms"}' in page
    assert "catalog_outbox_paused" in page


def test_a_change_by_a_tool_is_in_the_audit_log_with_its_client(writer):
    tag = initialize(writer, INFO)["Mcp-Session-Id"]
    params = {"name": "create_term", "arguments": {"name": "Net revenue", "description": "After returns."}}
    ask(writer, "tools/call", params, Mcp_Session_Id=tag)
    entry = AuditEntry.objects.get(operation="create_term")
    assert (entry.door, entry.client) == ("mcp", "claude-ai 0.1")
    assert entry.actor_name == ApiToken.objects.get().mask
    assert ADDRESS not in entry.detail
