"""A file that has come: its place, and the rows that say so, all in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from unicodedata import category

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actors import Actor
from accounts.models import Account
from catalog.models import Source
from ingestion import filenames, store
from ingestion.errors import PathTaken, UnusableUpload
from ingestion.filenames import FileName
from ingestion.models import TOGETHER, Batch, Family, ImportEvent, Upload
from ingestion.reading.checking import check_head

MAX_NAME_BYTES = 255
MAX_AHEAD = timedelta(hours=24)  # of a stamp: somebody's clock
EMPTY = (
    "The file is empty. Leave empty files out. Was the upload repeated by itself after a time-out? Then send the file "
    "again from its beginning."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is sent: to which source (None: manual lineage), of which family, by which path and name."""

    source: Source | None
    family: Family
    path: str  # decoded, without its first slash
    name: str  # its last part


def check_name(name: str) -> None:
    """Raises UnusableUpload for what is no name of a file."""
    if not 1 <= len(name.encode()) <= MAX_NAME_BYTES or name in {".", ".."}:
        raise UnusableUpload(f"The name of the file has 1 to {MAX_NAME_BYTES} bytes, and is neither . nor ..")
    if any(category(character) in {"Cc", "Cs"} for character in name):
        raise UnusableUpload("The name of the file holds a control character: leave it out.")


def read_name(place: Place, *, now: datetime, form_name: str = "") -> FileName:
    """What the names say. Raises UnusableUpload without the time that this family needs, or for one in the future."""
    uploaded_as = filenames.Family.VIZ if place.family == Family.LOOKML else filenames.Family(place.family)
    said = filenames.read_name(place.name, uploaded_as=uploaded_as, form_name=form_name)
    if filenames.without_stamp(place.name)[0] is None and place.family.value in filenames.STAMPED:
        raise UnusableUpload(
            f"The name of the file has to begin with the time of the extraction in unix seconds, as in "
            f"{int(now.timestamp())}-{place.name[:60]}: files of one time are imported together."
        )
    if said.moment and said.moment > now + MAX_AHEAD:
        raise UnusableUpload(f"The time in the name, {said.stamp}, is more than a day ahead.")
    return said if place.family != Family.LOOKML else replace(said, kind=None)


def receive(
    account: Account, *, place: Place, file: store.Incoming, form_name: str, by: Actor, now: datetime
) -> Upload:
    """Keep the whole file, and write down that it came.

    Raises UnusableUpload, Unusable for what its beginning shows, and PathTaken; then nothing is kept. When this has
    returned, neither file nor rows are lost, whatever dies.
    """
    if not file.size:
        raise UnusableUpload(EMPTY)
    said = read_name(place, now=now, form_name=form_name)
    check_head(file.head, said.kind)
    refuse_taken(place, file)
    upload = Upload(
        account=account,
        source=place.source,
        path=place.path,
        original_name=cleaned(form_name),
        kind=said.kind or "",
        size=file.size,
        sha256=file.sha256,
        received_at=now,
        **kept_of(by),
    )
    upload.key = store.key_of(upload)
    store.keep(file, upload.key)
    family = Family.MANUAL if said.family == filenames.Family.MANUAL else place.family
    try:
        return write_down(upload, family=family, stamp=said.moment or now, by=by, now=now)
    except IntegrityError:  # another one was faster; of any other failure nobody knows whether the rows are there
        store.storage().delete(upload.key)
        refuse_taken(place, file)
        raise


def refuse_taken(place: Place, file: store.Incoming) -> None:
    """Raises PathTaken. The unique index settles a race; manual lineage has one address for all its files."""
    there = Upload.objects.filter(source=place.source, path=place.path, deleted_at=None).first()
    if place.source is not None and there:
        raise PathTaken(same=(there.size, there.sha256) == (file.size, file.sha256))


def cleaned(name: str) -> str:
    """A name that the form says, as people can be shown it."""
    return "".join(character for character in name if character.isprintable())[:255]


def kept_of(by: Actor) -> dict[str, Any]:
    """The columns of `models.Act`."""
    return {
        "actor": by.user,
        "token_id": by.token_id,
        "actor_name": by.name,
        "ip": by.ip,
        "client": by.client,
        "door": by.door,
    }


@transaction.atomic
def write_down(upload: Upload, *, family: Family, stamp: datetime, by: Actor, now: datetime) -> Upload:
    """The upload, its batch, the event and the entry in the audit log. Raises IntegrityError when its path is taken."""
    upload.batch = open_batch(upload, family=family, stamp=stamp, now=now)
    upload.save(force_insert=True)
    ImportEvent.objects.create(
        account=upload.account,
        batch=upload.batch,
        upload=upload,
        kind=ImportEvent.Kind.RECEIVED,
        detail=upload.path[:300],
        at=now,
        **kept_of(by),
    )
    audit.record("receive", kind="upload", ids=[upload.pk], by=by, now=now, account=upload.account, detail=upload.path)
    return upload


def open_batch(upload: Upload, *, family: Family, stamp: datetime, now: datetime) -> Batch:
    """The batch that still takes files of this stamp, locked so that it cannot close meanwhile; else a new one."""
    new = {"received_at": now, "last_upload_at": now, "next_attempt_at": now, "account": upload.account}
    key = {"source": upload.source, "family": family, "stamp": stamp, "state": Batch.State.RECEIVED}
    if family not in TOGETHER:
        return Batch.objects.create(**key, **new)
    batch, created = Batch.objects.select_for_update(no_key=True).get_or_create(**key, defaults=new)
    if not created and now > batch.last_upload_at:
        batch.last_upload_at = now
        batch.save(update_fields=["last_upload_at"])
    return batch
