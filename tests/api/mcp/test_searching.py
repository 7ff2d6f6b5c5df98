"""Tools that search: what a line says, pages, and what a search that finds nothing says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.index.catching_up import index_account
from catalog.models import Table
from catalog.queries import listing
from tests.api.mcp.asking import answer, refused
from tests.catalog.factories import ColumnFactory, DashboardFactory, TagFactory, TermFactory, a_table, tagged
from tests.catalog.keeping import index_all, work_off
from tests.factories import NOW


@pytest.fixture
def orders(acme):
    return a_table(
        acme,
        popularity=500_000,
        external_description="**Orders** of the [shop](https://shop.test),\none a line. " + "x" * 300,
        verified_at=NOW,
    )


def test_a_line_says_what_is_known_and_leaves_out_the_rest(reader, acme, orders):
    tagged(orders, TagFactory.create(account=acme, label="gold"))
    plain = a_table(acme, "warehouse.public.customers")
    first, second = answer(reader, "search_tables")["items"]
    assert first.pop("description").startswith("Orders of the shop, one a line. xxx")
    assert first == {
        "id": str(orders.pk),
        "path": "warehouse.public.orders",
        "source": orders.schema.database.source.name,
        "popularity": 50,
        "tags": ["gold"],
        "verified": True,
    }
    assert second.keys() == {"id", "path", "source"}
    assert second["id"] == str(plain.pk)


def test_a_description_has_120_characters(reader, orders):
    assert len(answer(reader, "search_tables")["items"][0]["description"]) == 120


@pytest.mark.parametrize(
    ("query", "found"),
    [("orders", True), ("PUBLIC orders", True), ("orders public", True), ("orders nope", False), ("%", False)],
)
def test_all_words_have_to_occur_in_any_order_and_case(reader, orders, query, found):
    assert bool(answer(reader, "search_tables", query=query)["items"]) == found


def test_pages_add_up(reader, acme):
    for number in range(5):
        a_table(acme, f"warehouse.public.t{number}")
    first = answer(reader, "search_tables", limit=3)
    assert (first["returned"], first["total"], first["truncated"], first["next_offset"]) == (3, 5, True, 3)
    last = answer(reader, "search_tables", limit=3, offset=3)
    assert (last["returned"], last["total"]) == (2, 5)
    assert "truncated" not in last
    assert len({one["id"] for one in first["items"] + last["items"]}) == 5


def test_under_and_tag_narrow(reader, acme, orders):
    other = a_table(acme, "lake.raw.orders")
    tagged(other, TagFactory.create(account=acme, label="raw data"))
    assert [one["path"] for one in answer(reader, "search_tables", under="lake")["items"]] == ["lake.raw.orders"]
    assert [one["id"] for one in answer(reader, "search_tables", tag="raw data")["items"]] == [str(other.pk)]


def test_a_search_that_finds_nothing_says_that_the_index_is_behind_as_long_as_it_is(reader, acme, orders):
    index_account(acme, now=timezone.now() - timedelta(minutes=1))
    assert "still being indexed" in answer(reader, "search_tables", query="nothing")["hint"]
    assert "hint" not in answer(reader, "search_tables", query="orders")
    work_off(acme)
    assert "still being indexed" not in answer(reader, "search_tables", query="nothing")["hint"]


def test_nothing_found_says_what_to_try(reader, orders):
    said = answer(reader, "search_tables", query="nothing")
    assert (said["items"], said["returned"], said["total"]) == ([], 0, 0)
    assert "fewer or shorter words" in said["hint"]
    assert "begin again at 0" in answer(reader, "search_tables", offset=50)["hint"]


def test_an_unknown_tag_is_said_to_be_one(reader, acme, orders):
    TagFactory.create(account=acme, label="personal data")
    assert refused(reader, "search_tables", tag="personal dat") == "No tag 'personal dat'. Similar: personal data."
    assert refused(reader, "search_tables", tag="zzz").startswith("No tag 'zzz'. ")


def test_columns_need_letters_or_a_place(reader, orders):
    ColumnFactory.create(table=orders, name="id")
    assert "letters or digits" in refused(reader, "search_columns", query="i")
    [found] = answer(reader, "search_columns", query="i", under="warehouse.public.orders")["items"]
    assert found["path"] == "warehouse.public.orders.id"


def test_dashboards_and_terms_are_found_by_their_names(reader, acme):
    dashboard = DashboardFactory.create(source__account=acme, name="Weekly sales")
    term = TermFactory.create(account=acme, name="Net revenue")
    child = TermFactory.create(parent_term=term, name="Net revenue EU")
    assert [one["path"] for one in answer(reader, "search_dashboards", query="sales")["items"]] == [
        f"Company/Sales/{dashboard.name}"
    ]
    paths = [one["path"] for one in answer(reader, "search_terms", query="revenue")["items"]]
    assert paths == ["Net revenue", "Net revenue/Net revenue EU"]
    below = answer(reader, "search_terms", under="Net revenue")["items"]
    assert [one["id"] for one in below] == [str(child.pk)]


@pytest.fixture
def shop(acme):
    """Tables, dashboards and terms with names that share words, indexed; the worse ones are the more popular."""
    for path in ("shop.sales.fct_orders_archive_old_copies", "shop.sales.fct_orders", "shop.crm.dim_customers"):
        table = a_table(acme, path, popularity=5 if "archive" in path else 0)
        ColumnFactory.create(table=table, name="customer_id_of_the_old_system" if "archive" in path else "customer_id")
    DashboardFactory.create(source__account=acme, name="Orders of the week and of customers by country", popularity=5)
    DashboardFactory.create(source__account=acme, name="Orders")
    TermFactory.create(account=acme, name="Order")
    TermFactory.create(account=acme, name="A long name of an order that came back")
    index_all()
    return acme


@pytest.mark.parametrize(
    ("tool", "query", "first"),
    [
        ("search_tables", "orders", "shop.sales.fct_orders"),
        ("search_tables", "fct_orders", "shop.sales.fct_orders"),
        ("search_tables", "shop.crm.dim_customers", "shop.crm.dim_customers"),
        ("search_dashboards", "orders", "Company/Sales/Orders"),
        ("search_terms", "order", "Order"),
        ("search_columns", "customer_id", "shop.crm.dim_customers.customer_id"),
    ],
)
def test_what_fits_best_comes_first(reader, shop, tool, query, first):
    said = answer(reader, tool, query=query)
    assert said["items"][0]["path"] == first
    assert "hint" not in said


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_parts_of_what_is_ranked_add_up_to_all_that_holds_the_words(reader, shop, acme, limit, monkeypatch):
    monkeypatch.setattr(listing, "MAX_RANKED", 2)
    a_table(acme, "shop.raw.reorders"), a_table(acme, "shop.raw.preorders")  # not in the index
    paths: list[str] = []
    offset = 0
    while offset is not None:
        part = answer(reader, "search_tables", query="orders", limit=limit, offset=offset)
        paths, offset = paths + [one["path"] for one in part["items"]], part.get("next_offset")
        assert part["total"] == 4
    assert paths == [
        "shop.sales.fct_orders",
        "shop.sales.fct_orders_archive_old_copies",
        "shop.raw.preorders",
        "shop.raw.reorders",
    ]


@pytest.mark.parametrize(
    ("tool", "query", "similar"),
    [
        ("search_tables", "fct_ordrs", "shop.sales.fct_orders"),
        ("search_tables", "shop.crm.dim_custmers", "shop.crm.dim_customers"),
        ("search_columns", "custmer_id", "customer_id"),
        ("search_dashboards", "Ordes", "Company/Sales/Orders"),
        ("search_terms", "Ordr", "Order"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(reader, shop, tool, query, similar):
    hint = answer(reader, tool, query=query)["hint"]
    names = hint.partition("Similar: ")[2].partition(". ")[0].removesuffix(".").split(", ")
    assert names[0] == similar
    assert len(names) <= 3


def test_where_nothing_has_all_words_what_fits_best_is_said_to_be_that(reader, shop):
    said = answer(reader, "search_tables", query="which table has the orders of a weather station")
    assert said["items"][0]["path"] == "shop.sales.fct_orders"
    assert said["hint"].startswith("No name has all of these words; these fit best.")  # a text may have them all


def test_what_fits_best_lies_below_the_place_and_has_the_tag(reader, shop, acme):
    tag = TagFactory.create(account=acme, label="core")
    tagged(Table.objects.get(name="dim_customers"), tag)
    question = "orders of customers by weather"
    assert len(answer(reader, "search_tables", query=question)["items"]) == 3
    below = answer(reader, "search_tables", query=question, under="shop.crm")["items"]
    with_tag = answer(reader, "search_tables", query=question, tag="core")["items"]
    assert [one["path"] for one in below] == [one["path"] for one in with_tag] == ["shop.crm.dim_customers"]


def test_tags_are_told_in_their_order(reader, acme, orders):
    for label in ("b", "C", "a"):
        tagged(orders, TagFactory.create(account=acme, label=label))
    assert answer(reader, "search_tables")["items"][0]["tags"] == ["a", "b", "C"]
