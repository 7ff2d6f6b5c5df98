"""Tools that read: what is told of each kind, by id and by path, and of what was not found."""

import pytest

from accounts.models import Team
from tests.api.mcp.asking import answer, refused
from tests.catalog.factories import (
    ColumnFactory,
    ColumnJoinFactory,
    DashboardFactory,
    DashboardFieldFactory,
    QualityCheckFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    owned,
    ran,
    tagged,
)
from tests.factories import NOW

SITE = "http://localhost:8000"
PATH = "warehouse.public.orders"


@pytest.fixture
def orders(acme, ada):
    table = a_table(
        acme,
        PATH,
        description_raw="# Orders\n\nOne row an order.",
        external_description="orders of the shop",
        popularity=126_000,
        last_refreshed_at=NOW,
        verified_at=NOW,
    )
    owned(table, ada)
    owned(table, Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW))
    return table


@pytest.fixture
def columns(orders):
    key = ColumnFactory.create(
        table=orders, name="id", data_type="uuid", is_primary_key=True, is_nullable=False, source_order=1
    )
    email = ColumnFactory.create(
        table=orders, name="email", is_pii=True, description_raw="Of the customer.", source_order=2
    )
    return key, email


def the(items):
    [item] = items
    return item


def test_a_table_tells_what_is_known_of_it(reader, acme, orders, columns):
    feeds(a_table(acme, "warehouse.raw.orders"), orders)
    item = the(answer(reader, "get_tables", tables=[PATH])["items"])
    owners = item.pop("owners")
    assert {"name": "ada@acme.test", "email": "ada@acme.test"} in owners
    assert {"name": "Data"} in owners
    assert len(item.pop("readme_version")) == 12
    assert item == {
        "id": str(orders.pk),
        "path": PATH,
        "type": "TABLE",
        "description": "orders of the shop",
        "readme": "# Orders\n\nOne row an order.",
        "readme_chars": 27,
        "verified": True,
        "popularity": 13,
        "url": f"{SITE}/assets/tables/{orders.pk}/",
        "columns": 2,
        "parents": 1,
        "children": 0,
        "refreshed": "2026-11-24T12:00:00Z",
    }


def test_more_is_told_on_demand(reader, acme, orders, columns):
    _, email = columns
    ran("SELECT id FROM orders", orders, author="Ada")
    customer = ColumnFactory.create(table=a_table(acme, "crm.public.customers"), name="id")
    ColumnJoinFactory.create(first_column=customer, second_column=email, count=7)
    QualityCheckFactory.create(table=orders, name="not empty")
    include = ["columns", "queries", "joins", "quality"]
    item = the(answer(reader, "get_tables", tables=[str(orders.pk)], include=include)["items"])
    assert item["column_list"] == [
        {"name": "id", "type": "uuid", "primary_key": True, "not_null": True},
        {"name": "email", "type": "text", "pii": True, "description": "Of the customer."},
    ]
    assert item["queries"] == [{"sql": "SELECT id FROM orders", "at": "2026-11-24T12:00:00Z", "by": "Ada"}]
    assert item["joins"] == [{"columns": [f"{PATH}.email", "crm.public.customers.id"], "count": 7}]
    assert item["quality"] == [{"name": "not empty", "status": "SUCCESS", "at": "2026-11-24T12:00:00Z"}]


def test_sql_is_cut_after_a_thousand_characters(reader, orders):
    ran("x" * 5_000, orders)
    item = the(answer(reader, "get_tables", tables=[PATH], include=["queries"])["items"])
    assert len(item["queries"][0]["sql"]) == 1_000


def test_a_read_me_is_read_in_parts(reader, orders):
    item = the(answer(reader, "get_tables", tables=[PATH], readme_offset=2, readme_chars=6)["items"])
    assert (item["readme"], item["readme_chars"]) == ("Orders", 27)


def test_what_was_not_found_is_named_with_what_looks_like_it(reader, orders):
    said = answer(reader, "get_tables", tables=[PATH, "warehouse.public.order", "no.such.thing"])
    assert (said["returned"], the(said["items"])["path"]) == (1, PATH)
    near, far = said["not_found"]
    assert near == {"ref": "warehouse.public.order", "similar": [PATH]}
    assert far["ref"] == "no.such.thing"


def test_when_nothing_was_found_the_tool_refuses(reader, orders):
    assert refused(reader, "get_tables", tables=["warehouse.public.order"]) == (
        f"No table 'warehouse.public.order'. Similar: {PATH}."
    )
    assert refused(reader, "get_tables", tables=["zzz"]) == "No table 'zzz'. Search for it first with search_tables."


def test_columns_tell_whose_text_is_which_version(reader, columns):
    key, email = columns
    first, second = answer(reader, "get_columns", columns=[f"{PATH}.id", str(email.pk)])["items"]
    url = f"{SITE}/assets/tables/{key.table_id}/#column-"
    assert first == {
        "id": str(key.pk),
        "path": f"{PATH}.id",
        "type": "uuid",
        "primary_key": True,
        "not_null": True,
        "url": f"{url}{key.pk}",
    }
    assert (second["description"], second["pii"], len(second["description_version"])) == ("Of the customer.", True, 12)


def test_a_text_of_the_source_has_no_version(reader, orders):
    ColumnFactory.create(table=orders, name="total", external_description="In EUR.")
    item = the(answer(reader, "get_columns", columns=[f"{PATH}.total"])["items"])
    assert item["description"] == "In EUR."
    assert "description_version" not in item


def test_the_columns_of_a_table_come_in_its_order_without_ids(reader, orders, columns):
    said = answer(reader, "list_table_columns", table=PATH)
    assert (said["table"], said["url"], said["total"]) == (PATH, f"{SITE}/assets/tables/{orders.pk}/", 2)
    assert list(said["items"][0]) == ["name", "type", "primary_key", "not_null"]
    assert [one["name"] for one in said["items"]] == ["id", "email"]
    assert [one["name"] for one in answer(reader, "list_table_columns", table=PATH, query="customer")["items"]] == [
        "email"
    ]


def test_dashboards_tell_their_address_in_the_tool_and_their_fields(reader, acme):
    dashboard = DashboardFactory.create(source__account=acme, name="Sales")
    DashboardFieldFactory.create(dashboard=dashboard, name="total", description="Sum")
    by_name = the(answer(reader, "get_dashboards", dashboards=["Sales"], include=["fields"])["items"])
    assert by_name == {
        "id": str(dashboard.pk),
        "path": "Company/Sales/Sales",
        "url": f"{SITE}/assets/dashboards/{dashboard.pk}/",
        "tool_url": "https://bi.acme.test/dashboard",
        "fields": [{"name": "total", "type": "number", "role": "DIMENSION", "description": "Sum"}],
    }


def test_a_name_that_several_have_asks_for_an_id(reader, acme):
    rows = [DashboardFactory.create(source__account=acme, name="Sales", folder_path=path) for path in ("A", "B")]
    said = refused(reader, "get_dashboards", dashboards=["Sales"])
    assert said.startswith("2 dashboards are called 'Sales': use an id. ")
    assert all(f"{row.pk} {row.folder_path}/Sales" in said for row in rows)


def test_terms_tell_what_lies_below_them_and_what_carries_their_tag(reader, acme, orders):
    term = TermFactory.create(account=acme, name="Order", description_raw="What somebody buys.")
    child = TermFactory.create(parent_term=term, name="Open order")
    tagged(orders, TagFactory.create(account=acme, label="order", linked_term=term))
    item = the(answer(reader, "get_terms", terms=["Order"], include=["children", "assets"])["items"])
    assert (item["readme"], item["linked_tag"]) == ("What somebody buys.", "order")
    assert item["children"] == [{"id": str(child.pk), "path": "Order/Open order"}]
    assert item["assets"] == [{"id": str(orders.pk), "path": PATH, "kind": "table"}]


@pytest.mark.parametrize("kind", ["tables", "dashboards", "terms"])
def test_an_id_and_a_path_are_the_same_asset(reader, acme, orders, kind):
    DashboardFactory.create(source__account=acme)
    TermFactory.create(parent_term=TermFactory.create(account=acme, name="Top"), name="Below")
    for found in answer(reader, f"search_{kind}")["items"]:
        by_id, by_path = (answer(reader, f"get_{kind}", **{kind: [found[name]]}) for name in ("id", "path"))
        assert by_id == by_path
