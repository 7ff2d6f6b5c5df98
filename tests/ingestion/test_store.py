"""What lies in the store, in whatever storage that is."""

import errno
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.files.storage import InMemoryStorage
from django.utils import timezone

from catalog.ids import uuid7
from ingestion import store
from ingestion.errors import NoSpace, UploadTooLarge
from ingestion.models import Upload
from ingestion.reading.checking import HEAD
from ingestion.tasks import remove_orphans
from tests.ingestion.uploading import TABLES, files_in, upload


@pytest.fixture
def in_memory(settings, open_door):
    """A storage that is no folder of this machine, as S3 is none."""
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"uploads": backend}
    return open_door


def arrived(content: bytes) -> store.Incoming:
    file = store.Incoming(limit=1_000)
    file.write(content)
    return file


def test_a_file_that_arrives_is_counted_and_its_beginning_is_looked_at(open_door):
    file = store.Incoming(limit=1_000_000)
    for _ in range(3):
        file.write(b"a" * 50_000)
    assert (file.size, file.head, len(file.sha256)) == (150_000, b"a" * HEAD, 64)
    file.discard()
    assert files_in(open_door) == []


def test_a_file_is_bounded_by_its_bytes(open_door):
    file = arrived(b"a" * 1_000)
    with pytest.raises(UploadTooLarge, match="larger than 1,000 bytes"):
        file.write(b"a")
    file.discard()


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, NoSpace), (errno.EIO, OSError)])
def test_a_disk_that_is_full_after_all_is_no_other_error(open_door, monkeypatch, number, error):
    file = arrived(b"")
    monkeypatch.setattr(file, "file", Mock(write=Mock(side_effect=OSError(number, ""))))
    with pytest.raises(error):
        file.write(b"a")


def test_a_storage_that_is_no_folder_gets_the_whole_file(in_memory, warehouse, writer):
    assert upload(f"/warehouse-{warehouse.pk}/1700000000-other.csv", TABLES, writer).status_code == 201
    kept = store.storage()
    assert isinstance(kept, InMemoryStorage)
    assert kept.open(Upload.objects.get().key).read() == TABLES
    assert files_in(in_memory) == []


@pytest.mark.parametrize("backend", ["open_door", "in_memory"])
def test_what_no_row_knows_goes_after_a_day_and_nothing_else(request, backend, warehouse, writer, monkeypatch):
    request.getfixturevalue(backend)
    upload(f"/warehouse-{warehouse.pk}/1700000000-other.csv", TABLES, writer)
    orphan = f"{warehouse.account_id}/{warehouse.pk}/{uuid7()}"
    moved, left = arrived(b"a"), arrived(b"a")
    store.keep(moved, orphan)
    moved.discard()
    now = timezone.now()
    assert store.remove_orphans(now + store.ORPHANED_AFTER - timedelta(minutes=1)) == 0
    assert store.remove_orphans(now + store.ORPHANED_AFTER + timedelta(minutes=1)) == 2
    assert (left.path.exists(), store.storage().exists(orphan)) == (False, False)
    assert store.storage().exists(Upload.objects.get().key)
    remove_orphans()


def test_a_store_that_nobody_used_has_no_orphans(db, open_door):
    assert store.remove_orphans(timezone.now()) == 0
