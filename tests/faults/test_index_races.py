"""Programs that write about the same assets at the same instant, beside whoever makes the index anew."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from accounts.models import Account
from catalog.index.checking import differences
from catalog.models import Column, SearchDue, SearchEntry
from catalog.services.tables import update_columns_metadata, update_table_descriptions, update_tables
from catalog.services.warehouse import update_schemas
from catalog.tasks import index_what_is_due
from devtools.environment import ROOT
from tests.catalog.factories import ColumnFactory
from tests.catalog.keeping import LATER, given, index_all, kept_table
from tests.faults.test_warehouse_races import PROGRAMS, TURNS, at_once
from tests.processes import environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def orders(acme: Account):
    """An indexed table with a column for each program."""
    table = kept_table(acme, name="orders")
    for number in range(PROGRAMS):
        ColumnFactory.create(table=table, name=f"column_{number}")
    index_all()
    return table


def describes(column, turn):
    rows = [{"id": str(column.pk), "description_raw": f"turn{turn}of{column.name}"}]
    return lambda: update_columns_metadata(column.account, rows=rows, by=None, now=LATER)


def test_a_table_is_found_by_all_that_was_said_of_its_columns_at_once(acme, orders):
    columns = list(Column.objects.all())
    for turn in range(TURNS):
        at_once(*[describes(column, turn) for column in columns])
        assert list(differences(acme)) == []


def test_who_renames_a_place_and_who_writes_in_it_leave_an_index_that_is_right(acme, orders):
    column = Column.objects.all()[0]
    for turn in range(TURNS):
        name = f"sales_{turn}"
        at_once(
            lambda name=name: update_schemas(acme, rows=[given(orders.schema, name=name)], by=None, now=LATER),
            lambda name=name: update_tables(acme, rows=[given(orders, name=name)], by=None, now=LATER),
            describes(column, turn),
            index_what_is_due,
        )
        assert list(differences(acme)) == []


def test_the_index_is_made_anew_beside_writers(acme, orders):
    columns = list(Column.objects.all())
    for turn in range(TURNS):
        at_once(
            lambda: call_command("index_catalog", account="acme"),
            lambda: call_command("index_catalog", account="acme", check=True),
            index_what_is_due,
            *[describes(column, turn) for column in columns],
        )
    call_command("index_catalog", account="acme", check=True)
    assert not SearchDue.objects.exclude(what=SearchDue.What.COUNTS).exists()


WRITER = """
import django, os, sys
django.setup()
from django.db import connection
from django.utils import timezone
from accounts.models import Account
from catalog.index import writing
from catalog.services.tables import update_table_descriptions

def stop(postings):
    print("written", flush=True)
    sys.stdin.read()

writing.Postings.write = stop
rows = [{"id": sys.argv[1], "external_description": "Of parcels"}]
update_table_descriptions(Account.objects.get(slug="acme"), rows=rows, by=None, now=timezone.now())
"""


def test_a_writer_that_dies_halfway_leaves_rows_and_index_as_they_were(acme, orders):
    command = [sys.executable, "-c", WRITER, str(orders.pk)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        writer.kill()
    rows = [{"id": str(orders.pk), "external_description": "Of shops"}]
    update_table_descriptions(acme, rows=rows, by=None, now=LATER)  # waits for nobody who is gone
    assert list(differences(acme)) == []
    words = SearchEntry.objects.get(asset=orders.pk).words
    assert ("shop" in words, "parcel" in words) == (True, False)
