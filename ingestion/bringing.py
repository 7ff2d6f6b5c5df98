"""Files that people bring, from a page or from a folder: each goes to the place to which a program would send it."""

from datetime import datetime

from accounts.actors import Actor
from accounts.models import Account
from catalog.choices import SourceType
from catalog.models import Source
from ingestion import filenames, receiving, store
from ingestion.models import TOGETHER, Batch, Family, Upload
from ingestion.receiving import Place

MANUAL_LINEAGE = "manual-lineage"
PLACES = {
    SourceType.WAREHOUSE: ("warehouse", Family.WAREHOUSE),
    SourceType.VISUALIZATION: ("visualization", Family.VIZ),
    SourceType.TRANSFORMATION: ("transformation", Family.DBT),
    SourceType.QUALITY: ("quality", Family.QUALITY),
}


def family_of(source: Source | None) -> Family:
    """Of the files of this source."""
    return PLACES[SourceType(source.type)][1] if source else Family.MANUAL


def bring(
    account: Account, *, source: Source | None, file: store.Incoming, name: str, by: Actor, now: datetime
) -> Upload:
    """Keep the file as one of this source's; without a source it is manual lineage. Raises what `receive` does."""
    place = place_of(source, name, by=by, now=now)
    return receiving.receive(account, place=place, file=file, form_name=name, by=by, now=now)


def place_of(source: Source | None, name: str, *, by: Actor, now: datetime) -> Place:
    """Where a program would send it. Raises UnusableUpload for what is no name.

    A name without a time gets one: that of what the same person has just brought and what still waits for more files,
    so that files which are chosen one after another are imported together; else that of now.
    """
    receiving.check_name(name)
    if source is None:
        return Place(None, Family.MANUAL, MANUAL_LINEAGE, MANUAL_LINEAGE)
    prefix, family = PLACES[SourceType(source.type)]
    address = f"{prefix}-{source.pk}/"
    if filenames.without_stamp(name)[0] is None:
        name = f"{time_of_open(source, family, address, name, by) or int(now.timestamp())}-{name}"
        receiving.check_name(name)
    return Place(source, family, address + name, name)


def time_of_open(source: Source, family: Family, address: str, name: str, by: Actor) -> int | None:
    """The stamp, in unix seconds, of the batch that this file may join; None without one, or if it has such a file."""
    if family not in TOGETHER:
        return None
    own = {"uploads__actor_name": by.name, "uploads__door": by.door}
    waiting = Batch.objects.filter(source=source, family=family, state=Batch.State.RECEIVED, **own)
    if (batch := waiting.order_by("-last_upload_at").first()) is None:
        return None
    stamp = int(batch.stamp.timestamp())
    return None if Upload.objects.filter(source=source, path=f"{address}{stamp}-{name}").exists() else stamp
