"""Assets by words, below a place, by a tag; and the columns of a table."""

import pytest

from catalog.errors import AmbiguousReference, InvalidInput, UnknownReference
from catalog.models.assets import AssetKind
from catalog.queries import listing
from catalog.queries.listing import list_assets, list_columns
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    TagFactory,
    TermFactory,
    a_table,
    tagged,
)
from tests.factories import NOW

TABLE, COLUMN, DASHBOARD, TERM = AssetKind.TABLE, AssetKind.COLUMN, AssetKind.DASHBOARD, AssetKind.TERM


def found(account, kind, query="", **how):
    listed = list_assets(account, kind, query=query, **{"limit": 20} | how)
    return [line.reference.path for line in listed.items]


@pytest.fixture
def shop(acme):
    """Two tables with columns, two dashboards, three terms; the second of each is the more popular."""
    orders = a_table(acme, "shop.sales.fct_orders", popularity=1)
    customers = a_table(acme, "shop.crm.dim_customers", popularity=2)
    for table, name in ((orders, "customer_id"), (orders, "amount"), (customers, "customer_id")):
        ColumnFactory.create(table=table, name=name)
    DashboardFactory.create(source__account=acme, name="Orders", folder_path="root/sales", popularity=1)
    DashboardFactory.create(source__account=acme, name="Orders of all", folder_path="root", popularity=2)
    growth = TermFactory.create(account=acme, name="Growth")
    TermFactory.create(name="Net churn", parent_term=growth)
    TermFactory.create(name="Gross churn", parent_term=growth)
    return orders


EVERYTHING = {
    TABLE: ["shop.crm.dim_customers", "shop.sales.fct_orders"],
    DASHBOARD: ["root/Orders of all", "root/sales/Orders"],
    TERM: ["Growth/Gross churn", "Growth", "Growth/Net churn"],
}


@pytest.mark.parametrize("kind", EVERYTHING)
def test_without_words_everything_is_listed_in_the_order_of_the_search_page(acme, shop, kind):
    assert found(acme, kind) == EVERYTHING[kind]


@pytest.mark.parametrize(
    ("kind", "query", "paths"),
    [
        (TABLE, "ORDERS fct", ["shop.sales.fct_orders"]),
        (TABLE, "shop sales", ["shop.sales.fct_orders"]),
        (TABLE, "  orders\tshop ", ["shop.sales.fct_orders"]),
        (TABLE, "orders crm", []),
        (TABLE, "%", []),
        (TABLE, "f_t", []),
        (TABLE, "\0", []),
        (COLUMN, "customer", ["shop.sales.fct_orders.customer_id", "shop.crm.dim_customers.customer_id"]),
        (COLUMN, "id customer", ["shop.sales.fct_orders.customer_id", "shop.crm.dim_customers.customer_id"]),
        (COLUMN, "orders", []),
        (DASHBOARD, "all orders", ["root/Orders of all"]),
        (DASHBOARD, "sales", []),
        (TERM, "churn et", ["Growth/Net churn"]),
        (TERM, "growth", ["Growth"]),
    ],
)
def test_all_words_have_to_occur_in_any_order_and_case(acme, shop, kind, query, paths):
    assert found(acme, kind, query) == paths


@pytest.mark.parametrize(
    ("kind", "under", "paths"),
    [
        (TABLE, "shop", EVERYTHING[TABLE]),
        (TABLE, "shop.crm", ["shop.crm.dim_customers"]),
        (COLUMN, "shop.sales", ["shop.sales.fct_orders.amount", "shop.sales.fct_orders.customer_id"]),
        (COLUMN, "shop.crm.dim_customers", ["shop.crm.dim_customers.customer_id"]),
        (DASHBOARD, "root/sales", ["root/sales/Orders"]),
        (DASHBOARD, "root", EVERYTHING[DASHBOARD]),
        (DASHBOARD, "ro", []),
        (DASHBOARD, "\0", []),
        (TERM, "Growth", ["Growth/Gross churn", "Growth/Net churn"]),
    ],
)
def test_only_what_lies_under_a_place_is_listed(acme, shop, kind, under, paths):
    assert found(acme, kind, under=under) == paths


@pytest.mark.parametrize(
    ("kind", "under"),
    [
        (TABLE, "SHOP"),
        (TABLE, "shop.sales.fct_orders"),
        (TABLE, "sho"),
        (TABLE, "\0"),
        (COLUMN, "shop.sales.none"),
        (TERM, "Nothing"),
    ],
)
def test_a_place_that_is_not_there_is_named(acme, umbrella, shop, kind, under):
    with pytest.raises(UnknownReference) as refused:
        found(acme, kind, under=under)
    assert refused.value.reference == under
    if kind != COLUMN:
        with pytest.raises(UnknownReference):
            found(umbrella, kind, under="shop" if kind == TABLE else "Growth")


def test_terms_with_the_name_of_the_parent_are_told(acme):
    for _ in range(2):
        TermFactory.create(parent_term=TermFactory.create(account=acme, name="Growth"))
    TermFactory.create(name="Growth", parent_term=TermFactory.create(account=acme))
    with pytest.raises(AmbiguousReference):
        found(acme, TERM, under="Growth")


def test_what_has_a_tag_is_listed(acme, shop):
    tag = TagFactory.create(account=acme, label="PII")
    column = shop.columns.get(name="amount")
    tagged(shop, tag)
    tagged(column, tag)
    [line] = list_assets(acme, TABLE, tag="PII", limit=20).items
    assert (line.reference.id, line.tags) == (shop.pk, ["PII"])
    assert found(acme, COLUMN, "amo", tag="PII") == ["shop.sales.fct_orders.amount"]
    assert found(acme, TERM, tag="PII") == []


@pytest.mark.parametrize("label", ["pii", "no such tag", "\0"])
def test_a_tag_that_is_not_there_is_named(acme, umbrella, label):
    TagFactory.create(account=acme, label="PII")
    with pytest.raises(UnknownReference) as refused:
        found(acme, TABLE, tag=label)
    assert (refused.value.kind, refused.value.similar) == ("tag", ["PII"] if label == "pii" else [])
    with pytest.raises(UnknownReference):
        found(umbrella, TABLE, tag="PII")


def test_a_tag_on_many_assets_is_asked_for_by_a_query(acme, shop, monkeypatch):
    monkeypatch.setattr(listing, "MAX_IDS_IN_QUERY", 0)
    tagged(shop, TagFactory.create(account=acme, label="PII"))
    assert found(acme, TABLE, tag="PII") == ["shop.sales.fct_orders"]


@pytest.mark.parametrize("query", ["", "a", "a b", "_-"])
def test_columns_need_a_word_that_an_index_finds_or_a_place(acme, shop, query):
    with pytest.raises(InvalidInput, match="three letters"):
        found(acme, COLUMN, query)
    assert found(acme, COLUMN, "am", under="shop") == ["shop.sales.fct_orders.amount"]


@pytest.mark.parametrize("kind", [TABLE, COLUMN, DASHBOARD, TERM])
def test_what_is_deleted_or_another_accounts_is_not_listed(acme, umbrella, shop, kind):
    query = "customer" if kind == COLUMN else ""
    assert found(umbrella, kind, query) == []
    for row in (shop, *shop.columns.all()):
        type(row).objects.update(deleted_at=NOW)
    if kind in {TABLE, COLUMN}:
        assert found(acme, kind, query) == []


def test_what_lies_in_something_hidden_is_not_listed(acme, shop):
    type(shop.schema).objects.update(is_hidden=True)
    assert found(acme, TABLE) == []
    assert found(acme, COLUMN, "customer") == []


def test_a_line_says_what_an_asset_is(acme):
    table = a_table(acme, popularity=7, description_raw="", external_description="# Orders", verified_at=NOW)
    [line] = list_assets(acme, TABLE, limit=1).items
    assert (line.description, line.popularity) == ("# Orders", 7)
    assert (line.is_verified, line.is_deprecated) == (True, False)
    assert (line.source, line.reference.url) == (table.schema.database.source.name, table.get_absolute_url())
    ColumnFactory.create(table=table, name="amount", description_raw="x" * 5_000)
    [line] = list_assets(acme, COLUMN, query="amount", limit=1).items
    assert (len(line.description), line.popularity, line.is_verified) == (listing.MAX_SAID, 7, False)
    TermFactory.create(account=acme, deprecated_at=NOW)
    [line] = list_assets(acme, TERM, limit=1).items
    assert (line.source, line.popularity, line.description, line.is_deprecated) == (None, None, "", True)


def test_parts_follow_each_other_and_say_whether_there_is_more(acme):
    for number in range(5):
        a_table(acme, f"shop.sales.t{number}")
    parts = [list_assets(acme, TABLE, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [[line.reference.name for line in part.items] for part in parts] == [["t0", "t1"], ["t2", "t3"], ["t4"], []]
    assert [(part.is_truncated, part.total, part.is_capped) for part in parts] == [
        (True, 5, False),
        (True, 5, False),
        (False, 5, False),
        (False, 5, False),
    ]


def test_what_is_found_is_counted_up_to_a_bound(acme, monkeypatch):
    monkeypatch.setattr(listing, "MAX_COUNTED", 3)
    for number in range(5):
        a_table(acme, f"shop.sales.t{number}")
    for offset, truncated in ((0, True), (3, False)):
        part = list_assets(acme, TABLE, limit=2, offset=offset)
        assert (part.total, part.is_capped, part.is_truncated) == (3, True, truncated)


@pytest.mark.parametrize("kind", [TABLE, COLUMN, DASHBOARD, TERM])
def test_a_search_costs_nine_queries_at_the_most(acme, shop, kind, django_assert_max_num_queries):
    tag = TagFactory.create(account=acme, label="PII")
    for row in (
        shop,
        *shop.columns.all(),
        *DashboardFactory._meta.model.objects.all(),
        *TermFactory._meta.model.objects.all(),
    ):
        tagged(row, tag)
    under = {TABLE: "shop", COLUMN: shop.path, DASHBOARD: "root", TERM: "Growth"}[kind]
    with django_assert_max_num_queries(9):
        part = list_assets(acme, kind, query="o", under=under, tag="PII", limit=1)
    assert (len(part.items), part.items[0].tags) == (1, ["PII"])


@pytest.fixture
def table(acme):
    table = a_table(acme)
    for order, name, text in ((2, "amount", "In cents"), (1, "id", None), (None, "note", None)):
        ColumnFactory.create(table=table, name=name, source_order=order, external_description=text)
    ColumnFactory.create(table=table, name="gone", deleted_at=NOW)
    return table


def test_the_columns_of_a_table_are_listed_in_its_order(acme, table, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        part = list_columns(acme, table, limit=2)
    assert ([column.name for column in part.items], part.total, part.is_truncated) == (["id", "amount"], 3, True)
    rest = list_columns(acme, table, limit=2, offset=2)
    assert ([column.name for column in rest.items], rest.total, rest.is_truncated) == (["note"], 3, False)


@pytest.mark.parametrize(
    ("query", "names"), [("CENTS", ["amount"]), ("amount in", ["amount"]), ("o t", ["note", "amount"]), ("%", [])]
)
def test_columns_are_found_by_words_of_their_name_or_description(acme, table, query, names):
    assert {column.name for column in list_columns(acme, table, query=query, limit=9).items} == set(names)
