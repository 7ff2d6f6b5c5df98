"""Settings > API > MCP: the switches, the setup of clients, and what each did."""

import csv
import html
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Account, AuditEntry
from tests.tokens.reading import text
from tests.tokens.test_usage_views import HOSTILE_CLIENTS
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.recipes import SETUPS
from tokens.scopes import Scope
from tokens.services import generate_token
from tokens.views.mcp import CSV_COLUMNS
from tokens.views.usage import MAX_ROWS_SHOWN

PAGE, SWITCHES, OFF = "/settings/api/mcp/", "/settings/api/mcp/switches/", "/settings/api/mcp/switches/off/"
FILE = "/settings/api/mcp.csv"
MINUTE = timedelta(minutes=1)
JSON_SETUPS = ("claude-desktop", "claude-code-project", "cursor", "windsurf", "vscode")


def turn(client, account, *, access=False, writes=False, shown=None, follow=True):
    """Send the form as the page does when both shall be so."""
    shown = Account.objects.get(pk=account.pk).version if shown is None else shown
    switches = {name: "on" for name, on in (("access", access), ("writes", writes)) if on}
    return client.post(SWITCHES, {"shown": shown} | switches, follow=follow)


def switches(account):
    return Account.objects.values_list("mcp_access", "mcp_writes").get(pk=account.pk)


def by_mcp(token, client, tool, *, at, calls=1, reason=""):
    return use(token, client, door=Door.MCP, operation=tool, at=at, calls=calls, reason=reason)


def snippets(response):
    """What the buttons of the setups copy, by slug."""
    found = re.findall(r'<pre id="setup-([\w-]+)"[^>]*>(.*?)</pre>', response.content.decode(), re.DOTALL)
    return {slug: html.unescape(told) for slug, told in found}


def lines(response):
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


def ping(client, secret):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Authorization": f"Bearer {secret}"}
    return client.post("/mcp/server", json.dumps(body), content_type="application/json", headers=headers).status_code


# --- Who may ---


@pytest.mark.parametrize("address", [PAGE, FILE, f"{OFF}?switch=access"])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("ada", 200), ("eve", 200)])
def test_who_may_look(client, request, ada, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403)])
def test_who_may_not_turn_the_switches(client, request, acme, carol, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert turn(client, acme, access=True, writes=True, follow=False).status_code == status
    assert switches(acme) == (False, False)


def test_an_administrator_turns_the_switches_of_their_account_alone(signed_in, acme, umbrella, eve):
    turn(signed_in(eve), umbrella, access=True, writes=True)
    assert (switches(acme), switches(umbrella)) == ((False, False), (True, True))


@pytest.mark.parametrize("address", [PAGE, FILE, OFF])
def test_looking_takes_no_post_and_is_kept_nowhere(signed_in, ada, address):
    assert signed_in(ada).post(address).status_code == 405
    assert "no-store" in signed_in(ada).get(address)["Cache-Control"]


def test_the_switches_take_no_get(signed_in, ada, acme):
    assert signed_in(ada).get(f"{SWITCHES}?access=on&shown={acme.version}").status_code == 405
    assert switches(acme) == (False, False)


# --- The switches ---


def test_both_are_off_at_first_and_the_page_says_so(signed_in, ada):
    page = text(signed_in(ada).get(PAGE))
    assert page.count(" Off Turn on ") == 2
    assert "AI clients are refused with 403 until MCP server access is on." in page


@pytest.mark.parametrize(
    ("access", "writes", "said"),
    [
        (True, False, "MCP server access is on: AI clients may read, and may not write."),
        (True, True, "MCP server access is on: AI clients may read and write."),
        (False, True, "MCP server access is off: AI clients are refused from the next call on."),
    ],
)
def test_a_change_is_said_and_seen(signed_in, ada, acme, access, writes, said):
    page = text(turn(signed_in(ada), acme, access=access, writes=writes))
    assert said in page
    assert switches(acme) == (access, writes)


@pytest.mark.parametrize("before", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("switch", [0, 1])
def test_a_button_of_the_page_turns_its_switch_and_no_other(signed_in, ada, acme, before, switch):
    Account.objects.filter(pk=acme.pk).update(mcp_access=before[0], mcp_writes=before[1])
    client = signed_in(ada)
    page = client.get(PAGE).content.decode()
    form = re.findall(rf'<form method="post" action="{SWITCHES}">(.*?)</form>', page, re.DOTALL)[switch]
    client.post(SWITCHES, dict(re.findall(r'name="(shown|access|writes)" value="(\w+)"', form)))
    assert switches(acme) == tuple(on != (place == switch) for place, on in enumerate(before))


def test_a_change_is_one_row_of_the_account_s_history(signed_in, ada, acme):
    client = signed_in(ada)
    turn(client, acme, access=True)
    entry = AuditEntry.objects.get(account=acme)
    assert (entry.operation, entry.actor, entry.detail) == ("change_mcp_access", ada, "MCP server access: no → yes")
    turn(client, acme, access=True)
    assert AuditEntry.objects.count() == 1
    activity = text(client.get("/settings/activity/", {"what": "change_mcp_access"}))
    assert "MCP access changed MCP server access: no → yes" in activity
    assert "ada@acme.test" in activity


def test_the_next_call_follows_the_switch(signed_in, ada, acme):
    secret = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret
    client, seen = signed_in(ada), []
    for access in (False, True, False):
        turn(client, acme, access=access)
        seen.append(ping(client, secret))
    assert seen == [403, 200, 403]


@pytest.mark.parametrize("shown", ["", "0", "-1", "x", "\x00", "9" * 30, "1.5", "2"])
def test_a_form_that_shows_another_version_changes_nothing(signed_in, ada, acme, shown):
    page = turn(signed_in(ada), acme, access=True, shown=shown)
    assert "Nothing was changed" in text(page)
    assert switches(acme) == (False, False)


# --- Turning off what is in use ---


@pytest.fixture
def used(acme, live, now):
    """Acme with both switches on; two clients read, one of them writes."""
    Account.objects.filter(pk=acme.pk).update(mcp_access=True, mcp_writes=True)
    by_mcp(live, "claude-ai", "search_tables", at=now - 2 * MINUTE, calls=412)
    by_mcp(live, "claude-ai", "update_table_readme", at=now - 2 * MINUTE, calls=3)
    by_mcp(live, "Cursor", "get_tables", at=now - 3 * MINUTE)
    return acme


def test_what_is_in_use_is_turned_off_by_way_of_a_question(signed_in, ada, used):
    page = signed_in(ada).get(PAGE).content.decode()
    assert f'<form method="post" action="{SWITCHES}">' not in page
    assert all(f'href="{OFF}?switch={switch}" data-dialog' in page for switch in ("access", "writes"))


def test_what_is_not_written_with_needs_no_question(signed_in, ada, acme, live, now):
    Account.objects.filter(pk=acme.pk).update(mcp_access=True, mcp_writes=True)
    by_mcp(live, "Cursor", "get_tables", at=now)
    by_mcp(live, "Cursor", "create_term", at=now, reason="insufficient_scope")
    page = signed_in(ada).get(PAGE).content.decode()
    assert f"{OFF}?switch=access" in page
    assert f"{OFF}?switch=writes" not in page


@pytest.mark.parametrize("dialog", [{}, {"X-Dialog": "1"}])
@pytest.mark.parametrize(("switch", "after"), [("access", (False, True)), ("writes", (True, False))])
def test_the_question_turns_off_its_switch_alone(signed_in, ada, used, switch, after, dialog):
    client = signed_in(ada)
    page = client.get(OFF, {"switch": switch}, headers=dialog).content.decode()
    assert ("<html" in page) == (not dialog)
    client.post(SWITCHES, dict(re.findall(r'name="(shown|access|writes)" value="(\w+)"', page)))
    assert switches(used) == after


def test_the_question_names_who_stops(signed_in, ada, used):
    client = signed_in(ada)
    access, writes = (text(client.get(OFF, {"switch": switch})) for switch in ("access", "writes"))
    assert "claude-ai · search_tables 412, update_table_readme 3 · last 2" in access
    assert "Cursor · get_tables 1 · last 3" in access
    assert "AI clients that wrote in the last 30 days: claude-ai · update_table_readme 3 · last" in writes
    assert "Cursor" not in writes


def test_the_question_names_nobody_of_another_account(signed_in, eve, used):
    assert "claude-ai" not in text(signed_in(eve).get(OFF, {"switch": "access"}))


@pytest.mark.parametrize("switch", ["access", "writes"])
def test_what_is_off_already_cannot_be_turned_off(signed_in, ada, switch):
    page = signed_in(ada).get(OFF, {"switch": switch})
    assert "It is off already." in text(page)
    assert "<button" not in page.content.decode().partition('class="foot"')[2]


@pytest.mark.parametrize("query", [{}, {"switch": "lights"}, {"switch": "\x00"}])
def test_a_question_about_no_switch_leads_to_both(signed_in, ada, query):
    assert signed_in(ada).get(OFF, query)["Location"] == PAGE


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
