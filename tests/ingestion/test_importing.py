"""Batches of a warehouse from the first file to the report: order, exactly once, held, refused, failed."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from accounts.models import AuditEntry
from catalog.models import Column, OwnerEntity, Table, TagEntity
from ingestion import importing, queue, store
from ingestion.errors import NotPossible, UnknownBatch
from ingestion.importers import warehouse as warehouse_files
from ingestion.models import Batch, Change, ImportEvent, ImportIssue
from tests.factories import NOW
from tests.ingestion.importing import BY, SHOP, STAMP, as_csv, bring, receive, receive_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_door")]

State = Batch.State


def stored():
    return sorted(Table.objects.filter(deleted_at=None).values_list("path", "external_description"))


def events(batch):
    return list(batch.events.exclude(kind="received").order_by("pk").values_list("kind", flat=True))


def test_seven_files_are_imported_at_once(warehouse, carol):
    batch = bring(warehouse, SHOP)
    assert (batch.state, batch.counts["table"]["created"], batch.lease_until) == (State.IMPORTED, 2, None)
    assert stored() == [("shop.public.orders", "One row an order"), ("shop.public.people", None)]
    assert TagEntity.objects.get().tag.label == "gold"
    assert OwnerEntity.objects.get().user == carol
    assert set(Table.objects.values_list("created_at", flat=True)) == {batch.moment}
    assert events(batch) == ["imported"]
    assert Column.objects.get(name="name").data_type == "CUSTOM"


def test_fewer_files_wait_for_others_and_then_delete_nothing_of_what_they_lack(warehouse):
    bring(warehouse, SHOP)
    batch = receive_all(warehouse, {"database": SHOP["database"]}, stamp=STAMP + 1, now=datetime.now(UTC))
    importing.import_waiting(datetime.now(UTC))
    batch.refresh_from_db()
    assert batch.state == State.RECEIVED
    queue.close_batches(datetime.now(UTC) + timedelta(minutes=3))
    importing.import_waiting(datetime.now(UTC))
    batch.refresh_from_db()
    assert (batch.state, len(stored())) == (State.IMPORTED, 2)


def test_the_same_again_changes_nothing(warehouse):
    bring(warehouse, SHOP)
    batch = bring(warehouse, SHOP, stamp=STAMP + 1)
    assert (batch.state, batch.counts["table"]["unchanged"]) == (State.IMPORTED, 2)
    assert AuditEntry.objects.filter(operation="merge").count() == 1
    assert not Change.objects.exists()


def test_what_is_wrong_is_reported_row_by_row(warehouse):
    column = [*SHOP["column"], ["c3", "t9", "lost", "", "INTEGER", "x"], ["c4", "", "homeless", "", "INTEGER", "3"]]
    batch = bring(warehouse, SHOP | {"column": column})
    told = list(batch.issues.values_list("upload__kind", "row", "column", "word", "value"))
    assert told == [
        ("column", 4, "ordinal_position", "wrong_datatype", "x"),
        ("column", 4, "table_id", "unknown_reference", "t9"),
        ("column", 5, "table_id", "missing_value", ""),
    ]
    assert (batch.state, batch.counts["column"]["rows"], batch.counts["column"]["loaded"]) == (
        State.IMPORTED_WITH_ISSUES,
        4,
        2,
    )
    with store.storage().open(batch.report) as file:
        lines = gzip.decompress(file.read()).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert ImportIssue.objects.count() == 3


def test_a_file_that_cannot_be_read_refuses_all_of_its_batch(warehouse):
    files = {kind: as_csv(rows) for kind, rows in SHOP.items()}
    files["table"] += b't3,s1,"' + b"x" * 1_100_000 + b'",,,TABLE,\n'
    for name, content in files.items():
        upload = receive(warehouse, name, content)
    importing.import_waiting(datetime.now(UTC))
    batch = Batch.objects.get(pk=upload.batch_id)
    assert (batch.state, stored(), events(batch)) == (State.REFUSED, [], ["refused"])
    assert "table.csv" in batch.note


def many(number):
    rows = [[f"t{index}", "s1", f"table_{index}", "", "", "TABLE", ""] for index in range(number)]
    return SHOP | {"table": [SHOP["table"][0], *rows], "column": SHOP["column"][:1]}


def test_a_batch_that_would_delete_much_is_held_until_somebody_says_yes(warehouse, acme, umbrella):
    bring(warehouse, many(60))
    batch = bring(warehouse, many(30), stamp=STAMP + 1)
    assert (batch.state, len(stored()), events(batch)) == (State.WITHHELD, 60, ["held"])
    assert "30 of 60 tables" in batch.note
    with pytest.raises(UnknownBatch):
        queue.confirm(umbrella, batch.pk, by=BY, now=NOW)
    queue.confirm(acme, batch.pk, by=BY, now=NOW)
    importing.import_waiting(datetime.now(UTC))
    batch.refresh_from_db()
    assert (batch.state, len(stored()), events(batch)) == (State.IMPORTED, 30, ["held", "confirmed", "imported"])
    with pytest.raises(NotPossible):
        queue.confirm(acme, batch.pk, by=BY, now=NOW)


def test_a_yes_is_to_the_numbers_that_were_shown(warehouse, acme):
    bring(warehouse, many(60))
    held = bring(warehouse, many(30), stamp=STAMP + 2)
    queue.confirm(acme, held.pk, by=BY, now=NOW)
    Table.objects.filter(name="table_59").update(deleted_at=NOW)
    importing.import_waiting(datetime.now(UTC))
    held.refresh_from_db()
    assert (held.state, len(stored())) == (State.WITHHELD, 59)


def test_twenty_rows_go_without_a_question(warehouse):
    bring(warehouse, many(22))
    assert bring(warehouse, many(2), stamp=STAMP + 1).state == State.IMPORTED


def test_an_older_stamp_is_superseded_unless_somebody_asks_for_it(warehouse, acme):
    bring(warehouse, SHOP, stamp=STAMP + 1)
    older = bring(warehouse, SHOP | {"table": SHOP["table"][:2], "column": SHOP["column"][:2]})
    assert (older.state, len(stored())) == (State.SUPERSEDED, 2)
    queue.import_again(acme, older.pk, by=BY, now=datetime.now(UTC))
    importing.import_waiting(datetime.now(UTC))
    older.refresh_from_db()
    assert (older.state, len(stored())) == (State.IMPORTED, 1)


def test_a_worker_that_lost_its_lease_writes_nothing(warehouse, monkeypatch):
    batch = receive_all(warehouse, SHOP)
    queue.close_batches(datetime.now(UTC))
    mine = queue.claim(datetime.now(UTC))
    assert mine
    Batch.objects.filter(pk=batch.pk).update(lease_until=datetime.now(UTC) + timedelta(seconds=119))
    importing.import_batch(mine)
    assert (stored(), events(batch)) == ([], [])


def test_an_outage_does_not_count_and_three_faults_of_ours_end_it(warehouse, monkeypatch):
    batch = receive_all(warehouse, SHOP)
    now = datetime.now(UTC)
    queue.close_batches(now)
    for number, error in enumerate([OperationalError("deadlock"), *[RuntimeError("ours")] * 3], 1):
        monkeypatch.setattr(warehouse_files, "merge", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
        Batch.objects.update(next_attempt_at=now)
        importing.import_waiting(now)
        batch.refresh_from_db()
        assert batch.attempts == number
    assert (batch.state, batch.failures, events(batch), stored()) == (State.FAILED, 3, ["failed"], [])


def test_two_batches_of_a_source_never_run_at_once(warehouse):
    receive_all(warehouse, SHOP)
    receive_all(warehouse, SHOP, stamp=STAMP + 1)
    queue.close_batches(datetime.now(UTC))
    first = queue.claim(datetime.now(UTC))
    assert first
    assert (first.stamp.timestamp(), queue.claim(datetime.now(UTC))) == (STAMP, None)


def test_a_cancelled_batch_is_not_imported(warehouse, acme):
    batch = receive_all(warehouse, SHOP)
    queue.close_batches(datetime.now(UTC))
    mine = queue.claim(datetime.now(UTC))
    assert mine
    queue.cancel(acme, batch.pk, by=BY, now=NOW)
    importing.import_batch(mine)
    batch.refresh_from_db()
    assert (batch.state, stored(), events(batch)) == (State.REFUSED, [], ["cancelled"])
    assert ImportEvent.objects.filter(kind="cancelled").count() == 1
