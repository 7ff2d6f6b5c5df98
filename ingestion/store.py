"""Where uploads lie: the Django storage `uploads`, which is a folder or S3.

A file arrives in a folder of this machine, is counted and hashed on its way, and is moved to its key when all of it is
on the disk. Keys are `account/source/id of the upload`: nothing that a client says is part of one.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from catalog.ids import known_uuid, uuid7
from ingestion.errors import NoSpace, UploadTooLarge
from ingestion.models import Batch, Upload
from ingestion.reading.checking import HEAD

KEPT_FREE = 10**9  # bytes of the disk that no upload may take
ORPHANED_AFTER = timedelta(hours=24)  # longer than any upload takes
NO_SOURCE = "manual"  # in place of a source's id in the keys of manual lineage
KEYS_PER_LOOK = 500
FULL = {errno.ENOSPC, errno.EDQUOT}


def storage() -> Storage:
    return storages["uploads"]


def incoming() -> Path:
    """The folder in which files arrive; made when it is missing, for us alone."""
    folder: Path = settings.UPLOAD_DIR / "incoming"
    make_folders(folder)
    return folder


def make_folders(folder: Path) -> None:
    """Each with mode 0700, and on the disk before this returns."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in this folder on the disk, which outlive a crash only then."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def refuse_if_full(length: int) -> None:
    """Raises NoSpace when this many bytes, twice, would leave less than KEPT_FREE of the disk."""
    if shutil.disk_usage(incoming()).free < 2 * length + KEPT_FREE:
        raise NoSpace


class Incoming:
    """A file that arrives: `size` in bytes, its `sha256`, and its first 64 kB."""

    def __init__(self, *, limit: int) -> None:
        self.limit, self.size, self.head = limit, 0, b""
        self.hash = hashlib.sha256()
        self.path = incoming() / str(uuid7())
        self.file = open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)  # noqa: PTH123, SIM115

    def write(self, data: bytes) -> None:
        """Raises UploadTooLarge, and NoSpace when the disk is full after all."""
        self.size += len(data)
        if self.size > self.limit:
            raise UploadTooLarge(self.limit)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self.hash.update(data)
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.file.write(rest) :]
            except OSError as error:
                if error.errno in FULL:
                    raise NoSpace from None
                raise

    @property
    def sha256(self) -> str:
        return self.hash.hexdigest()

    def sync(self) -> None:
        os.fsync(self.file.fileno())

    def discard(self) -> None:
        """Also when it was moved to its key: then there is nothing to remove."""
        self.file.close()
        self.path.unlink(missing_ok=True)


def key_of(upload: Upload) -> str:
    return f"{upload.account_id}/{upload.source_id or NO_SOURCE}/{upload.pk}"


def report_key(batch: Batch) -> str:
    """Of the file with all issues of a batch."""
    return f"{batch.account_id}/{batch.source_id or NO_SOURCE}/report-{batch.pk}"


def keep(file: Incoming, key: str) -> None:
    """Move the whole file to its key; when this returns, a crash of the machine cannot take it away."""
    file.sync()
    store = storage()
    if not isinstance(store, FileSystemStorage):
        with file.path.open("rb") as whole:
            assert store.save(key, File(whole)) == key, "a key was taken"
        return
    place = Path(store.path(key))
    make_folders(place.parent)
    file.path.rename(place)
    sync_folder(place.parent)


def remove_orphans(now: datetime) -> int:
    """Remove files without an Upload, which a crash between the two has left a day ago; returns how many."""
    before = now - ORPHANED_AFTER
    gone = sum(map(discarded, (path for path in incoming().iterdir() if modified_at(path) < before)))
    found: dict[UUID, str] = {}
    for pk, key in keys():
        found[pk] = key
        if len(found) == KEYS_PER_LOOK:
            gone += remove_unknown(found, before)
            found = {}
    return gone + remove_unknown(found, before)


def modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def discarded(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True


def keys() -> Iterator[tuple[UUID, str]]:
    """All that lie in the store, with the uploads that they are named after."""
    store = storage()
    for account in filter(str.isdigit, folders(store, "")):
        for source in folders(store, account):
            for name in store.listdir(f"{account}/{source}")[1]:
                if pk := known_uuid(name):
                    yield pk, f"{account}/{source}/{name}"


def folders(store: Storage, path: str) -> list[str]:
    return sorted(store.listdir(path)[0])


def remove_unknown(found: dict[UUID, str], before: datetime) -> int:
    """Of these keys, remove those of no upload which are older than that."""
    store = storage()
    known = set(Upload.objects.filter(pk__in=found).values_list("pk", flat=True))
    orphans = [key for pk, key in found.items() if pk not in known and store.get_modified_time(key) < before]
    for key in orphans:
        store.delete(key)
    return len(orphans)
