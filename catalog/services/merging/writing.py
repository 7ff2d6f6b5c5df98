"""What was compared, written: rows that change, rows that are new, rows that are gone, kind by kind.

Rows that change are locked in the order of their ids first, as everybody does who writes these tables.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from catalog.services.merging.comparing import ORIGIN, State, has_always, new_values
from catalog.services.merging.kinds import Kind
from catalog.services.merging.knowledge import merge_knowledge
from catalog.services.merging.staging import Stage, json_object, sql_type, stored_time

TOUCHED = f"('{State.CHANGED}', '{State.RESTORED}')"
DELETED = "deleted"  # beside the states of rows of files


def write(stage: Stage, *, now: datetime) -> None:
    """Write all kinds; what changed rows were before stands in the temporary table `former` afterwards.

    Its columns: `kind`, `id`, `state` (created, changed, restored, deleted), `before` (JSON: column to value, of a row
    that changed or came back).
    """
    moment = stored_time(now)
    json = "jsonb" if stage.on_postgresql else "text"
    stage.make("former", f"(kind text, id {stage.ids}, state text, before {json})")
    loaded = [kind for kind in stage.kinds if kind in stage.loaded]
    for kind in loaded:
        lock(stage, kind)
        keep_former(stage, kind)
    for kind in loaded:
        update(stage, kind, moment)
        insert(stage, kind, moment)
        if stage.on_postgresql:
            stage.analyze(kind.table)  # before what lies in it is written, or a foreign key costs a walk each
    for kind in loaded:
        merge_knowledge(stage, kind, moment=moment)
    for kind in reversed(loaded):
        stage.execute(
            f"""
            UPDATE {kind.table} AS t SET deleted_at = %(moment)s, updated_at = %(moment)s
            FROM {kind.gone} AS g WHERE t.id = g.id
            """,
            moment=moment,
        )


def lock(stage: Stage, kind: Kind) -> None:
    """On SQLite whoever writes is alone."""
    if stage.on_postgresql:
        stage.execute(f"""
            SELECT t.id FROM {kind.table} AS t WHERE t.id IN (
              SELECT m.stored FROM {kind.merge} AS m WHERE m.state IN {TOUCHED}
              UNION ALL SELECT g.id FROM {kind.gone} AS g
            ) ORDER BY t.id FOR NO KEY UPDATE
        """)


def keep_former(stage: Stage, kind: Kind) -> None:
    """What is about to change, for whoever takes the import back."""
    columns = [
        kind.parent_column,
        *new_values(stage, kind),
        *(["path"] if kind.has_path else []),
        "deleted_at",
        "updated_at",
    ]
    before = json_object({column: f't."{column}"' for column in columns})
    stage.execute(
        f"""
        INSERT INTO former (kind, id, state, before)
        SELECT %(kind)s, t.id, m.state, {before} FROM {kind.merge} AS m JOIN {kind.table} AS t ON t.id = m.stored
        WHERE m.state IN {TOUCHED}
        """,
        kind=kind.name,
    )
    stage.execute(
        f"""
        INSERT INTO former (kind, id, state)
        SELECT %(kind)s, m.id, m.state FROM {kind.merge} AS m WHERE m.state = '{State.CREATED}'
        UNION ALL SELECT %(kind)s, g.id, '{DELETED}' FROM {kind.gone} AS g
        """,
        kind=kind.name,
    )


def update(stage: Stage, kind: Kind, moment: Any) -> None:
    wanted = {
        kind.parent_column: "m.parent_id",
        **new_values(stage, kind),
        **({"path": "m.path"} if kind.has_path else {}),
    }
    assignments = ", ".join(f'"{column}" = {expression}' for column, expression in wanted.items())
    stage.execute(
        f"""
        UPDATE {kind.table} AS t SET {assignments}, deleted_at = NULL, updated_at = %(moment)s
        FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n
        WHERE t.id = m.stored AND m.state IN {TOUCHED}
        """,
        moment=moment,
    )


def insert(stage: Stage, kind: Kind, moment: Any) -> None:
    given = inserted(stage, kind)
    columns = ", ".join(f'"{column}"' for column in given)
    stage.execute(
        f"""
        INSERT INTO {kind.table} ({columns})
        SELECT {", ".join(given.values())} FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n
        WHERE m.state = '{State.CREATED}' ORDER BY s.n
        """,
        moment=moment,
    )


def inserted(stage: Stage, kind: Kind) -> Mapping[str, str]:
    """Column and SQL of all that a new row has: what the file says, what follows, and the defaults of the model."""
    given = {"id": "m.id", "account_id": "%(account)s", "created_at": "%(moment)s", "updated_at": "%(moment)s"}
    given |= {kind.column(name): f's."{name}"' for name in kind.values} | {"external_id": "s.external_id"}
    for field in filter(has_always, map(kind.field, kind.values)):
        given[str(field.column)] = f"coalesce({given[str(field.column)]}, {literal(field)})"
    given[kind.parent_column] = "m.parent_id"
    if kind.has_path:
        given["path"] = "m.path"
    if kind.text_of:
        given[ORIGIN] = f"CASE WHEN s.external_description IS NULL THEN NULL ELSE '{kind.text_of}' END"
    for field in kind.model._meta.concrete_fields:
        column = str(field.column)
        if column == "source_id" and column not in given:
            given[column] = stage.source_id
        elif column not in given and field.has_default():
            given[column] = literal(field)
    return given


def literal(field: "models.Field[Any, Any]") -> str:
    """SQL of a default: a boolean, a number or a word of ours."""
    value = field.get_default()
    return str(value).upper() if sql_type(field) == "boolean" else f"'{value}'"
