"""Lineage that people wrote into a file, alone and beside the files of a warehouse."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import Dashboard, FieldLineage, Lineage, Table
from ingestion import importing
from ingestion.models import Batch, Family
from tests.catalog.factories import DashboardFactory, DashboardFieldFactory, SourceFactory
from tests.factories import NOW
from tests.ingestion.corpora import read_corpus, read_expected
from tests.ingestion.importing import SHOP, as_csv, bring, corpus, import_now, receive

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = ["parent_type", "parent_key", "child_type", "child_key"]


def say(account, *rows):
    """Import manual lineage that came without a source."""
    content = rows[0] if isinstance(rows[0], bytes) else as_csv([HEAD, *rows])
    return import_now(receive(None, "lineage", content, family=Family.MANUAL, account=account).batch)


def types():
    return sorted(Lineage.objects.values_list("lineage_type", "found_by__name"))


@pytest.fixture
def filled(warehouse, acme):
    warehouse.name = "La.ke"
    warehouse.save()
    bring(warehouse, SHOP)
    return warehouse


def test_every_type_of_key_is_found_whole_in_any_case(filled, bi, acme):
    board = DashboardFactory(source=bi, account=acme, name="Q1/Q2", folder_path="Home/Finance")
    DashboardFieldFactory(dashboard=board, account=acme, name="n", label="a/b")
    batch = say(
        acme,
        ["TABLE", "La.ke.shop.public.orders", "TABLE", "LA.KE.SHOP.PUBLIC.PEOPLE"],
        ["table", "La.ke.shop.public.orders", "dashboard", "BI/Home/Finance/Q1/Q2"],
        ["COLUMN", "La.ke.shop.public.orders.ID", "COLUMN", "La.ke.shop.public.people.name"],
        ["COLUMN", "La.ke.shop.public.orders.id", "DASHBOARD_FIELD", "bi/Home/Finance/Q1/Q2/A/B"],
        ["DASHBOARD_FIELD", "BI/Home/Finance/Q1/Q2/a/b", "DASHBOARD", "BI/Home/Finance/Q1/Q2"],
    )
    assert (batch.state, batch.counts["manual_lineage"]["created"]) == (Batch.State.IMPORTED, 5)
    assert types() == [("MANUAL_CUSTOMER", None)] * 2
    assert FieldLineage.objects.filter(lineage_type="MANUAL_CUSTOMER", found_by=None).count() == 3


def test_what_nobody_knows_or_two_are_called_is_reported_and_nothing_goes(filled, acme, umbrella):
    say(acme, ["TABLE", "La.ke.shop.public.orders", "TABLE", "La.ke.shop.public.people"])
    twin = Table.objects.get(name="orders")
    twin.pk, twin.external_id, twin.name, twin.path = None, "t9", "ORDERS", "shop.public.ORDERS"
    twin.save()
    theirs = SourceFactory(account=umbrella, name="Theirs")
    bring(theirs, SHOP)
    batch = say(
        acme,
        ["TABLE", "La.ke.shop.public.OrderS", "TABLE", "La.ke.shop.public.people"],
        ["TABLE", "Theirs.shop.public.orders", "TABLE", "La.ke.shop.public.people"],
        ["TABLE", "La.ke.shop.public.people", "TABLE", "La.ke.shop.public.PEOPLE"],
        ["TABLE", "La.ke.shop.public.ORDERS", "TABLE", "La.ke.shop.public.people"],
    )
    told = list(batch.issues.values_list("row", "column", "word"))
    assert told == [
        (2, "parent_key", "unknown_reference"),
        (3, "parent_key", "unknown_reference"),
        (4, "child_key", "unauthorized_value"),
    ]
    assert Lineage.objects.count() == 2


def test_what_a_program_found_is_the_customer_s_from_then_on(filled, acme):
    orders, people = Table.objects.order_by("name")
    Lineage.objects.create(
        account=acme,
        created_at=NOW,
        updated_at=NOW,
        parent_table=orders,
        child_table=people,
        lineage_type="AUTOMATIC",
        found_by=filled,
    )
    batch = say(acme, ["TABLE", "La.ke.shop.public.orders", "TABLE", "La.ke.shop.public.people"])
    assert (types(), batch.counts["manual_lineage"]["changed"]) == ([("MANUAL_CUSTOMER", None)], 1)
    assert batch.changes.get().before["lineage_type"] == "AUTOMATIC"


def test_lineage_beside_a_warehouse_s_files_waits_for_them(warehouse):
    rows = as_csv([HEAD, ["TABLE", "Lake.shop.public.orders", "TABLE", "Lake.shop.public.people"]])
    now = datetime.now(UTC)
    manual = receive(warehouse, "manual_lineage", rows, now=now).batch
    assert manual.family == Family.MANUAL
    assert import_now(manual).state == Batch.State.RECEIVED
    for name, content in SHOP.items():
        receive(warehouse, name, as_csv(content), now=now + timedelta(seconds=1))
    importing.import_waiting(datetime.now(UTC))
    importing.import_waiting(datetime.now(UTC))
    manual.refresh_from_db()
    assert (manual.state, Lineage.objects.count()) == (Batch.State.IMPORTED, 1)


def test_lineage_of_a_real_project_is_all_there(warehouse, acme):
    warehouse.name = "jaffle"
    warehouse.save()
    bring(warehouse, corpus("warehouse/jaffle"))
    batch = say(acme, read_corpus("manual_lineage/jaffle.csv"))
    edges = {
        (parent.lower(), child.lower())
        for parent, child in Lineage.objects.values_list("parent_table__path", "child_table__path")
    }
    expected = read_expected("warehouse/jaffle/expected.json")["edges"]
    assert (batch.issues.count(), edges) == (0, {(one.lower(), other.lower()) for one, other in expected})
    assert not Dashboard.objects.exists()
