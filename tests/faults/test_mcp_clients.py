"""AI clients in Python, as people have them, against the shipped server: what they are shown, and told."""

import asyncio
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

import fastmcp
import httpx2
import mcp
import pytest
from django.db.models import Sum
from mcp.client.streamable_http import streamable_http_client

from api.operations import MCP_READS, MCP_WRITES
from tests.api.mcp.conftest import switch, value_of
from tests.catalog.factories import TermFactory, a_table
from tests.faults.test_delivery import wait_for
from tests.processes import gunicorn
from tokens import keys
from tokens.models import TokenUse
from tokens.scopes import Scope

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def sdk(address, headers, mode="auto"):
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120) as http,
        mcp.Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client.list_tools, client.call_tool


def sdk_with_handshake(address, headers):
    return sdk(address, headers, "legacy")


@asynccontextmanager
async def fast(address, headers):
    """From the form that people write into a file."""
    servers = {"catalog": {"url": address, "transport": "http", "headers": headers}}
    async with fastmcp.Client({"mcpServers": servers}, timeout=120) as client:
        yield client.list_tools_mcp, client.call_tool_mcp


REFUSED = (mcp.MCPError, BaseExceptionGroup)
NAMES = {sdk: "mcp 0.1", sdk_with_handshake: "mcp 0.1", fast: "fastmcp 4.2"}  # in the ledger


@pytest.fixture(params=NAMES, ids=lambda connect: connect.__name__)
def connect(request, server):
    """Connects with a token, in the form of the client."""

    def to_the_server(value):
        headers = {"Authorization": f"Bearer {value}"} if value else {}
        return request.param(f"http://127.0.0.1:{server[0]}/mcp/server", headers)

    to_the_server.name = NAMES[request.param]  # type: ignore[attr-defined]
    return to_the_server


@pytest.fixture
def reader(acme):
    switch(acme)
    return value_of(acme, Scope.READ_ONLY)


@pytest.fixture
def writer(acme):
    switch(acme)
    return value_of(acme, Scope.READ_WRITE)


def talk(connect, value, *calls):
    """The answers to these calls of one session, a name and its arguments each; None asks which tools there are."""

    async def session():
        async with connect(value) as (list_tools, call_tool):
            return [await call_tool(*call) if call else await list_tools() for call in calls]

    return in_a_thread(session())


def in_a_thread(session):
    """What it returns: in the tests' own thread the loop of the browser may run."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, session).result()


def text_of(result):
    [content] = result.content
    return content.text


def sentences(error):
    """What an exception says, with all that it was raised from or holds."""
    inner = [error.__cause__] if error.__cause__ else []
    inner += error.exceptions if isinstance(error, BaseExceptionGroup) else []
    return " | ".join([str(error), *map(sentences, inner)])


def test_a_client_is_shown_what_its_token_may_call(connect, reader, writer):
    for value, names in ((reader, MCP_READS), (writer, MCP_READS + MCP_WRITES)):
        [listed] = talk(connect, value, None)
        assert [tool.name for tool in listed.tools] == list(names)


def test_an_answer_is_data_and_says_the_same_as_text(connect, reader, acme):
    table = a_table(acme, "shop.public.orders")
    [found] = talk(connect, reader, ("search_tables", {"query": "orders"}))
    assert [item["id"] for item in found.structured_content["items"]] == [str(table.pk)]
    assert json.loads(text_of(found)) == found.structured_content


def test_what_a_tool_refuses_is_a_sentence_and_the_session_goes_on(connect, reader):
    calls = ("search_tables", {"querry": "x"}), ("create_term", {"name": "x", "description": "y"})
    wrong, weak, listed = talk(connect, reader, *calls, None)
    assert (wrong.is_error, weak.is_error, len(listed.tools)) == (True, True, len(MCP_READS))
    assert "there is no argument `querry`" in text_of(wrong)
    assert text_of(weak).startswith("AuthorizationError: create_term needs a Read & Write token")


def test_a_text_is_replaced_by_whoever_read_it(connect, writer, acme):
    term = TermFactory.create(account=acme, name="Order", description_raw="Old")
    new = {"term": "Order", "readme": "New"}
    unread, read = talk(connect, writer, ("update_term_readme", new), ("get_terms", {"terms": ["Order"]}))
    assert "has a text already: 3 characters" in text_of(unread)
    [item] = read.structured_content["items"]
    [written] = talk(connect, writer, ("update_term_readme", new | {"expected_version": item["readme_version"]}))
    term.refresh_from_db()
    assert (written.is_error, term.description_raw) == (False, "New")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("", "This address needs an API token"), (keys.mint("READ_ONLY", "eu").text, "There is no such token")],
    ids=["none", "unknown"],
)
def test_who_is_not_let_in_reads_why(connect, value, sentence):
    with pytest.raises(REFUSED) as refused:
        talk(connect, value, None)
    assert f"Unauthorized: {sentence}" in sentences(refused.value)


def test_an_account_that_lets_no_ai_client_in_says_who_may(connect, acme):
    with pytest.raises(REFUSED) as refused:
        talk(connect, value_of(acme, Scope.READ_ONLY), None)
    assert "Forbidden: MCP server access is off for this account. An administrator" in sentences(refused.value)


def test_a_token_that_is_revoked_meanwhile_is_told_and_counted_under_the_name_of_its_client(connect, server, reader):
    search = "search_tables", {"query": "orders"}

    async def session():
        async with connect(reader) as (_, call_tool), httpx2.AsyncClient(timeout=120) as http:
            await call_tool(*search)
            headers = {"Authorization": reader}
            await http.delete(f"http://127.0.0.1:{server[0]}/api/v1/token", headers=headers)
            await call_tool(*search)

    with pytest.raises(REFUSED) as refused:
        in_a_thread(session())
    assert "Unauthorized: The token was revoked on " in sentences(refused.value)
    uses = TokenUse.objects.filter(client=connect.name, operation="search_tables")
    assert wait_for(lambda: set(uses.values_list("reason", flat=True)) == {"", "revoked"})


def operation_of(message):
    """What the ledger calls it."""
    tool = message.get("params", {}).get("name")
    if message["method"] == "tools/call":
        return tool if tool in MCP_READS + MCP_WRITES else "other"
    return message["method"] if message["method"] in {"initialize", "tools/list"} else "other"


def test_operations_add_up_to_what_clients_sent(acme, reader, tmp_path, monkeypatch):
    """Of all clients together, on a server that has ended and written down what it counted."""
    sent, send = Counter[str](), httpx2.AsyncClient.send

    async def counted(client, request, **options):
        if request.method == "POST":
            sent[operation_of(json.loads(request.content))] += 1
        return await send(client, request, **options)

    monkeypatch.setattr(httpx2.AsyncClient, "send", counted)
    calls = [None, *[("search_tables", {"query": "orders"})] * 3, ("create_term", {"name": "x", "description": "y"})]
    with gunicorn(tmp_path) as (port, _):
        address, headers = f"http://127.0.0.1:{port}/mcp/server", {"Authorization": f"Bearer {reader}"}
        for client in NAMES:
            talk(partial(client, address), headers, *calls)
    assert (sent["search_tables"], sent["create_term"], sent["initialize"]) == (9, 3, 1)
    assert dict(TokenUse.objects.values_list("operation").annotate(Sum("calls"))) == sent
