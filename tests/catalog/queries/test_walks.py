"""Walks that number what they find, page by page."""

from itertools import pairwise

import pytest

from catalog.models.assets import AssetKind
from catalog.queries import walks
from catalog.queries.lineage import Direction
from catalog.queries.walks import walk
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    a_table,
    feeds,
    field_feeds,
)
from tests.factories import NOW

UP, DOWN = Direction.UPSTREAM, Direction.DOWNSTREAM


def chain(account, names, **values):
    tables = [a_table(account, f"lake.raw.{name}", **values) for name in names]
    for parent, child in pairwise(tables):
        feeds(parent, child)
    return tables


def names(nodes):
    return [node.path.rpartition(".")[2] for node in nodes]


def ends(walked):
    """Who goes into whom, by name."""
    told = names(walked.nodes)
    return [(told[edge.parent], told[edge.child]) for edge in walked.edges]


def test_the_start_has_number_0_and_the_nearest_follow(acme):
    tables = chain(acme, "abcde")
    walked = walk(acme, tables[2], depth=2)
    assert names(walked.nodes) == ["c", "b", "d", "a", "e"]
    assert [(node.number, node.step, node.direction) for node in walked.nodes] == [
        (0, 0, None),
        (1, 1, UP),
        (2, 1, DOWN),
        (3, 2, UP),
        (4, 2, DOWN),
    ]
    assert walked.steps == {(1, UP): 1, (1, DOWN): 1, (2, UP): 1, (2, DOWN): 1}
    assert (sorted(ends(walked)), walked.why_incomplete) == ([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], "")


def test_of_one_step_the_most_popular_come_first_then_by_path(acme):
    [start] = chain(acme, "s")
    for name, popularity in (("unknown", None), ("b", 5), ("a", 5), ("most", 9)):
        feeds(start, a_table(acme, f"lake.raw.{name}", popularity=popularity))
    walked = walk(acme, start, depth=1)
    assert [(node.path, node.popularity) for node in walked.nodes[1:]] == [
        ("lake.raw.most", 9),
        ("lake.raw.a", 5),
        ("lake.raw.b", 5),
        ("lake.raw.unknown", None),
    ]


def test_an_asset_that_several_ways_lead_to_has_one_number_and_all_its_edges(acme):
    start, middle, end = chain(acme, "sme")
    feeds(start, end)
    feeds(end, start)
    walked = walk(acme, start, depth=5)
    assert sorted(names(walked.nodes)) == ["e", "m", "s"]
    assert sorted(ends(walked)) == [("e", "s"), ("m", "e"), ("s", "e"), ("s", "m")]
    assert walk(acme, middle, depth=5, directions=[DOWN]).steps == {(1, DOWN): 1, (2, DOWN): 1}


def test_a_walk_goes_one_way_alone_when_it_is_told(acme):
    tables = chain(acme, "abc")
    assert names(walk(acme, tables[1], depth=3, directions=[UP]).nodes) == ["b", "a"]
    assert names(walk(acme, tables[1], depth=3, directions=[DOWN]).nodes) == ["b", "c"]


def test_edges_say_who_found_them_and_when(acme):
    start, child = a_table(acme, "lake.raw.a"), DashboardFactory.create(source__account=acme)
    feeds(start, child, refreshed_at=NOW)
    [edge] = walk(acme, start, depth=1).edges
    assert (edge.parent, edge.child, edge.how, edge.refreshed_at) == (0, 1, "AUTOMATIC", NOW)


def test_only_some_kinds_are_shown_and_the_others_are_walked_through(acme):
    start, *_ = chain(acme, "sol")
    board, end = DashboardFactory.create(source__account=acme), a_table(acme, "lake.raw.end")
    feeds(start, board)
    feeds(board, end)
    walked = walk(acme, start, depth=2, kinds=[AssetKind.TABLE])
    assert sorted(names(walked.nodes)) == ["end", "l", "o", "s"]
    assert sorted(ends(walked)) == [("o", "l"), ("s", "o")]
    assert walked.steps == {(1, DOWN): 1, (2, DOWN): 2}
    assert [node.kind for node in walk(acme, start, depth=1, kinds=[AssetKind.DASHBOARD]).nodes] == [
        AssetKind.TABLE,
        AssetKind.DASHBOARD,
    ]


def test_a_column_leads_to_columns_fields_and_dashboards(acme):
    one, two = (ColumnFactory.create(table=table, name="id") for table in chain(acme, "ab"))
    field = DashboardFieldFactory.create(dashboard__source__account=acme, dashboard__name="sales", name="revenue")
    board = DashboardFactory.create(source__account=acme, name="board")
    for parent, child in ((one, two), (two, field), (field, board)):
        field_feeds(parent, child)
    walked = walk(acme, two, depth=2)
    assert [(node.kind, node.path) for node in walked.nodes] == [
        (AssetKind.COLUMN, "lake.raw.b.id"),
        (AssetKind.COLUMN, "lake.raw.a.id"),
        (AssetKind.DASHBOARD_FIELD, "sales/revenue"),
        (AssetKind.DASHBOARD, "Company/Sales/board"),
    ]
    assert [node.path for node in walk(acme, field, depth=1, directions=[UP]).nodes] == [
        "sales/revenue",
        "lake.raw.b.id",
    ]


def test_what_is_deleted_or_hidden_or_another_accounts_is_not_walked_to(acme, umbrella):
    start, gone, _ = chain(acme, "sgx")
    hidden = a_table(acme, "lake.secret.h")
    feeds(start, hidden)
    type(hidden.schema).objects.filter(pk=hidden.schema_id).update(is_hidden=True)
    type(gone).objects.filter(pk=gone.pk).update(deleted_at=NOW)
    assert names(walk(acme, start, depth=3).nodes) == ["s"]
    assert names(walk(umbrella, start, depth=3).nodes) == ["s"]


def test_parts_of_a_walk_add_up_and_edges_stand_with_their_farther_end(acme):
    tables = chain(acme, "abcdefg")
    feeds(tables[0], tables[6])
    walked = walk(acme, tables[3], depth=5)
    parts = [walked.page(offset, 3) for offset in (0, 3, 6, 9)]
    assert [node.number for nodes, _ in parts for node in nodes] == list(range(7))
    assert [edge for _, edges in parts for edge in edges] == walked.edges
    shown: set[int] = set()
    for nodes, edges in parts:
        shown |= {node.number for node in nodes}
        assert all({edge.parent, edge.child} <= shown for edge in edges)


def test_a_walk_says_when_it_left_out_assets(acme, monkeypatch):
    monkeypatch.setattr(walks, "MAX_ASSETS", 3)
    [start] = chain(acme, "s")
    for number in range(4):
        feeds(start, a_table(acme, f"lake.raw.t{number}", popularity=number))
    walked = walk(acme, start, depth=2)
    assert (names(walked.nodes), walked.why_incomplete) == (["s", "t3", "t2", "t1"], walks.TOO_MANY)
    assert len(walked.edges) == 3


def test_a_walk_says_when_it_left_out_lineages(acme, monkeypatch):
    monkeypatch.setattr(walks, "MAX_LINEAGES", 2)
    [start] = chain(acme, "s")
    for number in range(2):
        feeds(start, a_table(acme, f"lake.raw.t{number}"))
    assert walk(acme, start, depth=1).why_incomplete == ""
    feeds(start, a_table(acme, "lake.raw.last"))
    assert walk(acme, start, depth=1).why_incomplete == walks.TOO_MANY


@pytest.mark.parametrize("width", [1, 5])
def test_a_walk_costs_a_query_a_step_and_direction(acme, width, django_assert_num_queries):
    above, start, below = chain(acme, "asb")
    for number in range(width):
        feeds(a_table(acme, f"lake.raw.x{number}"), above)
        feeds(below, a_table(acme, f"lake.raw.y{number}"))
    with django_assert_num_queries(4):
        assert len(walk(acme, start, depth=2).nodes) == 3 + 2 * width
    with django_assert_num_queries(6):  # a third step finds nothing; there is no fourth
        walk(acme, start, depth=5)
