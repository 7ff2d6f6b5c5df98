"""The rows of a file that has come, and what the database refuses."""

from datetime import UTC, datetime, timedelta
from unittest.mock import DEFAULT, Mock

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from ingestion import receiving, store
from ingestion.errors import PathTaken
from ingestion.models import Batch, Family, ImportEvent, Upload
from ingestion.receiving import Place
from tests.factories import NOW
from tests.ingestion.uploading import TABLES, files_in

pytestmark = pytest.mark.usefixtures("open_door")

BY = Actor("cat_rw_eu_••••", door="ingest")
STAMP = datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.fixture
def receive(acme, warehouse):
    """Receives this content for the warehouse: `receive("table")`."""

    def receive(name="other", content=TABLES, now=NOW, stamp=1_700_000_000):
        path = f"warehouse-{warehouse.pk}/{stamp}-{name}.csv"
        place = Place(warehouse, Family.WAREHOUSE, path, path.rpartition("/")[2])
        file = store.Incoming(limit=10_000)
        file.write(content)
        try:
            return receiving.receive(acme, place=place, file=file, form_name="a\nb.csv", by=BY, now=now)
        finally:
            file.discard()

    return receive


def test_a_loser_of_a_race_leaves_no_file_and_no_rows(receive, open_door, monkeypatch):
    """The other one comes after the look whether the path is free."""
    looked = receiving.refuse_taken
    receive()
    monkeypatch.setattr(receiving, "refuse_taken", Mock(side_effect=[None, DEFAULT], wraps=looked))
    with pytest.raises(PathTaken) as refused:
        receive(content=TABLES + b"2,1,customers,TABLE\n")
    assert refused.value.same is False
    counts = (Upload.objects.count(), Batch.objects.count(), ImportEvent.objects.count(), len(files_in(open_door)))
    assert counts == (1, 1, 1, 1)


def test_rows_that_cannot_be_written_leave_an_orphan_for_nobody_knows_whether_they_were(
    receive, open_door, monkeypatch
):
    def away(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(receiving, "write_down", away)
    with pytest.raises(RuntimeError):
        receive()
    assert (Upload.objects.exists(), len(files_in(open_door))) == (False, 1)


def test_a_batch_closes_between_two_files_of_its_stamp(receive):
    first = receive("table").batch
    Batch.objects.update(state=Batch.State.WAITING)
    second, third = receive("column_of_old").batch, receive("x", now=NOW + timedelta(seconds=9)).batch
    assert first != second == third
    second.refresh_from_db()
    assert (second.stamp, second.received_at, second.last_upload_at) == (STAMP, NOW, NOW + timedelta(seconds=9))


def test_a_name_in_the_form_is_kept_without_what_cannot_be_shown(receive):
    assert receive().original_name == "ab.csv"


IMPOSSIBLE = {
    "a lease while it waits": {"lease_until": NOW},
    "importing without a lease": {"state": Batch.State.IMPORTING},
    "imported without a moment": {"state": Batch.State.IMPORTED},
    "a moment before anything began": {"moment": NOW},
    "no source, and no manual lineage": {"source": None},
}


@pytest.mark.parametrize("changes", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_a_batch_can_never_be_is_refused_by_the_database(receive, changes):
    batch = receive().batch
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**changes)


def test_a_source_has_one_open_batch_of_a_stamp_and_one_of_a_moment(receive):
    one, other = receive("a").batch, receive("b", stamp=1_700_000_001).batch
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=other.pk).update(stamp=one.stamp)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk__in=(one.pk, other.pk)).update(state="imported", moment=NOW)


def test_a_batch_is_claimed_as_any_job_is(receive):
    receive()
    assert Batch.objects.claim(NOW) is None
    Batch.objects.update(state=Batch.State.WAITING)
    # An atomic block of a test is no durable one; what counts is which rows are due.
    assert Batch.objects.due(NOW).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such trigger")
def test_an_event_is_never_changed(receive):
    receive()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ImportEvent.objects.update(detail="nothing happened")
