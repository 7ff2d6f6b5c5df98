from datetime import timedelta
from itertools import pairwise

import pytest

from catalog.choices import LineageType
from catalog.errors import NotFound
from catalog.ids import uuid7
from catalog.models import Lineage
from catalog.services.lineage import delete_lineages, upsert_lineages
from tests.catalog.factories import DashboardFactory, TableFactory, feeds
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def tables(acme):
    return TableFactory.create_batch(3, schema__database__source__account=acme)


@pytest.fixture
def dashboard(acme):
    return DashboardFactory.create(source__account=acme)


def between(parent, child):
    return {"parent_table_id": str(parent.pk), "child_table_id": str(child.pk)}


def test_what_is_said_is_the_customers(acme, tables, dashboard):
    row = {"parent_table_id": str(tables[0].pk), "child_dashboard_id": str(dashboard.pk), "child_table_id": None}
    (lineage,) = upsert_lineages(acme, rows=[row], by=None, now=LATER)
    assert (lineage.parent_table_id, lineage.child_dashboard_id) == (tables[0].pk, dashboard.pk)
    assert (lineage.lineage_type, lineage.refreshed_at, lineage.created_at) == ("MANUAL_CUSTOMER", LATER, LATER)


def test_the_answer_is_in_the_order_sent_and_repeats_what_was_sent_twice(acme, tables):
    one, other = between(tables[1], tables[2]), between(tables[0], tables[1])
    lineages = upsert_lineages(acme, rows=[one, other, {k: v.upper() for k, v in one.items()}], by=None, now=NOW)
    assert [lineage.parent_table_id for lineage in lineages] == [tables[1].pk, tables[0].pk, tables[1].pk]
    assert Lineage.objects.count() == 2


@pytest.mark.parametrize("found", LineageType)
def test_a_lineage_that_was_found_otherwise_becomes_the_customers(acme, tables, found):
    stored = feeds(tables[0], tables[1])
    Lineage.objects.update(lineage_type=found)
    (lineage,) = upsert_lineages(acme, rows=[between(tables[0], tables[1])], by=None, now=LATER)
    assert (lineage.pk, lineage.lineage_type, lineage.refreshed_at) == (stored.pk, "MANUAL_CUSTOMER", LATER)
    assert lineage.created_at == NOW


def test_other_lineages_of_the_same_tables_stay_as_they_are(acme, tables):
    feeds(tables[1], tables[0])
    feeds(tables[0], tables[2])
    upsert_lineages(acme, rows=[between(tables[0], tables[1])], by=None, now=LATER)
    delete_lineages(acme, rows=[between(tables[0], tables[1])], by=None, now=NOW)
    assert set(Lineage.objects.values_list("lineage_type", "refreshed_at")) == {("AUTOMATIC", None)}
    assert Lineage.objects.count() == 2


@pytest.mark.parametrize("call", [upsert_lineages, delete_lineages])
def test_another_accounts_table_is_as_unknown_as_one_that_never_was(acme, umbrella, tables, call):
    theirs = TableFactory.create(schema__database__source__account=umbrella)
    never = uuid7()
    for unknown in (str(theirs.pk), str(never), "no id"):
        row = between(tables[0], tables[1]) | {"child_table_id": unknown}
        with pytest.raises(NotFound, match=f"^Table not found: {unknown}$"):
            call(acme, rows=[between(tables[0], tables[1]), row], by=None, now=NOW)
    assert not Lineage.objects.exists()


def test_deleting_is_by_the_ends_and_may_be_repeated(acme, tables):
    feeds(tables[0], tables[1])
    kept = feeds(tables[1], tables[2])
    for _ in range(2):
        delete_lineages(acme, rows=[between(tables[0], tables[1])], by=None, now=NOW)
    assert list(Lineage.objects.all()) == [kept]


def test_nothing_sent_changes_nothing(acme, tables):
    feeds(tables[0], tables[1])
    assert upsert_lineages(acme, rows=[], by=None, now=LATER) == []
    delete_lineages(acme, rows=[], by=None, now=NOW)
    assert Lineage.objects.get().refreshed_at is None


def test_five_hundred_rows_take_as_many_queries_as_a_few(acme, django_assert_max_num_queries):
    place = TableFactory.create(schema__database__source__account=acme).schema
    tables = TableFactory.create_batch(501, schema=place)
    rows = [between(*pair) for pair in pairwise(tables)]
    with django_assert_max_num_queries(40):  # SQLite takes 999 values in a statement
        upsert_lineages(acme, rows=rows, by=None, now=NOW)
        delete_lineages(acme, rows=rows[1:], by=None, now=NOW)
    assert Lineage.objects.count() == 1
