"""The one way in for what was staged: rows, index, and the entry in the audit log."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import audit
from accounts.actors import Actor
from accounts.models import AuditEntry
from catalog.index import writing as index
from catalog.models import Table
from catalog.models.assets import KINDS
from catalog.services.merging.comparing import State
from catalog.services.merging.kinds import DATABASE, SCHEMA
from catalog.services.merging.staging import Stage, stored_time
from catalog.services.merging.writing import DELETED, write
from catalog.services.warehouse import rewrite_paths

Write = Callable[[Stage, Any], None]  # the moment as the database keeps it

MAX_ASSETS_NOTED = 20_000  # one by one; for more the index looks through the source


def merge(stage: Stage, *, by: Actor | None, now: datetime, also: Sequence[Write] = ()) -> int:
    """Write what was compared in the same transaction; returns how many rows were touched.

    `also` writes what else the files say, and notes in `former` what it touched.
    """
    write(stage, now=now)
    for more in also:
        more(stage, stored_time(now))
    rename_below(stage)
    index_merged(stage, now=now)
    [(touched,)] = stage.fetch("SELECT count(*) FROM former")
    if touched:
        limit = AuditEntry.AUDITED_IDS
        ids = [UUID(str(pk)) for (pk,) in stage.fetch(f"SELECT id FROM former ORDER BY kind, id LIMIT {limit}")]
        audit.record(
            "merge",
            kind=audit.SEVERAL_KINDS,
            ids=ids,
            count=touched,
            by=by,
            now=now,
            account=stage.account,
            detail=stage.source.name if stage.source else "Manual lineage",
        )
    return int(touched)


def rename_below(stage: Stage) -> None:
    """Names of places go into the paths of all tables in them, also of those that no file has."""
    for kind, look_up in ((DATABASE, "schema__database__in"), (SCHEMA, "schema__in")):
        if kind in stage.loaded and (places := ids_in(stage, kind.name, State.CHANGED, State.RESTORED)):
            rewrite_paths(Table.objects.visible_to(stage.account).filter(**{look_up: places}))


def index_merged(stage: Stage, *, now: datetime) -> None:
    """What is new, what changed, and what changed with the place that it lies in."""
    account = stage.account
    kinds = [str(kind) for kind in KINDS.values()]
    index.refresh_new(account, {kind: ids_in(stage, kind, State.CREATED) for kind in kinds}, now=now)
    places = [kind.name for kind in (DATABASE, SCHEMA) if kind in stage.loaded]
    moved = any(ids_in(stage, kind, State.CHANGED, State.RESTORED, DELETED) for kind in places)
    older = {kind: ids_in(stage, kind, State.CHANGED, State.RESTORED, DELETED) for kind in kinds}
    if stage.source and stage.loaded and (moved or sum(map(len, older.values())) > MAX_ASSETS_NOTED):
        index.refresh_below(account, "source", [stage.source.pk], now=now)
    else:
        index.refresh(account, older, now=now)


def ids_in(stage: Stage, kind: str, *states: str) -> list[UUID]:
    """The rows of the kind that were touched so."""
    wanted = ", ".join(f"'{state}'" for state in states)
    rows = stage.fetch(f"SELECT id FROM former WHERE kind = %(kind)s AND state IN ({wanted})", kind=kind)
    return [UUID(str(pk)) for (pk,) in rows]
