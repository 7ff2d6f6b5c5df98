"""The states of a batch: one function for each way from one to the next. Whoever lost the lease changes nothing.

A worker's death undoes nothing here: its lease runs out, and another one begins again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When

from accounts import audit
from accounts.actors import SYSTEM, Actor
from accounts.models import Account
from ingestion import filenames
from ingestion.errors import LeaseLost, NotPossible, UnknownBatch
from ingestion.filenames import FILES, MANIFEST
from ingestion.models import DONE, TOGETHER, Batch, Family, ImportEvent
from ingestion.receiving import kept_of

State = Batch.State
Kind = ImportEvent.Kind

MAX_FAILURES = 3
MAX_CLAIMS = 20  # of a batch whose workers die: it may be what they die of
AGAIN = {"asked_again": True, "attempts": 0, "failures": 0}
UNDER_WAY = (State.WAITING, State.IMPORTING)
OUR_FAULT = (
    "Something went wrong here, three times. Nothing was changed. Import it again, or tell whoever runs Catalog."
)
DEADLY = "Whatever reads these files dies of it. Nothing was changed: tell whoever runs this, or send smaller files."
NEWER_FIRST = "Files of a later time were imported before these."


def close_batches(now: datetime) -> int:
    """Let batches wait for their turn whose files are all there, or which got none for a while; returns how many."""
    closed = 0
    received = Batch.objects.filter(state=State.RECEIVED).order_by("last_upload_at", "pk")
    for pk in received.values_list("pk", flat=True):
        with transaction.atomic():
            batch = Batch.objects.select_for_update(no_key=True).filter(pk=pk, state=State.RECEIVED).first()
            if batch and is_complete(batch, now):
                batch.state = State.WAITING if batch.uploads.exclude(kind="").exists() else State.STORED
                batch.next_attempt_at = now
                batch.save(update_fields=["state", "next_attempt_at"])
                closed += 1
    return closed


def is_complete(batch: Batch, now: datetime) -> bool:
    """Whether no file is missing, or none came for IMPORT_QUIET_SECONDS, or the last one came from the future."""
    if batch.family == Family.MANUAL and batch.source_id:
        return is_alone(batch, now)
    if batch.family not in TOGETHER:
        return True
    kinds = set(batch.uploads.values_list("kind", flat=True))
    quiet = timedelta(seconds=settings.IMPORT_QUIET_SECONDS)
    return (
        kinds >= set(FILES[filenames.Family(batch.family)])
        or not batch.last_upload_at <= now < batch.last_upload_at + quiet
    )


def is_alone(batch: Batch, now: datetime) -> bool:
    """Whether manual lineage that came with other files waits for none of them: it links what they bring."""
    beside = Batch.objects.filter(source=batch.source_id, stamp=batch.stamp, family__in=TOGETHER)
    if beside.filter(state=State.RECEIVED).exists():
        return False
    quiet = timedelta(seconds=settings.IMPORT_QUIET_SECONDS)
    return beside.exists() or not batch.last_upload_at <= now < batch.last_upload_at + quiet


def claim(now: datetime) -> Batch | None:
    """Take the batch whose turn it is, for this process alone; None when there is none.

    Of a source one at a time, by stamp, then by arrival. A unique index tells two claims at once apart.
    """
    last = Case(When(family=Family.MANUAL, then=1), default=0)  # of one stamp: it links what the others bring
    under_way = Batch.objects.filter(source=OuterRef("source"), state__in=UNDER_WAY).annotate(last=last)
    before = Q(last=OuterRef("last"), received_at__lt=OuterRef("received_at")) | Q(last__lt=OuterRef("last"))
    earlier = under_way.filter(Q(stamp__lt=OuterRef("stamp")) | Q(stamp=OuterRef("stamp")) & before)
    due = Batch.objects.annotate(last=last).filter(~Exists(earlier))
    return due.order_by("next_attempt_at", "pk").claim(now)


def is_superseded(batch: Batch) -> bool:
    """Whether a newer stamp of its source and family was imported, and nobody asked for this one all the same."""
    newer = Batch.objects.filter(source=batch.source_id, family=batch.family, stamp__gt=batch.stamp, state__in=DONE)
    if batch.family == Family.DBT and batch.uploads.filter(kind=MANIFEST).exists():
        newer = newer.filter(uploads__kind=MANIFEST)
    elif batch.family not in TOGETHER:
        return False
    return not batch.asked_again and newer.exists()


def settle(batch: Batch, state: State, *, now: datetime, **columns: object) -> None:
    """The last statement of the transaction that writes what the batch made. Raises LeaseLost, which rolls it back."""
    if not batch.settle(state=state, phase="", finished_at=now, **columns):
        raise LeaseLost


@transaction.atomic
def finish(batch: Batch, state: State, *, note: str = "", now: datetime, **columns: object) -> None:
    """End an import that changed nothing: held, refused, or superseded."""
    settle(batch, state, now=now, note=note[:1_000], **columns)
    if kind := {State.WITHHELD: Kind.WITHHELD, State.REFUSED: Kind.REFUSED}.get(state):
        write_event(batch, kind, by=SYSTEM, now=now, detail=note)


@transaction.atomic
def fail(batch: Batch, *, now: datetime) -> None:
    """End an attempt that is our fault: another one follows, unless it was the third. Nothing if the lease is lost."""
    failures = batch.failures + 1
    if failures < MAX_FAILURES:
        batch.settle(state=State.WAITING, phase="", next_attempt_at=now + batch.backoff(), failures=failures)
    else:
        give_up(batch, OUR_FAULT, now=now, failures=failures)


def postpone(batch: Batch, *, now: datetime) -> None:
    """End an attempt that is nobody's fault: the database was away, two waited for each other, the disk was full."""
    batch.settle(state=State.WAITING, phase="", next_attempt_at=now + batch.backoff())


def give_up_dead(now: datetime) -> None:
    """End batches whose workers die again and again."""
    for batch in Batch.objects.filter(state=State.IMPORTING, lease_until__lte=now, attempts__gte=MAX_CLAIMS):
        with transaction.atomic():
            give_up(batch, DEADLY, now=now)


def give_up(batch: Batch, why: str, *, now: datetime, **columns: object) -> None:
    if batch.settle(state=State.FAILED, phase="", finished_at=now, note=why, **columns):
        write_event(batch, Kind.FAILED, by=SYSTEM, now=now, detail=why)


def supersede_older(batch: Batch, *, now: datetime) -> None:
    """What waits for an answer, or its turn, and is older than what was just imported."""
    if batch.family not in TOGETHER:
        return  # each of the others says something of its own
    older = Batch.objects.filter(
        source=batch.source_id,
        family=batch.family,
        stamp__lt=batch.stamp,
        state__in=(State.WITHHELD, State.WAITING),
        asked_again=False,
    )
    older.update(state=State.SUPERSEDED, finished_at=now, note=NEWER_FIRST)


# --- What people decide ---


def confirm(account: Account, pk: UUID, *, by: Actor, now: datetime, shown: Mapping[str, int] | None = None) -> Batch:
    """Say yes to the deletions that a held batch has shown, and to no others. Raises UnknownBatch, NotPossible.

    `shown`: the numbers by kind that somebody read; others than the batch's own now are not what they said yes to.
    """
    with transaction.atomic():
        batch = find(account, pk, State.WITHHELD)
        deleted = deletions(batch)
        if shown is not None and shown != deleted:
            raise NotPossible("The numbers of this import are others by now: look at them again.")
        change(batch, State.WAITING, confirmed=deleted, **AGAIN, next_attempt_at=now)
        record("confirm_import", batch, Kind.CONFIRMED, by=by, now=now)
    return batch


def refuse(account: Account, pk: UUID, *, by: Actor, now: datetime) -> Batch:
    """Say no to a held batch. Raises UnknownBatch, NotPossible."""
    with transaction.atomic():
        batch = find(account, pk, State.WITHHELD)
        change(batch, State.REFUSED, finished_at=now, note="Somebody said no to it.")
        record("refuse_import", batch, Kind.REFUSED, by=by, now=now)
    return batch


def cancel(account: Account, pk: UUID, *, by: Actor, now: datetime) -> Batch:
    """End a batch before its rows are written; a worker that has it notices by its lease. Raises as above."""
    with transaction.atomic():
        batch = find(account, pk, State.RECEIVED, State.WAITING, State.IMPORTING)
        change(batch, State.REFUSED, finished_at=now, lease_until=None, phase="", note="It was cancelled.")
        record("cancel_import", batch, Kind.CANCELLED, by=by, now=now)
    return batch


def import_again(account: Account, pk: UUID, *, by: Actor, now: datetime) -> Batch:
    """Give a batch that ended without a change another turn, also an older one. Raises as above."""
    with transaction.atomic():
        batch = find(account, pk, State.REFUSED, State.FAILED, State.SUPERSEDED)
        if batch.uploads.filter(deleted_at__isnull=False).exists():
            raise NotPossible("Its files are no longer kept: upload them again.")
        change(batch, State.WAITING, **AGAIN, next_attempt_at=now, note="", finished_at=None)
        record("import_again", batch, None, by=by, now=now)
    return batch


def deletions(batch: Batch) -> dict[str, int]:
    """How many rows of each kind it deletes, or would; kinds of which it deletes none are left out."""
    return {kind: of_file["deleted"] for kind, of_file in batch.counts.items() if of_file.get("deleted")}


def find(account: Account, pk: UUID, *states: State) -> Batch:
    """The account's batch, locked, in one of these states."""
    batch = Batch.objects.select_for_update(no_key=True).filter(account=account, pk=pk).first()
    if batch is None:
        raise UnknownBatch
    if batch.state not in states:
        raise NotPossible(f"This import is {batch.state} now.")
    return batch


def change(batch: Batch, state: State, **columns: Any) -> None:
    for name, value in {"state": state, **columns}.items():
        setattr(batch, name, value)
    batch.save(update_fields=["state", *columns])


def record(operation: str, batch: Batch, kind: Kind | None, *, by: Actor, now: datetime) -> None:
    audit.record(operation, kind="import", ids=[batch.pk], by=by, now=now, account=batch.account, detail=str(batch))
    if kind:
        write_event(batch, kind, by=by, now=now)


def write_event(batch: Batch, kind: Kind, *, by: Actor, now: datetime, detail: str = "") -> None:
    ImportEvent.objects.create(
        account=batch.account, batch=batch, kind=kind, detail=detail[:300], at=now, **kept_of(by)
    )
