"""The menu of who is signed in, and the profile."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, serious, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_and_the_profile_fit_a_phone_and_are_accessible(page, ada, scheme):
    type(ada).objects.update(first_name="Adalbertina Wilhelmine", last_name="Featherstonehaugh-Cholmondeley")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 375, "height": 800})
    enter(page, ada, at="/profile/")
    page.locator("details.who > summary").click()
    expect(page.get_by_role("link", name="Second factor", exact=True)).to_be_in_viewport(ratio=1)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_menu_opens_by_keyboard_and_escape_gives_the_focus_back(page, ada):
    enter(page, ada, at="/profile/")
    summary = page.locator("details.who > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Profile and dates")).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("link", name="Profile and dates")).to_be_hidden()


def test_without_javascript_the_menu_opens_and_signs_out(browser, live_server, ada):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, ada, at="/profile/")
    page.locator("details.who > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Catalog")).to_be_visible()
    context.close()


def test_dates_are_written_as_chosen_in_the_time_zone_of_the_browser(browser, live_server, ada):
    context = browser.new_context(base_url=live_server.url, timezone_id="Pacific/Auckland", locale="de-DE")
    page = context.new_page()
    sign_in(page, ada)
    page.goto("/profile/")
    when = page.locator("#signed-in ~ .card time")
    expect(when).to_have_text(re.compile(r"^\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2}$"))
    page.get_by_label("2026-11-24 14:05").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(when).to_have_text(re.compile(r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$"))
    context.close()
