"""Settings > API > MCP: the switches, and what is asked before one of them stops somebody."""

import json
import re

import pytest
from django.utils import timezone

from accounts.models import Account, AuditEntry
from tests.tokens.reading import text
from tests.tokens.uses import by_mcp
from tokens.scopes import Scope
from tokens.services import generate_token

PAGE, SWITCHES, OFF = "/settings/api/mcp/", "/settings/api/mcp/switches/", "/settings/api/mcp/switches/off/"


def turn(client, account, *, access=False, writes=False, shown=None, follow=True):
    """Send the form as the page does when both shall be so."""
    shown = Account.objects.get(pk=account.pk).version if shown is None else shown
    switches = {name: "on" for name, on in (("access", access), ("writes", writes)) if on}
    return client.post(SWITCHES, {"shown": shown} | switches, follow=follow)


def switches(account):
    return Account.objects.values_list("mcp_access", "mcp_writes").get(pk=account.pk)


def ping(client, secret):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Authorization": f"Bearer {secret}"}
    return client.post("/mcp/server", json.dumps(body), content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403)])
def test_who_may_not_turn_the_switches(client, request, acme, carol, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert turn(client, acme, access=True, writes=True, follow=False).status_code == status
    assert switches(acme) == (False, False)


def test_an_administrator_turns_the_switches_of_their_account_alone(signed_in, acme, umbrella, eve):
    turn(signed_in(eve), umbrella, access=True, writes=True)
    assert (switches(acme), switches(umbrella)) == ((False, False), (True, True))


def test_the_switches_take_no_get(signed_in, ada, acme):
    assert signed_in(ada).get(f"{SWITCHES}?access=on&shown={acme.version}").status_code == 405
    assert switches(acme) == (False, False)


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
