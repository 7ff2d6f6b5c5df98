"""Imports whose workers are killed: each batch happens once, whole, and in its turn."""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from catalog.models import Column, Table, TagEntity
from devtools.environment import ROOT
from ingestion import queue
from ingestion.models import Batch, Change, ImportEvent
from tests.catalog.factories import SourceFactory
from tests.ingestion.importing import SHOP, STAMP, bring, receive_all
from tests.ingestion.uploading import open_door, warehouse  # noqa: F401  # fixtures
from tests.processes import environment

pytestmark = pytest.mark.django_db(transaction=True)

IMPORT = """
import django; django.setup()
from django.utils import timezone
from ingestion import importing
importing.import_waiting(timezone.now())
"""
TABLES, COLUMNS = 40, 15


def files(number):
    """A warehouse as it is at the `number`-th time: some of its rows are new, some gone, some others, some wrong."""
    here = [table for table in range(TABLES) if (table + number) % 7]
    tables = [
        [f"t{table}", "s1", f"table_{table}", f"text {number}" if table % 3 else "", "['gold']", "TABLE", ""]
        for table in here
    ]
    columns = [
        [f"c{table}-{column}", f"t{table}", f"column_{column}", "", "INTEGER", str(number + 1)]
        for table in range(TABLES)
        for column in range(COLUMNS)
    ]
    return SHOP | {"table": [SHOP["table"][0], *tables], "column": [SHOP["column"][0], *columns]}


def seen(rows, *fields):
    """These columns of the rows as texts, and whether each is there."""
    return [(*map(str, values), gone is None) for *values, gone in rows.values_list(*fields, "deleted_at")]


def rows_of(source):
    tables = Table.objects.filter(schema__database__source=source)
    return (
        sorted(seen(tables, "external_id", "path", "external_description")),
        sorted(seen(Column.objects.filter(source=source), "external_id", "source_order")),
        sorted(TagEntity.objects.filter(table__in=tables).values_list("table__external_id", "tag__label")),
        sorted(Change.objects.filter(batch__source=source).values_list("kind", "batch__stamp").distinct()),
        Change.objects.filter(batch__source=source).count(),
    )


def killed(folder, seconds):
    """A process that imports what waits, killed after so long; whether that was before its end."""
    variables = environment(UPLOAD_DIR=str(folder), INGESTION_ENABLED="true", IMPORT_LEASE="2", LOG_LEVEL="error")
    process = subprocess.Popen([sys.executable, "-c", IMPORT], cwd=ROOT, env=variables)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def import_under_kills(source, folder, *, kills, batches, settings):
    settings.IMPORT_MAX_DELETED_PERCENT = 100
    for number in range(batches):
        receive_all(source, files(number), stamp=STAMP + number)
    queue.close_batches(datetime.now(UTC))
    usual, done = 2.0, 0  # seconds that a process takes to begin
    while Batch.objects.filter(source=source, state__in=queue.UNDER_WAY).exists():
        was_killed = killed(folder, random.uniform(usual, usual + 3)) if done < kills else killed(folder, 600)
        done += was_killed
        time.sleep(2.2 if was_killed else 0)  # the lease of the dead
        Batch.objects.filter(source=source).update(attempts=0)  # that workers die of it is another test's
    return done


@pytest.mark.parametrize(("kills", "batches"), [(4, 3), pytest.param(100, 20, marks=pytest.mark.long)])
def test_killed_workers_import_each_batch_once(warehouse, open_door, settings, kills, batches):  # noqa: F811
    import_under_kills(warehouse, open_door, kills=kills, batches=batches, settings=settings)
    twin = SourceFactory.create(account=warehouse.account)
    for number in range(batches):
        bring(twin, files(number), stamp=STAMP + number)
    assert rows_of(warehouse) == rows_of(twin)
    told = ImportEvent.objects.filter(batch__source=warehouse, kind="imported").values_list("batch__stamp", flat=True)
    assert len(told) == len(set(told)) == batches
    assert set(Batch.objects.values_list("state", flat=True)) == {Batch.State.IMPORTED_WITH_ISSUES}
    in_order = Batch.objects.filter(source=warehouse).order_by("moment").values_list("stamp", flat=True)
    assert list(in_order) == sorted(in_order)
