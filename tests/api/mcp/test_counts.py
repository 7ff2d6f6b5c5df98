"""Queries of each tool: the same for one asset and for twenty, and beside the look-up of the token."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.mcp.asking import answer, ask
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    owned,
    ran,
    tagged,
)
from tests.catalog.keeping import index_all

LOOK_UP = "tokens_apitoken"
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE")


def asked(token, tool, **arguments):
    """How many statements the tool asked, once its call was counted before; without that of the token."""
    answer(token, tool, **arguments)
    with CaptureQueriesContext(connection) as captured:
        answer(token, tool, **arguments)
    # Django does not know the text of the look-up of a token, which PostgreSQL was told before.
    texts = [query["sql"] or LOOK_UP for query in captured]
    (_,) = [text for text in texts if LOOK_UP in text]
    return len([text for text in texts if not text.startswith(OF_TRANSACTIONS)]) - 1


@pytest.fixture
def tables(acme, ada):
    """Twenty tables that lead from one to the next, each with all that is told of a table."""
    tables = [a_table(acme, f"warehouse.public.t{number}", description_raw="x") for number in range(20)]
    for number, table in enumerate(tables):
        ColumnFactory.create(table=table, name="order_id")
        owned(table, ada)
        ran(f"SELECT {number}", table)
    for parent, child in pairwise(tables):
        feeds(parent, child)
    return tables


@pytest.mark.parametrize("tool", ["search_tables", "search_columns", "search_dashboards", "search_terms"])
def test_a_search_asks_five_times_at_most(reader, acme, tables, tool):
    TermFactory.create(account=acme, name="order")
    assert asked(reader, tool, query="order") <= 5


@pytest.mark.parametrize(
    ("tool", "under"),
    [("search_tables", "warehouse"), ("search_columns", "warehouse.public.t1"), ("search_terms", "Top")],
)
def test_so_does_one_below_a_place_and_by_tag_of_which_there_is_more(reader, acme, tables, tool, under):
    top, tag = TermFactory.create(account=acme, name="Top"), TagFactory.create(account=acme, label="core")
    terms = [TermFactory.create(account=acme, name=f"order {number}", parent_term=top) for number in range(2)]
    columns = [ColumnFactory.create(table=tables[1], name=f"order_{number}") for number in range(2)]
    for asset in (*terms, *columns, *tables[:2]):
        tagged(asset, tag)
    query = "public" if tool == "search_tables" else "order"
    index_all()
    assert answer(reader, tool, query=query, under=under, tag="core", limit=1)["truncated"]
    assert asked(reader, tool, query=query, under=under, tag="core", limit=1) <= 5


@pytest.mark.parametrize(
    ("tool", "query"),
    [("search_tables", "t"), ("search_columns", "order_id"), ("search_dashboards", "order"), ("search_terms", "order")],
)
def test_so_does_one_of_a_catalog_that_is_indexed(reader, acme, tables, tool, query):
    TermFactory.create(account=acme, name="order")
    DashboardFactory.create(source__account=acme, name="order")
    index_all()
    assert asked(reader, tool, query=query, limit=1) <= 5


def test_one_that_nothing_answers_asks_for_what_is_near(reader, acme, tables):
    index_all()
    assert asked(reader, "search_tables", query="nothing of it") <= 10
    assert asked(reader, "search_tables", query="t1 nothing") <= 10


def test_twenty_tables_are_read_as_one_is(reader, tables):
    include = ["columns", "queries", "joins", "quality"]
    twenty = asked(reader, "get_tables", tables=[str(table.pk) for table in tables], include=include)
    one = asked(reader, "get_tables", tables=[tables[0].path], include=include)
    assert max(one, twenty) <= 16
    assert asked(reader, "get_tables", tables=[table.path for table in tables], include=include) == one


@pytest.mark.parametrize("depth", [1, 3, 5])
def test_lineage_asks_two_a_step(reader, tables, depth):
    assert asked(reader, "get_lineage", asset=tables[10].path, depth=depth) <= 3 + 2 * depth


@pytest.mark.parametrize(("start", "steps"), [(19, 1), (15, 5)])
def test_impact_asks_two_a_step(reader, tables, start, steps):
    assert asked(reader, "assess_impact", asset=tables[start].path) <= 6 + 2 * steps


def test_a_ping_asks_for_the_token_alone(reader, django_assert_num_queries):
    ask(reader, "ping")
    with django_assert_num_queries(1):
        ask(reader, "ping")
