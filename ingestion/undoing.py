"""The last import of a source taken back, by one click, for as long as what it changed is kept."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Account
from catalog.services.merging.kinds import VISUALIZATION, WAREHOUSE
from catalog.services.merging.staging import Stage, staged, stored_id
from catalog.services.merging.undoing import take_back
from ingestion.errors import NotPossible
from ingestion.models import DONE, Batch, Family, ImportEvent
from ingestion.queue import change, find, record

KEPT_FOR = timedelta(days=30)


def undo(account: Account, pk: UUID, *, by: Actor, now: datetime) -> Batch:
    """Take an import back. Raises UnknownBatch, and NotPossible for one that is not the last, or too long ago."""
    with transaction.atomic():
        batch = find(account, pk, *DONE)
        refuse_older(batch, now=now)
        assert batch.source
        assert batch.moment
        with staged(batch.source, (*WAREHOUSE, *VISUALIZATION)) as stage:
            fill(stage, batch)
            left = take_back(stage, moment=batch.moment, by=by, now=now)
        note = f"{left:,} rows were changed by somebody since, and stay as they are." if left else ""
        change(batch, Batch.State.UNDONE, note=note)
        record("undo_import", batch, ImportEvent.Kind.UNDONE, by=by, now=now)
    return batch


def refuse_older(batch: Batch, *, now: datetime) -> None:
    """Raises NotPossible."""
    if batch.family != Family.WAREHOUSE:
        raise NotPossible("Only imports of a warehouse can be taken back so far.")
    newer = Batch.objects.filter(source=batch.source_id, family=batch.family, moment__gt=batch.moment, state__in=DONE)
    if newer.exists():
        raise NotPossible("Only the last import of a source can be taken back: take the newer one back first.")
    if batch.finished_at is None or batch.finished_at < now - KEPT_FOR:
        raise NotPossible(f"What it changed is kept for {KEPT_FOR.days} days, which are over.")


def fill(stage: Stage, batch: Batch) -> None:
    """The import's changes, where the merging looks for them."""
    stage.make(
        "kept",
        'AS SELECT c.kind, c."row" AS id, c.before FROM ingestion_change AS c WHERE c.batch_id = %(batch)s',
        batch=stored_id(batch.pk),
    )
    stage.index("kept", "id")
    stage.analyze("kept")
