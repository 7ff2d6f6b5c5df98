"""The pages of the catalog in a real browser."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from catalog.models import ExternalLink, OwnerEntity, PinnedAsset, QualityCheck
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import picture
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    field_feeds,
    ran,
    tagged,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

STORED = {"created_at": NOW, "updated_at": NOW}
TEXT = """One row is an **order** that was paid. See [the handbook](https://acme.test).

- cancelled ones stay
- `total` is net"""


@pytest.fixture
def orders(acme, ada):
    """A table with everything that its page can show, made from a long chain and feeding twenty others."""
    table = a_table(acme, "warehouse.public.orders", popularity=700_000, description_raw=TEXT, verified_at=NOW)
    tag = TagFactory.create(account=acme, label="finance", linked_term=TermFactory.create(account=acme, name="Finance"))
    for order, name in enumerate(("id", "customer_email", "total_amount_in_the_currency_of_the_customer_before_taxes")):
        facts = {"is_primary_key": order == 0, "is_pii": order == 1, "is_nullable": order == 2, "source_order": order}
        column = ColumnFactory.create(table=table, name=name, description_raw="Said by *nobody*.", **facts)
        tagged(column, tag)
    tagged(table, tag)
    OwnerEntity.objects.create(account=acme, user=ada, table=table, **STORED)
    ExternalLink.objects.create(
        account=acme, table=table, technology="GITHUB", url="https://git.acme.test/" + "x" * 90, **STORED
    )
    check = {"external_id": "fresh", "name": "Is fresh", "source": "API", "status": "ALERT", "run_at": NOW}
    QualityCheck.objects.create(account=acme, table=table, result="Two days old", **check, **STORED)
    PinnedAsset.objects.create(account=acme, from_table=table, to_term=tag.linked_term, **STORED)
    neighbourhood(acme, table)
    return table


def neighbourhood(acme, table):
    raw = [a_table(acme, f"lake.raw_events.{name}") for name in ("shop_orders", "payments_of_all_shops_and_markets")]
    feeds(a_table(acme, "lake.landing.files"), raw[0])
    for one in raw:
        feeds(one, table)
    board = DashboardFactory.create(
        source__account=acme, name="Revenue by country", description_raw=TEXT, popularity=50
    )
    DashboardFieldFactory.create(dashboard=board, name="net_revenue", label="Net revenue", role="MEASURE")
    feeds(table, board)
    for number in range(20):
        feeds(table, a_table(acme, f"mart.finance.orders_by_{number}", popularity=number))


def test_a_search_leads_to_a_table_and_its_lineage_to_a_dashboard(page, orders, ada):
    enter(page, ada)
    page.get_by_role("link", name="Assets", exact=True).click()
    page.get_by_label("Search").fill("ORDERS")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Tables").click()
    page.get_by_role("link", name="orders", exact=True).click()
    drawing = page.get_by_role("group", name="Drawing of what orders is made from")
    expect(drawing).to_contain_text("and 9 more")
    drawing.get_by_role("link", name="Revenue by country").click()
    expect(page.get_by_role("heading", name="Revenue by country")).to_be_visible()
    expect(page.get_by_role("region", name="Fields")).to_contain_text("Net revenue")


def search_box(page):
    return page.get_by_role("combobox", name="Search")


def test_a_slash_leads_to_the_search_but_is_a_slash_while_typing(page, orders, ada):
    enter(page, ada, at="/assets/")
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type("a/b")
    expect(search_box(page)).to_have_value("a/b")


def test_a_suggestion_is_chosen_by_keyboard_and_leads_to_its_page(page, orders, ada):
    enter(page, ada, at="/assets/")
    page.keyboard.press("/")
    page.keyboard.type("public.ord")
    option = page.get_by_role("option", name="warehouse.public.orders Table")
    expect(option).to_be_visible()
    expect(search_box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(search_box(page)).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    assert serious(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="orders", level=1)).to_be_visible()


def test_a_filter_that_is_suggested_completes_the_text_and_escape_closes_the_list(page, orders, ada):
    enter(page, ada, at="/assets/")
    search_box(page).press_sequentially("orders tag:fin")
    expect(page.get_by_role("option", name="finance Tag")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(search_box(page)).to_have_value("orders tag:finance ")
    suggested = page.get_by_role("listbox", name="Suggestions")
    page.keyboard.type("ord")
    expect(suggested).to_be_visible()
    page.keyboard.press("Escape")
    expect(suggested).to_have_count(0)
    expect(search_box(page)).to_have_value("orders tag:finance ord")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 asset", exact=True)).to_be_visible()


def test_the_field_of_tags_suggests_tags_and_searches(page, orders, ada):
    enter(page, ada, at="/assets/")
    page.get_by_role("combobox", name="Tag").press_sequentially("FIN")
    page.get_by_role("option", name="finance Tag").click()
    page.wait_for_url("**/assets/?*tag=finance*")
    expect(page.get_by_text("1 asset", exact=True)).to_be_visible()


def test_how_to_search_is_read_on_a_phone(page, orders, ada):
    page.set_viewport_size({"width": 375, "height": 900})
    enter(page, ada, at="/assets/")
    page.get_by_text("How to search").click()
    box = page.locator(".help .card").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375


def test_short_names_of_columns_stay_whole(page, orders, ada):
    page.set_viewport_size({"width": 1200, "height": 900})
    enter(page, ada, at=orders.get_absolute_url())
    lines = "one => one.getClientRects().length"
    assert page.locator("#columns-title ~ .card bdi", has_text="customer_email").first.evaluate(lines) == 1


@pytest.fixture
def lineage_of_columns(acme, orders):
    """One of the columns is made from another, which is made from one more."""
    columns = [
        ColumnFactory.create(table=a_table(acme, f"lake.raw.t{number}"), name=f"c{number}") for number in range(3)
    ]
    for parent, child in pairwise([*columns, orders.columns.get(name="id")]):
        field_feeds(parent, child)


def test_picking_a_column_draws_its_lineage_in_place_and_links_expand_it(page, orders, lineage_of_columns, ada):
    enter(page, ada, at=orders.get_absolute_url())
    page.evaluate("window.same = true")
    page.get_by_role("region", name="Columns").get_by_role("link", name="id", exact=True).click()
    drawing = page.get_by_role("group", name="Drawing of what id is made from")
    expect(drawing.get_by_role("link")).to_have_count(3)
    expect(page.get_by_role("heading", name="Lineage of id")).to_be_focused()
    page.get_by_role("button", name="One step further up").click()
    expect(drawing.get_by_role("link")).to_have_count(4)
    assert page.evaluate("window.same") is True
    assert "up=3" in page.url
    page.go_back()
    expect(drawing.get_by_role("link")).to_have_count(3)
    page.get_by_role("link", name="Lineage of the whole table").click()
    expect(page.get_by_role("group", name="Drawing of what orders is made from")).to_be_visible()


def test_without_javascript_links_draw_the_same(browser, live_server, orders, lineage_of_columns, ada):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, ada, at=orders.get_absolute_url())
    page.get_by_role("region", name="Columns").get_by_role("link", name="id", exact=True).click()
    page.get_by_role("button", name="One step further up").click()
    expect(page.get_by_role("group", name="Drawing of what id is made from").get_by_role("link")).to_have_count(4)
    context.close()


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_pages_are_accessible_and_fit(page, orders, ada, scheme, width):
    term, board = orders.pinned.get().to_term, orders.child_lineages.get(child_table=None).child_dashboard
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    enter(page, ada)
    ran("SELECT count(*) FROM warehouse.public.orders WHERE " + "total > 1 AND " * 40, orders)
    usage = orders.get_absolute_url() + "queries/"
    for address in (
        "/assets/",
        "/assets/?q=nowhere",
        usage,
        *(one.get_absolute_url() for one in (orders, board, term)),
    ):
        page.goto(address)
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        if scheme == "light" and width == 1200:
            picture(page, "assets" + address.strip("/").replace("/", "-").replace("?", "-")[6:20])
    assert complaints == []
