"""Terms, tags, pinned assets and data products, as programs find them."""

import pytest

from tests.api.graphql.reading import found, in_order, rows
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    TagFactory,
    TermFactory,
    a_table,
    offered,
    owned,
    pinned,
    tagged,
)
from tests.factories import NOW


@pytest.fixture
def orders(acme):
    return a_table(acme)


@pytest.fixture
def metrics(acme):
    return TermFactory.create(account=acme, name="Metrics")


def test_terms_are_found_by_id_and_a_part_of_the_name(acme, metrics, reader):
    TermFactory.create(account=acme, name="Churn")
    assert found(reader, "getTerms", ids=[str(metrics.pk)]) == ["Metrics"]
    assert found(reader, "getTerms", nameContains="CHU") == ["Churn"]


def test_terms_are_found_by_whether_somebody_verified_or_deprecated_them(acme, metrics, reader):
    TermFactory.create(account=acme, name="Churn", verified_at=NOW, deprecated_at=NOW)
    for mark in ("isVerified", "isDeprecated"):
        assert found(reader, "getTerms", **{mark: True}) == ["Churn"]
        assert found(reader, "getTerms", **{mark: False}) == ["Metrics"]
        assert found(reader, "getTerms", **{mark: None}) == ["Metrics", "Churn"]


def test_terms_sort_by_name_and_owners(acme, ada, metrics, reader):
    owned(TermFactory.create(account=acme, name="Churn"), ada)
    assert in_order(reader, "getTerms", "name", "name") == ["Churn", "Metrics"]
    assert in_order(reader, "getTerms", "name", "ownersAndTeamOwnersCount") == ["Metrics", "Churn"]


def test_a_term_comes_with_its_parent_children_and_tag(acme, metrics, reader):
    child = TermFactory.create(parent_term=metrics, name="Churn")
    TermFactory.create(parent_term=metrics, name="Gone", deleted_at=NOW)
    TagFactory.create(account=acme, label="churn", linked_term=child)
    fields = "name depthLevel parentTerm { name } childrenTerms { name } linkedTag { label linkedTermId }"
    root, below = rows(reader, "getTerms", fields)
    assert (root["childrenTerms"], root["parentTerm"], root["linkedTag"]) == ([{"name": "Churn"}], None, None)
    assert below == {
        "name": "Churn",
        "depthLevel": 1,
        "parentTerm": {"name": "Metrics"},
        "childrenTerms": [],
        "linkedTag": {"label": "churn", "linkedTermId": str(child.pk)},
    }


def test_tags_are_found_whatever_became_of_their_assets(acme, orders, reader):
    tag = TagFactory.create(account=acme, label="PII")
    TagFactory.create(account=acme, label="Finance")
    tagged(orders, tag)
    type(orders).objects.update(deleted_at=NOW)
    assert found(reader, "getTags", "label") == ["PII", "Finance"]
    assert found(reader, "getTags", "label", labelContains="pi") == ["PII"]
    assert found(reader, "getTags", "label", ids=[str(tag.pk)]) == ["PII"]
    assert in_order(reader, "getTags", "label", "label") == ["Finance", "PII"]


def test_pinned_assets_are_found_from_either_end(orders, metrics, reader):
    dashboard = DashboardFactory.create(source__account=orders.account)
    field, column = DashboardFieldFactory.create(dashboard=dashboard), ColumnFactory.create(table=orders)
    ends = {"toDashboard": dashboard, "toDashboardField": field, "toTerm": metrics, "toColumn": column}
    pins = {name: pinned(orders, to) for name, to in ends.items()} | {"fromTerm": pinned(metrics, orders)}
    expected = {
        "fromTableId": (orders, ["toDashboard", "toDashboardField", "toTerm", "toColumn"]),
        "fromTermId": (metrics, ["fromTerm"]),
        "toTableId": (orders, ["fromTerm"]),
        "toDashboardId": (dashboard, ["toDashboard"]),
        "toDashboardFieldId": (field, ["toDashboardField"]),
        "toFieldsOfDashboardId": (dashboard, ["toDashboardField"]),
        "toColumnsOfTableId": (orders, ["toColumn"]),
        "toTermId": (metrics, ["toTerm"]),
        "fromDashboardId": (dashboard, []),
    }
    for name, (asset, which) in expected.items():
        assert found(reader, "getPinnedAssets", "id", **{name: str(asset.pk)}) == [str(pins[w].pk) for w in which], name
    assert found(reader, "getPinnedAssets", "fromTermId", fromTermIds=[str(metrics.pk)]) == [str(metrics.pk)]


def test_pinned_assets_sort_by_when_they_were_pinned(orders, metrics, reader):
    later = pinned(orders, metrics)
    earlier = pinned(metrics, orders, created_at=NOW.replace(year=2025))
    assert in_order(reader, "getPinnedAssets", "id", "createdAt") == [str(earlier.pk), str(later.pk)]


def test_a_pin_to_something_deleted_is_gone(orders, metrics, reader):
    pinned(metrics, orders)
    type(orders).objects.update(deleted_at=NOW)
    assert found(reader, "getPinnedAssets", "id") == []


def test_data_products_are_found_by_kind_and_tag(acme, orders, metrics, reader):
    offered(orders), offered(metrics)
    tag = TagFactory.create(account=acme)
    tagged(metrics, tag)
    assert found(reader, "getDataProducts", "tableId", entityType="TABLE") == [str(orders.pk)]
    assert found(reader, "getDataProducts", "tableId", entityType="DASHBOARD") == []
    assert found(reader, "getDataProducts", "termId", withTagId=str(tag.pk)) == [str(metrics.pk)]


@pytest.mark.parametrize(("key", "first"), [("tableName", "table"), ("termName", "term")])
def test_data_products_sort_by_the_names_of_one_kind(orders, metrics, reader, key, first):
    offered(metrics), offered(orders)
    found_ids = rows(reader, "getDataProducts", "tableId termId", sorting=[{"sortingKey": key}])
    assert found_ids[0][f"{first}Id"] is not None


def test_a_product_comes_with_the_tags_of_its_asset(acme, orders, reader):
    offered(orders)
    tagged(orders, TagFactory.create(account=acme, label="PII"))
    (row,) = rows(reader, "getDataProducts", "table { tagEntities { origin tag { label } } }")
    assert row == {"table": {"tagEntities": [{"origin": "USER", "tag": {"label": "PII"}}]}}
