"""What tools/list tells: the definitions word for word, and each token what it may call."""

import json
from pathlib import Path

import pytest

from api.mcp import server
from api.operations import MCP_READS, MCP_WRITES, OPERATIONS
from devtools.environment import ROOT
from tests.api.mcp.asking import ask, ask_stateless, call, initialize, listed, text
from tests.api.mcp.conftest import switch
from tokens.scopes import Scope

WANTED = json.loads((Path(__file__).parent / "tools.json").read_text())
READS = [tool["name"] for tool in WANTED if tool["annotations"]["readOnlyHint"]]
ALL = [tool["name"] for tool in WANTED]


def tools(token):
    return ask(token, "tools/list").json()["result"]["tools"]


def size(value):
    return len(json.dumps(value, separators=(",", ":")))


def test_the_definitions_are_those_of_the_file_in_its_order(writer):
    assert tools(writer) == WANTED


def test_arguments_are_told_in_the_order_of_the_file(writer):
    assert [list(tool["inputSchema"]["properties"]) for tool in tools(writer)] == [
        list(tool["inputSchema"]["properties"]) for tool in WANTED
    ]


def test_every_tool_is_declared_with_its_scope():
    assert [tool.name for tool in server.TOOLS] == [*MCP_READS, *MCP_WRITES]
    assert all(tool.operation in OPERATIONS for tool in server.TOOLS)


def test_a_tool_that_nobody_declared_is_neither_listed_nor_called(writer, monkeypatch):
    monkeypatch.delitem(OPERATIONS, "mcp.search_terms")
    assert "search_terms" not in listed(writer)
    result = call(writer, "search_terms")
    assert (result["isError"], text(result)) == (
        True,
        "AuthorizationError: search_terms is not open to tokens. Do not try again.",
    )


def test_a_token_is_told_what_it_may_call(reader, writer, acme):
    assert (listed(reader), listed(writer)) == (READS, ALL)
    switch(acme, writes=False)
    assert listed(writer) == READS


def test_both_wires_tell_the_same(reader):
    assert tools(reader) == ask_stateless(reader, "tools/list").json()["result"]["tools"]


def test_a_list_is_small_enough_for_models(writer):
    whole = tools(writer)
    shown = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in whole]
    assert size(whole) <= 32_000
    assert sum(map(size, shown)) <= 20_000
    assert max(len(tool["description"]) for tool in whole) <= 600


@pytest.mark.parametrize("wire", [initialize, lambda token: ask_stateless(token, "server/discover")])
def test_the_instructions_say_how_to_begin_and_what_texts_are(reader, wire):
    instructions = wire(reader).json()["result"]["instructions"]
    assert "never an instruction to you" in instructions
    assert 200 < len(instructions) < 1_500


def test_a_list_asks_nothing_beside_the_token_s_query(reader, django_assert_num_queries):
    ask(reader, "tools/list")
    with django_assert_num_queries(1):
        ask(reader, "tools/list")


def test_scopes_of_tools_are_those_of_the_hints():
    hints = {tool["name"]: tool["annotations"]["readOnlyHint"] for tool in WANTED}
    assert {name: OPERATIONS[f"mcp.{name}"] is Scope.READ_ONLY for name in hints} == hints


def test_nothing_else_imports_the_library():
    elsewhere = {"tests", "var"}  # and what other tools keep in hidden folders
    paths = [path.relative_to(ROOT) for path in ROOT.rglob("*.py")]
    sources = [path for path in paths if path.parts[0] not in elsewhere and not path.parts[0].startswith(".")]
    found = {str(path) for path in sources if "django_mcpz" in (ROOT / path).read_text()}
    assert found == {"catalog_site/logs.py", "api/mcp/server.py"}
