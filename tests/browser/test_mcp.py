"""Settings > API > MCP in a real browser: letting AI clients in, setting one up, and turning them off again."""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Account
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import CLIENTS, fits, picture
from tokens.doors import Door
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/api/mcp/"


def call(page: Page, value: str, tool: str = "search_tables") -> int:
    """The status of a call of this tool."""
    params = {"name": tool, "arguments": {"query": "orders"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Authorization": f"Bearer {value}", "X-Catalog-Client": "my-agent"}
    return page.request.post("/mcp/server", data=json.dumps(body), headers=headers).status


def use(token, client, tool, *, calls=1, reason=""):
    now = timezone.now()
    seen = {"day": now.date(), "first_seen": now, "last_seen": now}
    what = {"door": Door.MCP, "client": client, "operation": tool, "reason": reason}
    TokenUse.objects.create(token=token, calls=calls, **what, **seen)


def letting_in_and_turning_off(page: Page, ada, acme) -> None:
    issued = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    enter(page, ada, at=PAGE)
    assert call(page, issued.secret) == 403
    page.get_by_role("button", name="Turn on MCP server access").click()
    expect(page.get_by_role("status")).to_contain_text("AI clients may read, and may not write.")
    assert call(page, issued.secret) == 200
    page.reload()
    expect(page.get_by_role("region", name="Used in the last 30 days")).to_contain_text("my-agent")
    page.get_by_role("button", name="Turn off MCP server access").click()
    expect(page.locator("form").filter(has_text="AI clients that stop:")).to_contain_text("my-agent · search_tables 1")
    page.get_by_role("button", name="Turn off", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("AI clients are refused from the next call on.")
    assert call(page, issued.secret) == 403


def test_the_very_next_call_follows_the_switch(page, ada, acme):
    letting_in_and_turning_off(page, ada, acme)


def test_the_switches_work_without_javascript(browser: Browser, live_server, ada, acme):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    letting_in_and_turning_off(context.new_page(), ada, acme)
    context.close()


def test_a_setup_opens_by_keyboard_and_is_copied_whole(page, ada):
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.add_init_script(
        "document.addEventListener('copy', () => { window.copied = String(document.activeElement.value) })"
    )
    enter(page, ada, at=PAGE)
    page.get_by_text("Claude Code", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Cursor: ~/.cursor/mcp.json")).to_be_visible()
    page.get_by_role("button", name="Copy the setup of Cursor").click()
    expect(page.get_by_role("button", name="Copied the setup of Cursor")).to_be_visible()
    server = json.loads(page.evaluate("window.copied"))["mcpServers"]["catalog"]
    assert server["headers"] == {"Authorization": "Bearer ${env:CATALOG_TOKEN}"}


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_view_and_its_question_are_accessible_and_fit(page, ada, acme, scheme, width):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada, at=PAGE)
    look(page, "mcp-empty", width)
    for view in page.get_by_role("navigation", name="API tokens").get_by_role("link").all():
        expect(view).to_be_in_viewport(ratio=1)
    token = generate_token(acme, scope=Scope.READ_WRITE, name="Agents", by=None, now=timezone.now()).token
    Account.objects.filter(pk=acme.pk).update(mcp_access=True, mcp_writes=True)
    for client in ["claude-ai (via mcp-remote 0.15.1) 0.1", *CLIENTS, "W" * 70]:
        use(token, client, "search_tables", calls=1_412)
        use(token, client, "update_column_description", calls=3)
        use(token, client, "update_column_description", calls=2, reason="too_many_requests")
    enter(page, ada, at=PAGE)
    assert width > 375 or fits(page, ".stack")
    look(page, "mcp", width)
    for summary in page.locator("details[name=setup] summary").all():
        summary.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_text("Claude Desktop", exact=True).click()
    look(page, "mcp-setup", width)
    page.get_by_role("button", name="Turn off MCP server access").click()
    expect(page.get_by_role("dialog")).to_contain_text("AI clients that stop:")
    assert page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    look(page, "mcp-turn-off", width)
    enter(page, ada)
    look(page, "mcp-token-row", width)
    page.get_by_role("button", name="Revoke the Read & write token").click()
    expect(page.get_by_role("dialog")).to_contain_text("search_tables 1,412, update_column_description 3")
    look(page, "mcp-revoke", width)


def look(page: Page, name: str, width: int) -> None:
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, name)
    page.set_viewport_size({"width": width, "height": 900})
