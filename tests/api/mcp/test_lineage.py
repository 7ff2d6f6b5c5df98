"""Tools that follow lineage: nodes by number, pages that hang together, and what a change would break."""

import pytest
from django.utils import timezone

from tests.api.mcp.asking import answer, refused
from tests.catalog.factories import ColumnFactory, DashboardFactory, a_table, feeds, field_feeds, owned, ran


@pytest.fixture
def chain(acme):
    """raw → orders → report, and a dashboard on the report."""
    raw, orders, report = (a_table(acme, f"warehouse.public.{name}") for name in ("raw", "orders", "report"))
    dashboard = DashboardFactory.create(source__account=acme, name="Sales", popularity=900_000)
    feeds(raw, orders)
    feeds(orders, report)
    feeds(report, dashboard)
    return raw, orders, report, dashboard


def test_lineage_is_nodes_by_number_and_edges_between_them(reader, chain):
    said = answer(reader, "get_lineage", asset="warehouse.public.orders")
    assert (said["asset"], said["complete"], said["total"]) == ("warehouse.public.orders", True, 3)
    assert [(node["n"], node["path"], node["step"]) for node in said["nodes"]] == [
        (0, "warehouse.public.orders", 0),
        (1, "warehouse.public.raw", 1),
        (2, "warehouse.public.report", 1),
    ]
    ends = [(edge["from"], edge["to"], edge["how"]) for edge in said["edges"]]
    assert sorted(ends) == [(0, 2, "AUTOMATIC"), (1, 0, "AUTOMATIC")]
    assert said["steps"] == [
        {"step": 1, "direction": "upstream", "assets": 1},
        {"step": 1, "direction": "downstream", "assets": 1},
    ]


def test_a_direction_and_a_depth_bound_it(reader, chain):
    said = answer(reader, "get_lineage", asset="warehouse.public.orders", direction="downstream", depth=5)
    assert [node["path"].rpartition(".")[2] for node in said["nodes"]] == ["orders", "report", "Company/Sales/Sales"]


def test_kinds_are_shown_and_others_walked_through(reader, chain):
    said = answer(reader, "get_lineage", asset="warehouse.public.raw", depth=5, kinds=["dashboard"])
    assert [node["kind"] for node in said["nodes"]] == ["table", "dashboard"]


def test_pages_of_lineage_hang_together(reader, chain):
    whole = answer(reader, "get_lineage", asset="warehouse.public.orders", depth=5, limit=200)
    numbers, edges, offset = set(), [], 0
    while offset is not None:
        part = answer(reader, "get_lineage", asset="warehouse.public.orders", depth=5, limit=1, offset=offset)
        numbers |= {node["n"] for node in part["nodes"]}
        edges += part["edges"]
        assert all({edge["from"], edge["to"]} <= numbers for edge in edges)
        offset = part.get("next_offset")
    assert len(numbers) == len(whole["nodes"]) == 4
    assert sorted(map(str, edges)) == sorted(map(str, whole["edges"]))


def test_an_unknown_asset_is_said_to_be_one(reader, chain):
    said = refused(reader, "get_lineage", asset="warehouse.public.ordres")
    assert said.startswith("No table, dashboard or column 'warehouse.public.ordres'. ")
    assert "warehouse.public.orders" in said


def test_impact_reaches_to_the_end_and_names_whom_to_tell(reader, chain, ada):
    _, _, report, dashboard = chain
    owned(report, ada)
    said = answer(reader, "assess_impact", asset="warehouse.public.raw")
    assert said["affected"] == {"tables": 2, "dashboards": 1, "columns": 0}
    assert [(item["path"], item["step"]) for item in said["items"]] == [
        ("warehouse.public.orders", 1),
        ("warehouse.public.report", 2),
        ("Company/Sales/Sales", 3),
    ]
    assert said["items"][1]["owners"] == ["ada@acme.test"]
    assert said["notify"] == [{"name": "ada@acme.test", "email": "ada@acme.test", "owns": 1}]
    assert said["items"][2]["popularity"] == 90
    assert said["as_of"].endswith("Z")
    assert str(dashboard.pk) == said["items"][2]["id"]


def test_impact_of_a_column_tells_certain_from_possible(reader, chain):
    raw, orders, *_ = chain
    source = ColumnFactory.create(table=raw, name="total")
    field_feeds(source, ColumnFactory.create(table=orders, name="total"))
    items = answer(reader, "assess_impact", asset="warehouse.public.raw.total")["items"]
    certain = {item["path"] for item in items if item["certainty"] == "certain"}
    assert "warehouse.public.orders.total" in certain
    assert "warehouse.public.report" in {item["path"] for item in items if item["certainty"] == "possible"}


def test_impact_names_who_queried_it(reader, chain):
    ran("SELECT 1", chain[0], author="Ada", timestamp=timezone.now())
    assert answer(reader, "assess_impact", asset="warehouse.public.raw")["recent_users"] == ["Ada"]


def test_an_asset_without_any_lineage_is_never_said_to_break_nothing(reader, acme):
    a_table(acme, "lake.raw.lonely")
    said = answer(reader, "assess_impact", asset="lake.raw.lonely")
    assert (said["items"], said["complete"]) == ([], False)
    assert said["why_incomplete"]


def test_impact_is_read_in_parts_whose_totals_count_all(reader, chain):
    first = answer(reader, "assess_impact", asset="warehouse.public.raw", limit=2)
    last = answer(reader, "assess_impact", asset="warehouse.public.raw", limit=2, offset=2)
    assert (first["truncated"], first["next_offset"], first["total"]) == (True, 2, 3)
    assert [item["n"] for item in first["items"] + last["items"]] == [1, 2, 3]
    assert first["affected"] == last["affected"]
