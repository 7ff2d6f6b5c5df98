"""Dashboards and their fields, as programs find them."""

import pytest

from tests.api.graphql.reading import found, in_order, rows
from tests.catalog.factories import DashboardFactory, DashboardFieldFactory, owned
from tests.factories import NOW


@pytest.fixture
def sales(acme):
    return DashboardFactory.create(source__account=acme, name="Sales", folder_path="root/Company/Sales")


def beside(sales, name, **changes):
    return DashboardFactory.create(source=sales.source, name=name, **changes)


def test_dashboards_are_found_by_what_they_are(sales, reader):
    beside(sales, "Churn")
    assert found(reader, "getDashboards", nameContains="SAL") == ["Sales"]
    assert found(reader, "getDashboards", ids=[str(sales.pk)]) == ["Sales"]
    assert found(reader, "getDashboards", sourceId=str(sales.source_id)) == ["Sales", "Churn"]


@pytest.mark.parametrize(("folder", "names"), [
    ("root", ["Sales"]), ("root/", ["Sales"]), ("root/Company", ["Sales"]), ("root/Company/Sales", ["Sales"]),
    ("root/Comp", []), ("Company", []), ("root/company", []), ("root/Company/Sales/x", []), ("", ["Sales"]),
])  # fmt: skip
def test_a_folder_holds_what_lies_in_it_and_below(sales, reader, folder, names):
    assert found(reader, "getDashboards", folderPath=folder) == names


def test_a_deleted_dashboard_is_found_only_if_it_is_asked_for(sales, reader):
    beside(sales, "Old", deleted_at=NOW)
    assert found(reader, "getDashboards") == ["Sales"]
    assert found(reader, "getDashboards", withDeleted=True) == ["Sales", "Old"]


def test_dashboards_are_found_by_whether_somebody_verified_or_deprecated_them(sales, reader):
    beside(sales, "Churn", verified_at=NOW, deprecated_at=NOW)
    for mark in ("isVerified", "isDeprecated"):
        assert found(reader, "getDashboards", **{mark: True}) == ["Churn"]
        assert found(reader, "getDashboards", **{mark: False}) == ["Sales"]


def test_a_field_of_which_no_tool_says_the_role_is_a_dimension(sales, reader):
    DashboardFieldFactory.create(dashboard=sales)
    assert found(reader, "getDashboardFields", "role") == ["DIMENSION"]


def test_dashboards_sort_by_name_popularity_and_owners(sales, ada, carol, reader):
    churn, costs = beside(sales, "Churn", popularity=5), beside(sales, "Costs", popularity=9)
    for dashboard, user in ((costs, ada), (costs, carol), (churn, ada)):
        owned(dashboard, user)
    assert in_order(reader, "getDashboards", "name", "name") == ["Churn", "Costs", "Sales"]
    assert in_order(reader, "getDashboards", "name", "popularity", direction="DESC") == ["Costs", "Churn", "Sales"]
    assert in_order(reader, "getDashboards", "name", "ownersAndTeamOwnersCount") == ["Sales", "Churn", "Costs"]


def test_a_dashboard_says_times_in_milliseconds_and_enums_in_capitals(sales, reader):
    (row,) = rows(reader, "getDashboards", "createdAt deletedAt type description isVerified verifiedAt url")
    assert row == {
        "createdAt": int(NOW.timestamp() * 1000),
        "deletedAt": None,
        "type": "DASHBOARD",
        "description": "",
        "isVerified": False,
        "verifiedAt": None,
        "url": sales.url,
    }


def test_fields_are_found_by_what_they_are_and_lie_in(sales, reader):
    DashboardFieldFactory.create(dashboard=sales, name="revenue", description="With tax", role="MEASURE")
    DashboardFieldFactory.create(dashboard=beside(sales, "Other"), name="country")
    for scope in (
        {"dashboardId": str(sales.pk)},
        {"dashboardIds": [str(sales.pk)]},
        {"description": "WITH"},
        {"nameContains": "REV"},
    ):
        assert found(reader, "getDashboardFields", **scope) == ["revenue"]
    assert found(reader, "getDashboardFields", sourceId=str(sales.source_id)) == ["revenue", "country"]
    assert found(reader, "getDashboardFields", "role") == ["MEASURE", "DIMENSION"]


def test_fields_of_a_deleted_dashboard_are_deleted(sales, reader):
    DashboardFieldFactory.create(dashboard=beside(sales, "Old", deleted_at=NOW))
    assert found(reader, "getDashboardFields") == []
