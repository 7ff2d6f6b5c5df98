"""Who uses a token and who has moved to a new one, in a real browser, told by the shipped server."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.actors import Actor
from tests.browser.conftest import enter, serious
from tests.browser.test_settings_api import stored
from tests.calling import Caller
from tests.processes import gunicorn
from tokens.scopes import Scope
from tokens.services import finish_rotation, generate_token

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = ["castor-upload/0.26", "python-requests/2.32", "Claude/1.9", "Cursor/3.1", "dbt/1.11"]


def call(port: int, value: str, client: str) -> int:
    """The status of one call of this client."""
    return Caller(port).call(value, client).status


def replace(page: Page) -> str:
    """The value of the new token."""
    page.get_by_role("button", name="Replace the Read only token").click()
    expect(page.get_by_role("dialog")).to_contain_text("5 integrations will stop")
    expect(page.get_by_role("dialog")).to_contain_text("castor-upload 0.26, REST: ")
    picture(page, "replace")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Generate new token").click()
    value = page.locator("[data-token-value]").inner_text()
    stored(page)
    return value


def look_now(page: Page) -> None:
    """As the page does every three seconds, and when somebody comes back to it."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def picture(page: Page, name: str) -> None:
    """A picture in light, dark and at a phone's width, when a folder for them is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme, width in (("light", 1200), ("dark", 1200), ("light", 375)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{scheme}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1200, "height": 900})


def test_the_page_follows_five_clients_from_the_old_token_to_the_new_one(browser: Browser, acme, ada, tmp_path):
    old = generate_token(acme, scope=Scope.READ_ONLY, name="Scripts", by=None, now=timezone.now()).secret
    with gunicorn(tmp_path, WEB_CONCURRENCY="2") as (port, _):
        assert {call(port, old, client) for client in CLIENTS * 2} == {200}
        page = browser.new_context(base_url=f"http://127.0.0.1:{port}").new_page()
        enter(page, ada)
        new = replace(page)
        rotation = page.locator("[data-live]")
        expect(rotation).to_contain_text("5 not seen since")
        assert {call(port, old, client) for client in CLIENTS} == {401}
        expect(rotation).to_contain_text("5 still on the old token")
        picture(page, "rotation-still-sending")
        for place, client in enumerate(CLIENTS, start=1):
            assert call(port, new, client) == 200
            if place > 1:
                look_now(page)  # the first was seen without it
            expect(rotation).to_contain_text(f"{place} moved")
            if place == 3:
                picture(page, "rotation-three")
        expect(page.locator("#replacement-said")).to_have_text("5 moved")
        page.get_by_role("link", name="Usage").click()
        expect(page.get_by_role("region", name="Failed calls")).to_contain_text("Give this integration the new one.")
        assert serious(page) == []
        picture(page, "usage-rotated")
        page.context.close()


def test_a_board_with_which_somebody_else_is_done_goes_with_its_heading(page, ada, acme, live_server):
    old = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    call(int(live_server.url.rpartition(":")[2]), old.secret, "dbt/1.11")
    new = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now(), replaces=old.token.pk).token
    enter(page, ada)
    heading = page.get_by_role("heading", name="Moving to the new token")
    expect(heading).to_be_visible()
    finish_rotation(new, by=None, now=timezone.now())
    look_now(page)
    expect(heading).to_have_count(0)


@pytest.mark.parametrize("width", [1200, 375])
def test_the_views_are_accessible_and_fit(page, ada, acme, live_server, width):
    issued = generate_token(acme, scope=Scope.READ_ONLY, name="Scripts", by=None, now=timezone.now())
    port = int(live_server.url.rpartition(":")[2])
    for client in [*CLIENTS, "<b>bold</b>", "W" * 70]:
        call(port, issued.secret, client)
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada)
    for view in ("", "usage/", "usage/?door=mcp", "connect/", "history/", "history/?who=nobody"):
        page.goto(address := f"/settings/api/{view}")
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert width > 375 or not page.locator(".stack").count() or fits(page, ".stack"), address
        picture(page, "view-" + (re.sub(r"\W+", "-", view).strip("-") or "tokens"))
        page.set_viewport_size({"width": width, "height": 900})


@pytest.mark.parametrize(
    ("old", "title"),
    [("#usage", "Usage"), ("?door=rest#usage", "Usage"), ("#use", "Connect"), ("#history-title", "History")],
)
def test_a_part_of_the_page_of_before_leads_to_its_view(page, ada, old, title):
    enter(page, ada, at=f"/settings/api/{old}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def fits(page: Page, part: str) -> bool:
    return bool(page.locator(part).first.evaluate("part => part.scrollWidth <= part.clientWidth"))


def test_history_is_cards_on_a_phone(page, ada, acme):
    by = Actor(f"{'w' * 60}@acme.test", ip="2001:db8:1234:5678:9abc:def0:1234:5678", client="Firefox 141")
    generate_token(acme, scope=Scope.READ_WRITE, name="W" * 80, by=by, now=timezone.now())
    page.set_viewport_size({"width": 375, "height": 900})
    enter(page, ada, at="/settings/api/history/")
    assert fits(page, ".stack")
    shown = page.locator("td").nth(2).evaluate("cell => getComputedStyle(cell, '::before').content")
    assert shown == '"By "'
    picture(page, "history-long")
