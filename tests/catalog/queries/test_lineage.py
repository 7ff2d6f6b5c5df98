"""Walks along lineage, of tables and dashboards as of their columns and fields."""

from itertools import pairwise

import pytest

from catalog.queries.lineage import walk_lineage
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    a_table,
    feeds,
    field_feeds,
)
from tests.factories import NOW

SIZE = 4


def walk(account, asset, **changes):
    return walk_lineage(account, asset, **{"upstream": 2, "downstream": 2, "level_size": SIZE} | changes)


@pytest.fixture
def orders(acme):
    return a_table(acme, "warehouse.public.orders")


def names(levels):
    return [[one.name for one in level.assets] for level in levels]


def test_two_steps_are_read_each_way(acme, orders):
    chain = [a_table(acme, f"lake.raw.{name}") for name in "abc"]
    board = DashboardFactory.create(source__account=acme, name="board")
    for parent, child in pairwise([*chain, orders, board]):
        feeds(parent, child)
    walked = walk(acme, orders)
    assert (names(walked.upstream), names(walked.downstream)) == ([["c"], ["b"]], [["board"]])
    assert [edge[0] for edge in sorted(walked.edges)] == [0, 1, 2]


def test_of_many_the_most_popular_are_shown_and_the_others_counted(acme, orders):
    children = [a_table(acme, f"lake.raw.t{number}", popularity=number) for number in range(SIZE + 3)]
    grandchild = a_table(acme, "lake.raw.last")
    for child in children:
        feeds(orders, child)
        feeds(child, grandchild)
    near, far = walk(acme, orders).downstream
    assert ([one.name for one in near.assets][:2], len(near.assets), near.more) == (["t6", "t5"], SIZE, 3)
    assert (len(far.assets), far.more) == (1, 0)


def test_what_is_deleted_or_hidden_or_another_account_s_is_not_in_the_lineage(acme, umbrella, orders):
    gone = a_table(acme, "lake.raw.gone", deleted_at=NOW)
    hidden = a_table(acme, "lake.raw.hidden")
    type(hidden.schema).objects.filter(pk=hidden.schema_id).update(is_hidden=True)
    board = DashboardFactory.create(source__account=acme, source__deleted_at=NOW)
    for child in (gone, hidden, board):
        feeds(orders, child)
    assert walk(acme, orders).downstream == []
    assert walk(umbrella, orders).downstream == []


def test_a_circle_ends(acme, orders):
    other = a_table(acme, "lake.raw.other")
    feeds(orders, other)
    feeds(other, orders)
    walked = walk(acme, orders)
    assert names(walked.downstream) == [["other"], ["orders"]]


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_a_walk_goes_as_many_steps_as_it_is_told(acme, depth):
    chain = [a_table(acme, f"lake.raw.{name}") for name in "abcd"]
    for parent, child in pairwise(chain):
        feeds(parent, child)
    assert names(walk(acme, chain[0], downstream=depth).downstream) == [["b"], ["c"], ["d"]][:depth]


@pytest.mark.parametrize(
    ("away", "levels"),
    [("downstream", [["raw"], ["orders"]]), ("upstream", [["orders"], ["board"]])],
)
def test_a_walk_can_go_one_way_alone(acme, orders, away, levels):
    feeds(a_table(acme, "lake.raw.raw"), orders)
    feeds(orders, DashboardFactory.create(source__account=acme, name="board"))
    assert names(walk(acme, orders, **{away: 0}).levels) == levels


@pytest.fixture
def columns(acme):
    """Three, each made from the one before it, in tables of their own."""
    made = [ColumnFactory.create(table=a_table(acme, f"lake.raw.{name}"), name=f"{name}_id") for name in "abc"]
    for parent, child in pairwise(made):
        field_feeds(parent, child)
    return made


def test_columns_lead_to_columns_and_fields_and_to_dashboards_at_the_end(acme, columns):
    field = DashboardFieldFactory.create(dashboard__source__account=acme, dashboard__name="sales", name="revenue")
    board = DashboardFactory.create(source__account=acme, name="board")
    field_feeds(columns[1], field)
    field_feeds(columns[2], board)
    walked = walk(acme, columns[1])
    assert names(walked.upstream) == [["a_id"]]
    assert [{asset.path for asset in level.assets} for level in walked.downstream] == [
        {"lake.raw.c.c_id", "sales/revenue"},
        {f"{board.folder_path}/board"},
    ]
    assert [edge[0] for edge in sorted(walked.edges)] == [0, 1, 1, 2]


def test_a_column_that_is_deleted_with_its_table_is_not_in_the_lineage(acme, umbrella, columns):
    type(columns[2].table).objects.filter(pk=columns[2].table_id).update(deleted_at=NOW)
    assert walk(acme, columns[1]).downstream == []
    assert walk(umbrella, columns[1]).upstream == []


def test_a_column_that_is_hidden_with_its_schema_is_not_in_the_lineage(acme, columns):
    schema = columns[0].table.schema
    type(schema).objects.filter(pk=schema.pk).update(is_hidden=True)
    assert walk(acme, columns[1]).upstream == []


def test_a_walk_costs_one_query_a_step_and_one_to_count(acme, orders, django_assert_num_queries):
    for number in range(SIZE + 1):
        feeds(orders, a_table(acme, f"lake.raw.t{number}"))
    with django_assert_num_queries(4):  # nothing above; one step below, its count, and no second step
        walk(acme, orders)
