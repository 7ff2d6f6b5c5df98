"""Tools that search: what a line says, pages, and what a search that finds nothing says."""

import pytest

from tests.api.mcp.asking import answer, refused
from tests.catalog.factories import ColumnFactory, DashboardFactory, TagFactory, TermFactory, a_table, tagged
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
