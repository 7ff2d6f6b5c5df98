"""What each AI client did, from the rows of the ledger."""

from datetime import timedelta

import pytest

from tests.tokens.uses import use
from tokens.ai_clients import ai_clients, count_ai_clients, recent, who_stops
from tokens.doors import Door
from tokens.scopes import Scope
from tokens.services import generate_token

MINUTE = timedelta(minutes=1)


@pytest.fixture
def called(live, now):
    """Records calls by MCP: `called("claude-ai", "search_tables", 3)`."""

    def record(client, tool, calls=1, *, ago=timedelta(), reason="", token=live):
        return use(token, client, door=Door.MCP, operation=tool, at=now - ago, calls=calls, reason=reason)

    return record


def test_calls_are_summed_by_client_and_tool_over_days_and_tokens(acme, live, called, now):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now).token
    called("claude-ai", "search_tables", 3, ago=timedelta(days=2))
    called("claude-ai", "search_tables", 4, ago=MINUTE)
    called("claude-ai", "search_tables", 5, token=other)
    called("claude-ai", "search_tables", 7, reason="too_many_requests")
    [client] = ai_clients(recent(acme, now=now), limit=9)
    [tool] = client.tools
    assert (tool.operation, tool.calls, tool.failures, tool.last_seen) == ("search_tables", 12, 7, now)
    assert (client.name, client.calls, client.refused, client.last_seen) == ("claude-ai", 12, 7, now)
    assert set(client.tokens) == {live.pk, other.pk}


def test_the_protocol_s_own_calls_count_and_are_no_tools(acme, called, now):
    for operation in ("initialize", "tools/list", "other", ""):
        called("claude-ai", operation)
    [client] = ai_clients(recent(acme, now=now), limit=9)
    assert (client.calls, client.tools) == (4, [])


def test_writes_are_calls_of_tools_that_write_and_were_let_in(acme, called, now):
    called("claude-ai", "get_tables", 100)
    called("claude-ai", "update_table_readme", 3)
    called("claude-ai", "create_term", 2)
    called("claude-ai", "create_term", 9, reason="insufficient_scope")
    [client] = ai_clients(recent(acme, now=now), limit=9)
    assert client.writes == 5


def test_tools_with_the_most_calls_come_first_and_clients_seen_last(acme, called, now):
    called("old", "get_tables", ago=MINUTE)
    called("new", "get_tables", 2)
    called("new", "search_tables", 9)
    clients = ai_clients(recent(acme, now=now), limit=9)
    assert [client.name for client in clients] == ["new", "old"]
    assert [tool.operation for tool in clients[0].tools] == ["search_tables", "get_tables"]


def test_no_more_clients_than_asked_for_in_two_queries(acme, called, now, django_assert_num_queries):
    for number in range(30):
        called(f"c{number}", "get_tables", ago=number * MINUTE)
    with django_assert_num_queries(2):
        clients = ai_clients(recent(acme, now=now), limit=20)
    assert [client.name for client in clients] == [f"c{number}" for number in range(20)]
    assert count_ai_clients(recent(acme, now=now)) == 30


def test_other_doors_accounts_and_months_are_not_told(acme, umbrella, live, called, now):
    theirs = generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=now).token
    called("theirs", "get_tables", token=theirs)
    called("old", "get_tables", ago=timedelta(days=31))
    use(live, "rest", at=now)
    assert ai_clients(recent(acme, now=now), limit=9) == []


def test_who_stops_is_whom_the_token_let_in(live, called, now):
    called("claude-ai", "get_tables")
    called("refused", "get_tables", reason="mcp_off")
    use(live, "nightly", at=now)
    stopping = who_stops(live, now=now)
    assert [client.name for client in stopping.ai_clients] == ["claude-ai"]
    assert [other.client for other in stopping.others] == ["nightly"]
    assert stopping.count == 2


def test_without_ai_clients_one_query_says_who_stops(live, now, django_assert_num_queries):
    use(live, "nightly", at=now)
    with django_assert_num_queries(1):
        assert who_stops(live, now=now).ai_clients == []
