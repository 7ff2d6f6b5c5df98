"""Lineage on the pages: of a picked column or field, and as far as links expand it."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.views.lineage import MAX_ROWS, MAX_STEPS
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
def column(acme):
    """orders.total, made from raw.amount and feeding a field of a dashboard."""
    total = ColumnFactory.create(table=a_table(acme, "shop.public.orders"), name="total")
    field_feeds(ColumnFactory.create(table=a_table(acme, "shop.raw.payments"), name="amount"), total)
    board = DashboardFactory.create(source__account=acme, name="Sales board")
    field_feeds(total, DashboardFieldFactory.create(dashboard=board, name="revenue"))
    return total


@pytest.fixture
def read(client, carol):
    client.force_login(carol)
    return client.get


def drawn(answer):
    """Names of the boxes from left to right."""
    boxes = [box for box in answer.context["drawing"].boxes if box.asset]
    return [box.asset.name for box in sorted(boxes, key=lambda box: box.x)]


def test_a_picked_column_is_drawn_with_what_it_is_made_from_and_feeds(read, column):
    page = column.table.get_absolute_url()
    assert f'href="?column={column.pk}#lineage"' in read(page).content.decode()
    answer = read(f"{page}?column={column.pk}")
    assert drawn(answer) == ["amount", "total", "revenue"]
    assert 'Lineage of <span class="mono"><bdi>total</bdi>' in answer.content.decode()


def test_boxes_lead_to_the_drawings_of_columns_and_fields(read, column):
    text = read(f"{column.table.get_absolute_url()}?column={column.pk}").content.decode()
    parent = column.parent_lineages.get().parent_column
    field = column.child_lineages.get().child_dashboard_field
    assert f'href="{parent.table.get_absolute_url()}?column={parent.pk}#lineage"' in text
    address = f"{field.dashboard.get_absolute_url()}?field={field.pk}"
    assert f'href="{address}#lineage"' in text
    assert drawn(read(address)) == ["amount", "total", "revenue"]


def test_only_columns_with_lineage_can_be_picked(read, column):
    ColumnFactory.create(table=column.table, name="alone")
    assert read(column.table.get_absolute_url()).content.decode().count('class="pick"') == 1


def test_a_column_of_another_table_or_account_or_no_column_is_unknown(read, umbrella, column):
    page = column.table.get_absolute_url()
    strangers = [
        column.parent_lineages.get().parent_column.pk,
        ColumnFactory.create(table=a_table(umbrella)).pk,
        ColumnFactory.create(table=column.table, deleted_at=NOW).pk,
        uuid4(), "no-id", "",
    ]  # fmt: skip
    assert {read(f"{page}?column={pk}").status_code for pk in strangers} == {404}


@pytest.fixture
def chain(acme):
    """Six tables, each made from the one before it."""
    tables = [a_table(acme, f"lake.raw.t{number}") for number in range(6)]
    for parent, child in pairwise(tables):
        feeds(parent, child)
    return tables


def test_links_expand_the_drawing_step_by_step_until_it_ends(read, chain):
    page = chain[0].get_absolute_url()
    assert 'href="?down=3#lineage"' in read(page).content.decode()
    assert drawn(read(f"{page}?down=3")) == ["t0", "t1", "t2", "t3"]
    assert read(f"{page}?down=4").context["expand"] == {"down": "?down=5#lineage", "less": "?#lineage"}
    assert read(f"{page}?down=5").context["expand"] == {"less": "?#lineage"}
    assert read(chain[5].get_absolute_url()).context["expand"] == {"up": "?up=3#lineage"}


def test_more_at_each_step_are_drawn_until_the_most(read, acme):
    table = a_table(acme, "lake.raw.orders")
    for number in range(MAX_ROWS + 1):
        feeds(table, a_table(acme, f"lake.mart.t{number}"))
    page = table.get_absolute_url()
    text = read(page).content.decode()
    assert '<a href="?rows=24#lineage" data-part="lineage"><text class="more"' in text
    answer = read(f"{page}?rows={MAX_ROWS}")
    assert (len(drawn(answer)), answer.context["expand"]) == (MAX_ROWS + 1, {"less": "?#lineage"})


@pytest.mark.parametrize("query", ["?up=99&down=-1&rows=1000000", "?up=x&rows=", "?up=²&down=10000000000000", "?up=0"])
def test_a_drawing_is_never_larger_than_it_may_be(read, chain, query):
    answer = read(f"{chain[3].get_absolute_url()}{query}")
    assert answer.status_code == 200
    assert len(answer.context["lineage"].levels) <= 2 * MAX_STEPS + 1


def test_a_picked_column_stays_picked_when_the_drawing_expands(read, acme):
    columns = [ColumnFactory.create(table=a_table(acme, f"lake.raw.t{number}")) for number in range(4)]
    for parent, child in pairwise(columns):
        field_feeds(parent, child)
    answer = read(f"{columns[0].table.get_absolute_url()}?column={columns[0].pk}")
    assert answer.context["expand"] == {"down": f"?column={columns[0].pk}&down=3#lineage"}


def counted(read, column):
    with CaptureQueriesContext(connection) as captured:
        assert read(f"{column.table.get_absolute_url()}?column={column.pk}").status_code == 200
    return len(captured)


def test_more_columns_and_lineage_take_no_more_queries(read, column):
    before = counted(read, column)
    for number in range(4):
        one = ColumnFactory.create(table=column.table, name=f"c{number}")
        field_feeds(one, column.child_lineages.get().child_dashboard_field)
        field_feeds(column.parent_lineages.get().parent_column, one)
    assert counted(read, column) == before <= 26
