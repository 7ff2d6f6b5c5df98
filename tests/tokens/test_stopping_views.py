"""Who will stop when a token is replaced or revoked: what the dialogs say."""

import re
from datetime import timedelta

import pytest

from tests.tokens.reading import text
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.services import revoke_token

NEW, CONFIRM = "/settings/api/tokens/new/", "/settings/api/tokens/{}/revoke/confirm/"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("address", [f"{NEW}?replace=READ_ONLY", CONFIRM])
@pytest.mark.parametrize("dialog", [{}, {"X-Dialog": "1"}])
def test_a_dialog_lists_who_will_stop(signed_in, ada, live, now, address, dialog):
    use(live, "castor-upload", at=now, calls=1)
    use(live, "", door=Door.MCP, at=now - MINUTE, calls=20)
    use(live, "refused", at=now, reason="insufficient_scope")
    page = text(signed_in(ada).get(address.format(live.pk), headers=dialog))
    assert "2 integrations will stop" in page
    assert re.search(rf"castor-upload , REST: 1 call\b[^:]* {now:%-d %b %Y, %H:%M} UTC", page)
    assert "AI clients that stop: unnamed client · called no tool · last a minute ago" in page
    assert "refused" not in page


@pytest.mark.parametrize("address", [f"{NEW}?replace=READ_ONLY", CONFIRM])
def test_a_dialog_names_the_ai_clients_that_stop_with_their_tools(signed_in, ada, live, now, address):
    for tool, calls in (("initialize", 9), ("update_table_readme", 3), ("search_tables", 1_412)):
        use(live, "claude-ai (via mcp-remote)", door=Door.MCP, operation=tool, at=now - 2 * MINUTE, calls=calls)
    use(live, "claude-ai (via mcp-remote)", door=Door.MCP, operation="create_term", at=now, reason="insufficient_scope")
    page = text(signed_in(ada).get(address.format(live.pk)))
    told = "claude-ai (via mcp-remote) · search_tables 1,412, update_table_readme 3 · last 2 minutes ago"
    assert f"1 integration will stop AI clients that stop: {told}" in page
    assert "create_term" not in page
    assert "Used in the last 30 days by" not in page


def test_a_dialog_names_five_tools_of_a_client_and_counts_the_others(signed_in, ada, live, now):
    for number in range(7):
        use(live, "Cursor", door=Door.MCP, operation=f"tool_{number}", at=now, calls=9 - number)
    page = text(signed_in(ada).get(CONFIRM.format(live.pk)))
    assert "Cursor · tool_0 9, tool_1 8, tool_2 7, tool_3 6, tool_4 5 and 2 more · last" in page


def test_a_dialog_names_two_hundred_ai_clients_in_a_few_queries(
    signed_in, ada, live, now, django_assert_max_num_queries
):
    for number in range(210):
        use(live, f"agent-{number}", door=Door.MCP, operation="get_tables", at=now)
    client = signed_in(ada)
    with django_assert_max_num_queries(9):
        page = text(client.get(CONFIRM.format(live.pk)))
    assert page.count("get_tables 1") == 200
    assert "210 integrations will stop" in page
    assert "The export on the page has all of them." in page


@pytest.mark.parametrize("address", [f"{NEW}?replace=READ_ONLY", CONFIRM])
def test_a_dialog_says_when_one_will_stop(signed_in, ada, live, now, address):
    use(live, at=now)
    assert "1 integration will stop" in text(signed_in(ada).get(address.format(live.pk)))


@pytest.mark.parametrize("address", [f"{NEW}?replace=READ_ONLY", CONFIRM])
def test_a_dialog_says_that_nobody_used_it(signed_in, ada, live, now, address):
    use(live, at=now - timedelta(days=30))
    page = text(signed_in(ada).get(address.format(live.pk)))
    assert "Nobody used it in the last 30 days" in page
    assert "will stop" not in page


def test_a_dialog_lists_them_all(signed_in, ada, live, now):
    for number in range(9):
        use(live, f"c{number}", at=now - number * MINUTE)
    page = text(signed_in(ada).get(CONFIRM.format(live.pk)))
    assert "9 integrations will stop" in page
    assert all(f"c{number} , REST" in page for number in range(9))


def test_nobody_will_stop_when_a_token_has_ended(signed_in, ada, live, now):
    use(live, at=now)
    revoke_token(live, by=None, now=now)
    assert "will stop" not in text(signed_in(ada).get(CONFIRM.format(live.pk)))


def test_a_form_with_a_mistake_still_lists_who_will_stop(signed_in, ada, live, now):
    use(live, at=now)
    response = signed_in(ada).post("/settings/api/tokens/generate/", {"scope": "READ_ONLY"})
    assert response.status_code == 409
    assert "1 integration will stop" in text(response)
