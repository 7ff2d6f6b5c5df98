"""What may break, for certain or possibly, and whom to tell."""

from datetime import timedelta

import pytest

from accounts.models import Team
from catalog.models import FieldLineage, Lineage
from catalog.models.assets import AssetKind
from catalog.queries import impact, walks
from catalog.queries.details import Owner
from catalog.queries.impact import NO_COLUMN_LINEAGE, NO_LINEAGE, Certainty, assess_impact
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    SourceUserFactory,
    a_table,
    feeds,
    field_feeds,
    owned,
    ran,
    stored,
)
from tests.factories import NOW

CERTAIN, POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE


def assess(asset):
    return assess_impact(asset.account, asset, now=NOW)


def told(asset):
    """Path, step and certainty of what is affected."""
    return {one.path: (one.step, one.certainty) for one in assess(asset).affected}


def a_column(table, name="id"):
    return ColumnFactory.create(table=table, name=name)


@pytest.fixture
def warehouse(acme):
    """raw goes into orders and into parcels, orders into a dashboard; only raw.id, orders.id and a field are traced."""
    raw, orders, parcels = (a_table(acme, f"lake.raw.{name}") for name in ("raw", "orders", "parcels"))
    board = DashboardFactory.create(source__account=acme, name="board", folder_path="root")
    for parent, child in ((raw, orders), (raw, parcels), (orders, board)):
        feeds(parent, child)
    columns = [a_column(table) for table in (raw, orders, parcels)]
    field = DashboardFieldFactory.create(dashboard=board, name="number")
    field_feeds(columns[0], columns[1])
    field_feeds(columns[1], field)
    return raw


def test_of_a_table_all_that_is_made_from_it_is_affected_for_certain_columns_included(warehouse):
    assert told(warehouse) == {
        "lake.raw.orders": (1, CERTAIN),
        "lake.raw.orders.id": (1, CERTAIN),
        "lake.raw.parcels": (1, CERTAIN),
        "root/board": (2, CERTAIN),
    }
    answer = assess(warehouse)
    assert [answer.count(kind) for kind in (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.COLUMN)] == [2, 1, 1]
    assert (answer.level, answer.why_incomplete) == ("column", "")


def test_of_a_column_what_only_its_table_leads_to_is_affected_possibly(warehouse):
    assert told(warehouse.columns.get()) == {
        "lake.raw.orders": (1, CERTAIN),
        "lake.raw.orders.id": (1, CERTAIN),
        "lake.raw.parcels": (1, POSSIBLE),
        "root/board": (2, CERTAIN),
    }


def test_a_column_that_goes_nowhere_leaves_all_that_its_table_leads_to_possible(warehouse):
    answer = assess(a_column(warehouse, "note"))
    assert {one.certainty for one in answer.affected} == {POSSIBLE}
    assert (len(answer.affected), answer.level, answer.why_incomplete) == (3, "table", "")


def test_of_a_dashboard_what_is_made_from_it_or_its_fields_is_affected(acme, warehouse):
    field = DashboardFieldFactory.create(dashboard__source__account=acme, dashboard__name="model", name="number")
    other = DashboardFieldFactory.create(dashboard__source__account=acme, dashboard__name="report", name="number")
    end = DashboardFactory.create(source__account=acme, name="end", folder_path="root")
    field_feeds(field, other)
    feeds(field.dashboard, end)
    assert told(field.dashboard) == {"Company/Sales/report": (1, CERTAIN), "root/end": (1, CERTAIN)}


def test_what_lineage_of_columns_leads_to_goes_on_over_lineage_of_tables(acme):
    first, second, third = (a_table(acme, f"lake.raw.{name}") for name in "abc")
    field_feeds(a_column(first), a_column(second))
    feeds(second, third)
    assert told(first) == {"lake.raw.b": (1, CERTAIN), "lake.raw.b.id": (1, CERTAIN), "lake.raw.c": (2, CERTAIN)}
    assert told(first.columns.get())["lake.raw.c"] == (2, POSSIBLE)


def test_another_column_of_the_same_table_is_affected_by_a_column_and_not_by_the_table(acme):
    table = a_table(acme)
    one, other = a_column(table, "one"), a_column(table, "other")
    field_feeds(one, other)
    field_feeds(other, one)
    feeds(table, table_of_its_own := a_table(acme, "lake.raw.next"))
    feeds(table_of_its_own, table)
    assert told(one) == {"warehouse.public.orders.other": (1, CERTAIN), "lake.raw.next": (1, POSSIBLE)}
    assert told(table) == {"lake.raw.next": (1, CERTAIN)}


def test_the_nearest_come_first_then_the_most_popular_with_numbers_from_1(acme):
    start, popular, other, last = (
        a_table(acme, f"lake.raw.{name}", popularity=popularity)
        for name, popularity in zip("abcd", (1, 9, 5, 99), strict=True)
    )
    for parent, child in ((start, other), (start, popular), (other, last)):
        feeds(parent, child)
    assert [(one.number, one.path, one.via) for one in assess(start).affected] == [
        (1, "lake.raw.b", ""),
        (2, "lake.raw.c", ""),
        (3, "lake.raw.d", "lake.raw.c"),
    ]


def test_owners_are_told_with_what_they_own(acme, ada, carol, warehouse):
    orders = a_table_called(acme, "orders")
    board = DashboardFactory._meta.model.objects.get(name="board")
    team = Team.objects.create(**stored(acme), name="Zeta", email="zeta@acme.test")
    owned(orders, carol)
    owned(board, carol)
    owned(orders, team)
    owned(warehouse, ada)
    answer = assess(warehouse)
    assert answer.notify == [(Owner(carol.full_name, carol.email), 2), (Owner("Zeta", "zeta@acme.test"), 1)]
    owners = {one.path: len(one.owners) for one in answer.affected}
    assert owners == {"lake.raw.orders": 2, "lake.raw.orders.id": 2, "lake.raw.parcels": 0, "root/board": 1}


def test_of_too_many_owners_those_with_most_are_told_and_that_there_are_more(acme, ada, carol, warehouse, monkeypatch):
    monkeypatch.setattr(impact, "MAX_NOTIFIED", 1)
    orders, parcels = a_table_called(acme, "orders"), a_table_called(acme, "parcels")
    for table, owner in ((orders, ada), (parcels, ada), (parcels, carol)):
        owned(table, owner)
    answer = assess(warehouse)
    assert [(owner.email, number) for owner, number in answer.notify] == [(ada.email, 2)]
    assert answer.why_incomplete == impact.TOO_MANY_OWNERS
    assert {owner.email for one in answer.affected for owner in one.owners} == {ada.email, carol.email}


def a_table_called(account, name):
    return type(a_table(account, "lake.raw.unused")).objects.get(account=account, name=name)


def test_who_ran_queries_of_late_is_told_the_latest_first(acme, warehouse, monkeypatch):
    monkeypatch.setattr(impact, "MAX_USERS", 2)
    person = SourceUserFactory.create(source=warehouse.schema.database.source, name="Dana", email="dana@acme.test")
    ran("SELECT 1", warehouse, source_user=person, timestamp=NOW - timedelta(days=3))
    ran("SELECT 2", warehouse, author="etl", timestamp=NOW - timedelta(days=1))
    ran("SELECT 3", warehouse, source_user=person, timestamp=NOW - timedelta(days=2))
    ran("SELECT 4", warehouse, author="third", timestamp=NOW - timedelta(days=4))
    ran("SELECT 5", warehouse, author="old", timestamp=NOW - timedelta(days=91))
    ran("SELECT 6", warehouse, author="hidden", is_hidden=True)
    ran("SELECT 7", warehouse)
    assert assess(warehouse).recent_users == assess(warehouse.columns.get()).recent_users == ["etl", "Dana"]


def test_an_asset_whose_source_has_no_lineage_at_all_is_not_said_to_break_nothing(acme, warehouse):
    lonely = a_table(acme, "lake.raw.lonely")
    for asset in (lonely, a_column(lonely), DashboardFactory.create(source__account=acme)):
        answer = assess(asset)
        assert (answer.affected, answer.why_incomplete, answer.level) == ([], NO_LINEAGE, "table")


def test_an_asset_that_nothing_is_made_from_in_a_source_with_lineage_breaks_nothing(acme, warehouse):
    quiet = type(warehouse).objects.create(
        **stored(acme), schema=warehouse.schema, name="quiet", external_id="quiet", path="lake.raw.quiet"
    )
    for asset in (quiet, a_column(quiet), DashboardFactory._meta.model.objects.get()):
        assert (assess(asset).affected, assess(asset).why_incomplete) == ([], "")


def test_a_column_whose_source_has_lineage_of_tables_alone_is_not_said_to_break_no_columns(acme):
    first, second = a_table(acme, "lake.raw.a"), a_table(acme, "lake.raw.b")
    feeds(first, second)
    answer = assess(a_column(first))
    assert ([one.path for one in answer.affected], answer.why_incomplete) == (["lake.raw.b"], NO_COLUMN_LINEAGE)
    assert assess(first).why_incomplete == ""


def test_another_accounts_lineage_is_no_lineage(acme, umbrella, warehouse):
    for model in (Lineage, FieldLineage):
        model.objects.update(account=umbrella)
    answer = assess(warehouse)
    assert (answer.affected, answer.why_incomplete) == ([], NO_LINEAGE)


def test_what_is_deleted_is_not_affected(acme, warehouse):
    warehouse.columns.update(deleted_at=NOW)
    type(warehouse).objects.filter(name="parcels").update(deleted_at=NOW)
    assert told(warehouse) == {"lake.raw.orders": (1, CERTAIN), "root/board": (2, CERTAIN)}


def test_it_says_when_it_left_out_assets(acme, monkeypatch):
    monkeypatch.setattr(impact, "MAX_ASSETS", 4)
    start = a_table(acme, "lake.raw.s")
    for number in range(4):
        feeds(start, a_table(acme, f"lake.raw.t{number}"))
    answer = assess(start)
    assert (len(answer.affected), answer.why_incomplete) == (2, walks.TOO_MANY)


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_it_costs_four_queries_and_two_a_step(acme, steps, django_assert_max_num_queries):
    tables = [a_table(acme, f"lake.raw.t{number}") for number in range(steps + 1)]
    columns = [a_column(table) for table in tables]
    for number in range(steps):
        feeds(tables[number], tables[number + 1])
        field_feeds(columns[number], columns[number + 1])
    for asset in (tables[0], columns[0]):
        with django_assert_max_num_queries(4 + 2 * steps):
            assert len(assess(asset).affected) == 2 * steps
