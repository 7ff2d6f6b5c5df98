"""Settings > API > MCP: the setup of clients, and what each did."""

import csv
import html
import json
import re

import pytest
from django.utils.html import escape

from accounts.models import Account
from tests.tokens.reading import text
from tests.tokens.test_usage_views import HOSTILE_CLIENTS
from tests.tokens.uses import MINUTE, by_mcp
from tokens.ai_clients import recent
from tokens.recipes import SETUPS
from tokens.scopes import Scope
from tokens.services import generate_token
from tokens.views.mcp import CSV_COLUMNS, csv_rows
from tokens.views.usage import MAX_ROWS_SHOWN

PAGE, FILE, OFF = "/settings/api/mcp/", "/settings/api/mcp.csv", "/settings/api/mcp/switches/off/"
JSON_SETUPS = ("claude-desktop", "claude-code-project", "cursor", "windsurf", "vscode")


def snippets(response):
    """What the buttons of the setups copy, by slug."""
    found = re.findall(r'<pre id="setup-([\w-]+)"[^>]*>(.*?)</pre>', response.content.decode(), re.DOTALL)
    return {slug: html.unescape(told) for slug, told in found}


def lines(response):
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


# --- Who may ---


@pytest.mark.parametrize("address", [PAGE, FILE, f"{OFF}?switch=access"])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("ada", 200), ("eve", 200)])
def test_who_may_look(client, request, ada, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, FILE, OFF])
def test_looking_takes_no_post_and_is_kept_nowhere(signed_in, ada, address):
    assert signed_in(ada).post(address).status_code == 405
    assert "no-store" in signed_in(ada).get(address)["Cache-Control"]


# --- Setting a client up ---


def test_each_setup_names_our_address_and_no_token(signed_in, ada, issued, settings):
    settings.API_BASE_URL = "https://api.us.example.com"
    page = signed_in(ada).get(PAGE)
    shown = snippets(page)
    assert list(shown) == [snippet.slug for setup in SETUPS for snippet in setup.snippets]
    assert all(told.count("https://api.us.example.com/mcp/server") == 1 for told in shown.values())
    assert not re.search(r"cat_r[ow]_", page.content.decode())
    assert issued.token.public_id not in page.content.decode()


@pytest.mark.parametrize("slug", JSON_SETUPS)
def test_a_setup_in_json_parses_and_sends_a_bearer_token(signed_in, ada, settings, slug):
    told = json.loads(snippets(signed_in(ada).get(PAGE))[slug])
    server = (told.get("mcpServers") or told["servers"])["catalog"]
    address = server.get("url") or server.get("serverUrl") or server["args"][2]
    assert address == f"{settings.API_BASE_URL}/mcp/server"
    assert "Bearer " in json.dumps(server)


def test_arguments_for_mcp_remote_hold_no_blank(signed_in, ada):
    told = json.loads(snippets(signed_in(ada).get(PAGE))["claude-desktop"])
    assert not any(" " in argument for argument in told["mcpServers"]["catalog"]["args"])


@pytest.mark.parametrize("slug", ["openai-responses", "openai-agents", "langchain", "pydantic-ai"])
def test_a_setup_in_python_is_python(signed_in, ada, slug):
    compile(snippets(signed_in(ada).get(PAGE))[slug], slug, "exec")


def test_every_client_is_a_part_that_opens_without_a_script(signed_in, ada):
    page = signed_in(ada).get(PAGE).content.decode()
    assert re.findall(r'<details name="setup">\s*<summary>(.*?)</summary>', page) == [one.client for one in SETUPS]


# --- What each did ---


def test_before_the_first_call_the_page_says_so(signed_in, ada, acme):
    client = signed_in(ada)
    assert "No AI client has called yet. Turn on MCP server access first" in text(client.get(PAGE))
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    assert "No AI client has called yet. Set one up as shown above" in text(client.get(PAGE))


def test_the_table_tells_what_each_client_called(signed_in, ada, used, live, now):
    by_mcp(live, "claude-ai", "search_tables", at=now, calls=2, reason="too_many_requests")
    page = text(signed_in(ada).get(PAGE))
    tools = "search_tables 412 2 refused update_table_readme 3"
    assert f"claude-ai {tools} 415 2 refused 3 ro {live.short_mask} {now:%-d %b %Y, %H:%M} UTC" in page
    assert f"Cursor get_tables 1 1 0 ro {live.short_mask}" in page


def test_nobody_sees_another_account_s_clients(signed_in, eve, used, live):
    client = signed_in(eve)
    page = client.get(PAGE).content.decode()
    assert not {"claude-ai", live.short_mask} & set(re.split(r"[<>\s]", page))
    assert lines(client.get(FILE)) == [list(CSV_COLUMNS)]


@pytest.mark.parametrize("name", HOSTILE_CLIENTS)
def test_hostile_clients_are_shown_as_text(signed_in, ada, used, live, now, name):
    by_mcp(live, name, "create_term", at=now)
    client = signed_in(ada)
    for address in (PAGE, f"{OFF}?switch=access", f"{OFF}?switch=writes", "/settings/api/"):
        page = client.get(address).content.decode()
        assert f"<bdi>{escape(name)}</bdi>" in page
        assert "<i>" not in page


def test_a_token_that_is_made_while_the_export_is_written_does_not_break_it(acme, used, now):
    rows = csv_rows(recent(acme, now=now))
    assert next(rows) == CSV_COLUMNS
    newer = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now).token
    by_mcp(newer, "newer", "get_tables", at=now)
    assert "newer" not in {client for client, *_ in rows}


def test_a_long_table_is_cut_and_says_how_much_is_in_the_export(signed_in, ada, live, now):
    for number in range(MAX_ROWS_SHOWN + 7):
        by_mcp(live, f"c{number}", "get_tables", at=now)
    client = signed_in(ada)
    page = client.get(PAGE)
    assert len(page.context["clients"]) == MAX_ROWS_SHOWN
    assert "7 more are in the export." in text(page)
    assert len(lines(client.get(FILE))) == MAX_ROWS_SHOWN + 8


def test_the_page_takes_few_queries_however_many_clients(signed_in, ada, used, live, now, django_assert_num_queries):
    for number in range(60):
        by_mcp(live, f"c{number}", ("get_tables", "create_term")[number % 2], at=now - number * MINUTE)
    client = signed_in(ada)
    with django_assert_num_queries(9):  # session, person, account; two switches in use; clients, tools, tokens, count
        client.get(PAGE)


def test_the_token_s_row_names_its_latest_ai_clients(signed_in, ada, used, live, now):
    page = text(signed_in(ada).get("/settings/api/"))
    assert "AI clients: claude-ai · search_tables 412, update_table_readme 3 · last 2" in page
    assert "ago Cursor · get_tables 1 · last 3" in page
    assert "All AI clients" not in page
    for number in range(3):
        by_mcp(live, f"c{number}", "get_tables", at=now)
    page = text(signed_in(ada).get("/settings/api/"))
    assert "claude-ai" not in page
    assert "All AI clients" in page


def test_the_file_is_a_line_for_each_client_tool_and_token(signed_in, ada, used, live, now):
    by_mcp(live, "claude-ai", "update_table_readme", at=now, calls=5, reason="insufficient_scope")
    header, *rows = lines(signed_in(ada).get(FILE))
    at, earlier = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (now, now - 2 * MINUTE))
    assert header == ["client", "tool", "token", "calls", "refused", "writes", "first_seen", "last_seen"]
    assert [row[:2] for row in rows] == [
        ["Cursor", "get_tables"],
        ["claude-ai", "search_tables"],
        ["claude-ai", "update_table_readme"],
    ]
    assert rows[2][2:] == [live.mask, "3", "5", "3", earlier, at]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "@SUM(1)", "-cmd"])
def test_a_hostile_client_is_text_in_the_file(signed_in, ada, live, now, name):
    by_mcp(live, name, "get_tables", at=now)
    _, row = lines(signed_in(ada).get(FILE))
    assert row[0] == f"'{name}"
