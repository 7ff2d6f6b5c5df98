"""Lineage of assets and of fields, as programs find it."""

import pytest

from tests.api.graphql.reading import found, in_order
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    a_table,
    feeds,
    field_feeds,
)
from tests.factories import NOW


@pytest.fixture
def raw(acme):
    return a_table(acme, "lake.raw.orders", popularity=10)


@pytest.fixture
def mart(acme):
    return a_table(acme, "shop.mart.orders", popularity=30)


@pytest.fixture
def sales(acme):
    return DashboardFactory.create(source__account=acme, popularity=5)


def source_of(table):
    return str(table.schema.database.source_id)


def test_lineages_are_found_from_either_end(raw, mart, sales, reader):
    first, second = feeds(raw, mart), feeds(mart, sales)
    expected = {
        "parentTableId": (raw.pk, first),
        "childTableId": (mart.pk, first),
        "childDashboardId": (sales.pk, second),
        "parentSourceId": (source_of(raw), first),
        "childSourceId": (sales.source_id, second),
    }
    for name, (pk, lineage) in expected.items():
        assert found(reader, "getLineages", "id", **{name: str(pk)}) == [str(lineage.pk)], name
    assert found(reader, "getLineages", "id", lineageIds=[str(second.pk)]) == [str(second.pk)]
    assert found(reader, "getLineages", "id", parentDashboardId=str(sales.pk)) == []


def test_lineages_are_found_by_type_and_by_what_the_child_is(raw, mart, sales, reader):
    feeds(raw, mart), feeds(mart, sales)
    assert found(reader, "getLineages", "childTableId", withChildAssetType="TABLE") == [str(mart.pk)]
    assert found(reader, "getLineages", "childDashboardId", withChildAssetType="DASHBOARD") == [str(sales.pk)]
    assert found(reader, "getLineages", "id", withChildAssetType="COLUMN") == []
    assert found(reader, "getLineages", "id", lineageType="MANUAL_OPS") == []
    assert found(reader, "getLineages", "lineageType", lineageType="AUTOMATIC") == ["AUTOMATIC"] * 2


@pytest.mark.parametrize("end", ["raw", "mart"])
def test_a_lineage_is_deleted_with_either_end(raw, mart, reader, end):
    feeds(raw, mart)
    type(raw).objects.filter(pk={"raw": raw, "mart": mart}[end].pk).update(deleted_at=NOW)
    assert found(reader, "getLineages", "id") == []
    assert found(reader, "getLineages", "parentTableId", withDeleted=True) == [str(raw.pk)]


def test_a_lineage_is_hidden_with_either_end(raw, mart, reader):
    feeds(raw, mart)
    type(raw.schema).objects.filter(pk=raw.schema_id).update(is_hidden=True)
    assert found(reader, "getLineages", "id") == []
    assert found(reader, "getLineages", "parentTableId", withHidden=True) == [str(raw.pk)]


def test_lineages_sort_by_how_popular_both_ends_are(raw, mart, sales, reader):
    lineages = [feeds(raw, mart), feeds(mart, sales), feeds(raw, sales)]
    forty, thirty_five, fifteen = (str(lineage.pk) for lineage in lineages)
    assert in_order(reader, "getLineages", "id", "popularity") == [fifteen, thirty_five, forty]
    assert in_order(reader, "getLineages", "id", "id", direction="DESC") == [fifteen, thirty_five, forty]
    assert in_order(reader, "getLineages", "id", "type", "id") == [forty, thirty_five, fifteen]


@pytest.fixture
def fields(raw, mart, sales):
    """Column to column, column to field, column to dashboard, field to field, by what the child is."""
    parent, child = ColumnFactory.create(table=raw), ColumnFactory.create(table=mart)
    first, second = (DashboardFieldFactory.create(dashboard=sales) for _ in range(2))
    return {
        "column": field_feeds(parent, child),
        "field": field_feeds(child, first),
        "dashboard": field_feeds(child, sales),
        "field of a field": field_feeds(first, second, lineage_type="MANUAL_OPS"),
    }


def test_field_lineages_are_found_from_either_end(fields, raw, mart, sales, reader):
    made = fields["column"]
    expected = {
        "parentColumnId": (made.parent_column_id, ["column"]),
        "childColumnId": (made.child_column_id, ["column"]),
        "childDashboardFieldId": (fields["field"].child_dashboard_field_id, ["field"]),
        "parentDashboardFieldId": (fields["field"].child_dashboard_field_id, ["field of a field"]),
        "childDashboardFieldSourceId": (sales.source_id, ["field", "field of a field"]),
        "childDashboardSourceId": (sales.source_id, ["dashboard"]),
        "columnSourceId": (source_of(mart), ["column", "field", "dashboard"]),
    }
    for name, (pk, which) in expected.items():
        ids = [str(fields[w].pk) for w in which]
        assert found(reader, "getFieldLineages", "id", **{name: str(pk)}) == ids, name


CHILDREN = [
    ({"withChildAssetType": "COLUMN"}, ["column"]),
    ({"withChildAssetType": "DASHBOARD"}, ["dashboard"]),
    ({"withChildAssetType": "DASHBOARD_FIELD"}, ["field", "field of a field"]),
    ({"withChildAssetType": "TABLE"}, []),
    ({"hasDashboardChild": True}, ["dashboard"]),
    ({"hasDashboardChild": False}, ["column", "field", "field of a field"]),
    ({"lineageType": "MANUAL_OPS"}, ["field of a field"]),
]


@pytest.mark.parametrize(("scope", "which"), CHILDREN)
def test_field_lineages_are_found_by_what_the_child_is(fields, reader, scope, which):
    assert found(reader, "getFieldLineages", "id", **scope) == [str(fields[w].pk) for w in which]


def test_a_field_lineage_of_a_deleted_field_is_gone(fields, reader, raw):
    type(raw).objects.filter(pk=raw.pk).update(deleted_at=NOW)
    assert str(fields["column"].pk) not in found(reader, "getFieldLineages", "id", lineageType="AUTOMATIC")
