"""The search of the catalog in a real browser: marks, mistyped words, names that are near."""

import re

import pytest
from playwright.sync_api import expect

from catalog.demo.filling import fill
from catalog.models import SearchDue
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import picture
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(acme, ada):
    fill(acme, now=NOW)
    return acme


def search(page, text):
    page.get_by_role("combobox", name="Search").fill(text)
    page.get_by_role("button", name="Search", exact=True).click()
    return page.get_by_role("region", name="Assets").get_by_role("row")


def test_words_are_marked_where_they_are_found_and_a_mistyped_one_is_told(page, shop, ada):
    enter(page, ada, at="/assets/")
    best = search(page, "orders of customers").nth(1)
    assert {mark.lower() for mark in best.locator("mark").all_inner_texts()} <= {
        "orders",
        "order",
        "customers",
        "customer",
    }
    expect(best.locator("mark").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^\d+ assets"))).to_be_visible()
    rows = search(page, "shipmnet")
    expect(page.get_by_text("Nothing has “shipmnet”; showing “shipment")).to_be_visible()
    expect(rows.nth(1).locator("mark").first).to_contain_text(re.compile("shipment", re.IGNORECASE))


def test_a_name_that_nothing_has_leads_to_the_nearest(page, shop, ada):
    enter(page, ada, at="/assets/")
    search(page, "dim_custmers")
    path = "analytics.core.dim_customers"
    page.get_by_role("status").get_by_role("link", name=path, exact=True).click()
    expect(page.get_by_role("region", name="Assets").get_by_role("row").nth(1)).to_contain_text(path)


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_what_a_search_shows_is_accessible_and_fits(page, shop, ada, scheme, width):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada)
    due = {"account": shop, "what": SearchDue.What.ASSET, "kind": "table", "asset": shop.uuid}
    for name, address in {
        "marks": "/assets/?q=orders+of+customers",
        "mistyped": "/assets/?q=shipmnet",
        "unknown": "/assets/?q=fct_ordrs+weather",
        "nothing": "/assets/?q=zzqqxx",
        "behind": "/assets/?q=revenue",
    }.items():
        if name == "behind":
            SearchDue.objects.create(**due, since=NOW)
        page.goto(address)
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        if scheme == "light":
            picture(page, f"search-{name}")
    expect(page.get_by_text("still being indexed")).to_be_visible()


def test_without_javascript_the_search_says_the_same(browser, live_server, shop, ada):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, ada, at="/assets/")
    page.get_by_label("Search", exact=True).fill("shipmnet")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing has “shipmnet”; showing “shipment")).to_be_visible()
    expect(page.locator("td mark").first).to_be_visible()
    context.close()
