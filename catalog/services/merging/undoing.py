"""An import taken back: what it made goes, what it took away comes back, what it changed is as it was before.

A row that somebody wrote since stays as it is: its `updated_at` is no longer the import's moment.
"""

from datetime import datetime
from typing import Any

from django.db import connection, models

from accounts import audit
from accounts.actors import Actor
from catalog.models import EntityEditor, OwnerEntity, TagEntity
from catalog.services.merging.kinds import DASHBOARD, TABLE, VISUALIZATION, WAREHOUSE, Kind
from catalog.services.merging.service import index_merged, rename_below
from catalog.services.merging.staging import Stage
from catalog.services.merging.writing import DELETED

KINDS = (*WAREHOUSE, *VISUALIZATION)
ORIGINS = {  # SQL of what an import gave
    TagEntity: ("t.origin = 'EXTERNAL'",),
    OwnerEntity: ("t.origin = 'EXTERNAL'",),
    EntityEditor: (),
}


def take_back(stage: Stage, *, moment: datetime, by: Actor | None, now: datetime) -> int:
    """Undo the import of this moment, in the caller's transaction; returns how many rows are left as they are.

    The caller has filled the temporary table `kept` with the import's changes: `kind`, `id`, `before` (JSON).
    """
    stage.parameters |= {
        "moment": connection.ops.adapt_datetimefield_value(moment),
        "now": connection.ops.adapt_datetimefield_value(now),
    }
    assert stage.source
    key = "uuid" if stage.on_postgresql else "text"
    stage.make("former", f"(kind text, id {key}, state text)")
    for kind in KINDS:
        lock(stage, kind)
    for kind in KINDS:
        for_kind(stage, kind)
    for model in ORIGINS:
        take_back_links(stage, model)
    stage.loaded = dict.fromkeys(KINDS, 0)
    rename_below(stage)
    index_merged(stage, now=now)
    [(touched,)] = stage.fetch("SELECT count(*) FROM former")
    [(left,)] = stage.fetch("SELECT count(*) FROM kept WHERE id NOT IN (SELECT id FROM former)")
    audit.record(
        "take_back",
        kind=audit.SEVERAL_KINDS,
        ids=[],
        count=int(touched),
        by=by,
        now=now,
        account=stage.source.account,
        detail=stage.source.name,
    )
    return int(left)


def lock(stage: Stage, kind: Kind) -> None:
    """On SQLite whoever writes is alone."""
    if stage.on_postgresql:
        stage.execute(f"""
            SELECT t.id FROM {kind.table} AS t WHERE t.id IN (
              SELECT t.id {kind.stored} AND (t.updated_at = %(moment)s OR t.deleted_at = %(moment)s)
            ) ORDER BY t.id FOR NO KEY UPDATE
        """)


def for_kind(stage: Stage, kind: Kind) -> None:
    """Note what is about to be touched, then give each row what it had."""
    mine = f"SELECT t.id {kind.stored} AND t.updated_at = %(moment)s"
    note = "INSERT INTO former (kind, id, state)"
    created = (
        f"SELECT %(kind)s, t.id, '{DELETED}' FROM {kind.table} AS t WHERE t.id IN ({mine}) AND t.deleted_at IS NULL"
    )
    stage.execute(f"{note} {created} AND t.created_at = %(moment)s", kind=kind.name)
    gone = f"SELECT %(kind)s, t.id, 'restored' FROM {kind.table} AS t WHERE t.id IN ({mine})"
    stage.execute(f"{note} {gone} AND t.deleted_at = %(moment)s", kind=kind.name)
    changed = f"SELECT %(kind)s, k.id, 'changed' FROM kept AS k WHERE k.kind = %(kind)s AND k.id IN ({mine})"
    stage.execute(f"{note} {changed}", kind=kind.name)
    touched = "SELECT f.id FROM former AS f WHERE f.kind = %(kind)s AND f.state ="
    stage.execute(
        f"UPDATE {kind.table} SET deleted_at = %(now)s, updated_at = %(now)s WHERE id IN ({touched} '{DELETED}')",
        kind=kind.name,
    )
    stage.execute(
        f"UPDATE {kind.table} SET deleted_at = NULL, updated_at = %(now)s WHERE id IN ({touched} 'restored')",
        kind=kind.name,
    )
    assignments = ", ".join(f'"{column}" = {value}' for column, value in restored_columns(stage, kind).items())
    stage.execute(
        f"""
        UPDATE {kind.table} AS t SET {assignments}, updated_at = %(now)s FROM kept AS k
        WHERE k.kind = %(kind)s AND k.id = t.id AND t.id IN ({touched} 'changed')
        """,
        kind=kind.name,
    )


def restored_columns(stage: Stage, kind: Kind) -> dict[str, str]:
    """Each column that the import may have changed, and SQL for what it was: as it is, where it was not kept."""
    names = [kind.parent_column, "deleted_at", *map(kind.column, kind.values)]
    names += ["path"] if kind.has_path else []
    names += ["external_description_source"] if kind.text_of else []
    return {
        name: f'CASE WHEN {is_kept(stage, name)} THEN {kept_value(stage, column_of(kind, name))} ELSE t."{name}" END'
        for name in dict.fromkeys(names)
    }


def column_of(kind: Kind, column: str) -> "models.Field[Any, Any]":
    found: models.Field[Any, Any] = next(field for field in kind.model._meta.concrete_fields if field.column == column)
    return found


def kept_value(stage: Stage, field: "models.Field[Any, Any]") -> str:
    """SQL for the value that this column has in `k.before`."""
    if stage.on_postgresql:
        return f"CAST(k.before->>'{field.column}' AS {field.db_type(connection)})"
    return f"json_extract(k.before, '$.{field.column}')"


def is_kept(stage: Stage, column: str) -> str:
    """SQL: whether it has one, though it be null."""
    if stage.on_postgresql:
        return f"jsonb_exists(k.before, '{column}')"
    return f"json_type(k.before, '$.{column}') IS NOT NULL"


def take_back_links(stage: Stage, model: type[Any]) -> None:
    """Tags and owners: what the import gave goes, what it took away comes back unless somebody gave it since."""
    table, name = str(model._meta.db_table), str(model._meta.model_name)
    of_source = " OR ".join(f"t.{kind.name}_id IN (SELECT t.id {kind.stored})" for kind in (TABLE, DASHBOARD))
    given = " AND ".join(["t.created_at = %(moment)s", f"({of_source})", *ORIGINS[model]])
    stage.execute(f"DELETE FROM {table} WHERE id IN (SELECT t.id FROM {table} AS t WHERE {given})")
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(kept_value(stage, field) for field in fields)
    stage.execute(
        f"""
        INSERT INTO {table} ({columns}) SELECT {values} FROM kept AS k
        WHERE k.kind = %(name)s ON CONFLICT DO NOTHING
        """,
        name=name,
    )
    stage.execute(
        """
        INSERT INTO former (kind, id, state) SELECT %(name)s, k.id, 'restored' FROM kept AS k WHERE k.kind = %(name)s
        """,
        name=name,
    )
