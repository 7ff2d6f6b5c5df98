"""What is known of tables and columns."""

from datetime import timedelta

import pytest

from catalog.models.assets import AssetKind
from catalog.queries import warehouse_details
from catalog.queries.finding import find_assets
from catalog.queries.warehouse_details import Join, RunQuery, columns_in_detail, tables_in_detail
from catalog.rules.versions import version_of
from tests.catalog.factories import (
    ColumnFactory,
    ColumnJoinFactory,
    DashboardFactory,
    QualityCheckFactory,
    SourceUserFactory,
    TagFactory,
    a_table,
    feeds,
    owned,
    ran,
    tagged,
)
from tests.factories import NOW

EVERYTHING = ("columns", "joins", "quality", "queries")


@pytest.fixture
def orders(acme):
    return a_table(acme)


def told(account, *tables, include=EVERYTHING):
    return tables_in_detail(account, tables, include=include)


def a_column(table, name, **values):
    return ColumnFactory.create(table=table, name=name, **values)


def test_a_table_is_told_with_its_numbers(acme, carol, orders):
    for name in "abc":
        a_column(orders, name, deleted_at=NOW if name == "c" else None)
    feeds(a_table(acme, "lake.raw.one"), orders)
    feeds(a_table(acme, "lake.raw.gone", deleted_at=NOW), orders)
    feeds(orders, DashboardFactory.create(source__account=acme))
    feeds(orders, a_table(acme, "lake.raw.two"))
    owned(orders, carol)
    tagged(orders, TagFactory.create(account=acme, label="PII"))
    [one] = told(acme, orders)
    assert (one.columns, one.parents, one.children) == (2, 1, 2)
    assert ([owner.email for owner in one.owners], one.tags) == ([carol.email], ["PII"])


def test_of_a_table_of_which_nothing_is_known_nothing_is_told(acme, orders):
    [one] = told(acme, orders)
    assert (one.columns, one.parents, one.children, one.readme, one.version) == (0, 0, 0, "", "")
    assert [one.column_list, one.queries, one.joins, one.quality, one.tags, one.owners] == [[]] * 6


def test_only_what_is_asked_for_is_told(acme, orders):
    a_column(orders, "id")
    QualityCheckFactory.create(table=orders)
    ran("SELECT 1", orders)
    [one] = told(acme, orders, include=())
    assert (one.columns, one.column_list, one.queries, one.joins, one.quality) == (1, [], [], [], [])


def test_the_first_columns_of_each_table_are_told_in_its_order(acme, orders, monkeypatch):
    monkeypatch.setattr(warehouse_details, "MAX_COLUMNS", 2)
    other = a_table(acme, "lake.raw.other")
    for table in (orders, other):
        for order, name in ((None, "z"), (2, "b"), (1, "c")):
            a_column(table, name, source_order=order)
    assert [[column.name for column in one.column_list] for one in told(acme, other, orders)] == [["c", "b"]] * 2


def test_the_newest_queries_of_each_table_are_told(acme, umbrella, orders, monkeypatch):
    monkeypatch.setattr(warehouse_details, "MAX_QUERIES", 2)
    monkeypatch.setattr(warehouse_details, "MAX_SQL", 8)
    person = SourceUserFactory.create(source=orders.schema.database.source, name=None, email="dana@acme.test")
    other = a_table(acme, "lake.raw.other")
    ran("SELECT 1", orders, timestamp=NOW - timedelta(days=2))
    ran("SELECT 2 of both", orders, other, timestamp=NOW - timedelta(days=1), source_user=person, author="dana")
    ran("SELECT 3", orders, author="etl")
    ran("SELECT 4", orders, is_hidden=True)
    assert [one.queries for one in told(acme, orders, other)] == [
        [RunQuery("SELECT 3", NOW, "etl"), RunQuery("SELECT 2", NOW - timedelta(days=1), "dana@acme.test")],
        [RunQuery("SELECT 2", NOW - timedelta(days=1), "dana@acme.test")],
    ]


def test_the_most_frequent_joins_are_told_from_either_side(acme, orders, monkeypatch):
    monkeypatch.setattr(warehouse_details, "MAX_JOINS", 2)
    other = a_table(acme, "lake.raw.other")
    own, foreign, gone = a_column(orders, "id"), a_column(other, "order_id"), a_column(other, "gone", deleted_at=NOW)
    second, third = a_column(other, "id"), a_column(other, "key")
    for first, last, count in ((own, foreign, 5), (second, own, 9), (own, third, 1), (own, gone, 20)):
        ColumnJoinFactory.create(first_column=first, second_column=last, count=count)
    joins = [
        Join(("warehouse.public.orders.id", "lake.raw.other.id"), 9),
        Join(("warehouse.public.orders.id", "lake.raw.other.order_id"), 5),
    ]
    assert told(acme, orders)[0].joins == columns_in_detail(acme, [own], include=["joins"])[0].joins == joins
    assert [join.columns[0] for join in told(acme, other)[0].joins] == ["lake.raw.other.id", "lake.raw.other.order_id"]


def test_a_join_within_a_table_is_told_once(acme, orders):
    ColumnJoinFactory.create(first_column=a_column(orders, "id"), second_column=a_column(orders, "parent_id"), count=3)
    join = Join(("warehouse.public.orders.id", "warehouse.public.orders.parent_id"), 3)
    assert told(acme, orders)[0].joins == [join]


def test_the_last_checks_are_told(acme, orders, monkeypatch):
    monkeypatch.setattr(warehouse_details, "MAX_CHECKS", 2)
    column = a_column(orders, "id")
    for age, name in enumerate(("newest", "newer", "old")):
        QualityCheckFactory.create(table=orders, column=column, name=name, run_at=NOW - timedelta(days=age))
    QualityCheckFactory.create(table=orders, name="gone", deleted_at=NOW, run_at=NOW + timedelta(days=1))
    assert [check.name for check in told(acme, orders)[0].quality] == ["newest", "newer"]
    [one] = columns_in_detail(acme, [column], include=["quality"])
    assert [check.name for check in one.quality] == ["newest", "newer"]


def test_a_column_is_told_with_the_version_of_catalogs_own_text(acme, orders):
    described = a_column(orders, "id", description_raw="Own")
    other = a_column(orders, "amount", external_description="As the source says")
    tagged(described, TagFactory.create(account=acme, label="PII"))
    one, two = columns_in_detail(acme, [described, other])
    assert (one.path, one.url, one.tags) == (
        "warehouse.public.orders.id",
        described.get_absolute_url(),
        ["PII"],
    )
    assert (one.version, two.version, two.column.description) == (version_of("Own"), "", "As the source says")


@pytest.mark.parametrize("size", [1, 20])
def test_many_cost_as_many_queries_as_one(acme, size, django_assert_num_queries):
    tables = [a_table(acme, f"lake.raw.t{number}") for number in range(size)]
    columns = [a_column(table, "id") for table in tables]
    for table, column in zip(tables, columns, strict=True):
        ColumnJoinFactory.create(first_column=column)
        QualityCheckFactory.create(table=table, column=column)
        ran(f"SELECT {table.pk}", table)
        feeds(a_table(acme), table)
    with django_assert_num_queries(12):
        rows = find_assets(acme, AssetKind.TABLE, [str(table.pk) for table in tables]).rows
        assert len(told(acme, *rows.values())) == size
    with django_assert_num_queries(6):  # the columns, tags, joins from either side and to what, checks
        found = find_assets(acme, AssetKind.COLUMN, [str(column.pk) for column in columns]).rows
        columns_in_detail(acme, list(found.values()), include=["joins", "quality"])
