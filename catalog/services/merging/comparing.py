"""What an import would do, told by SQL from the staged rows and the stored ones; writes temporary tables alone.

Kinds are compared in their order, so that whatever lies in another knows what becomes of that.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models

from catalog.services.merging.kinds import OTHERS_TEXTS, OWNER, USER, Kind, Said
from catalog.services.merging.staging import Stage, id_prefix, new_ids

FINDINGS = "SELECT kind, file, row, line, word, name, value FROM finding ORDER BY kind, file, row"
LEFT_OUT = "SELECT n FROM finding WHERE kind = %(kind)s AND name = %(column)s"
TEXT, ORIGIN = "external_description", "external_description_source"


class State(StrEnum):
    """What becomes of a row of a file."""

    CREATED = "created"
    CHANGED = "changed"
    RESTORED = "restored"  # it was deleted, and is there again
    UNCHANGED = "unchanged"
    KEPT = "kept"  # something is wrong with it, so that what is stored stays as it is
    LEFT_OUT = "left out"  # the same, and nothing is stored


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a staged row: a word of the report, the column, and what stands there."""

    kind: str
    file: int
    row: int
    line: int
    word: str
    column: str
    value: str


@dataclass(slots=True)
class Comparison:
    """Numbers of rows by kind and state, of deleted ones by kind, and of undeleted ones that were there before."""

    states: dict[str, dict[State, int]] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)


def compare(stage: Stage, *, deletes: Collection[Kind]) -> tuple[Comparison, list[Finding]]:
    """Compare all that was loaded. Only of `deletes` a stored row is gone that no file has."""
    stage.ready()
    make_findings(stage)
    result = Comparison()
    for kind in stage.kinds:
        if kind in stage.loaded:
            find_twice(stage, kind)
            if kind.parent:
                find_homeless(stage, kind, kind.parent)
            if kind.is_named_once:
                find_same_place(stage, kind)
            if OWNER in kind.extras:
                find_ownerless(stage, kind)
            merge_rows(stage, kind)
            find_gone(stage, kind, deletes=kind in deletes and not kind.keeps_absent)
            count(stage, kind, result)
        note_places(stage, kind)
    return result, findings_of(stage)


def make_findings(stage: Stage) -> None:
    """Where everything goes that is wrong."""
    stage.make(
        "finding", "(kind text, n integer, file integer, row integer, line integer, word text, name text, value text)"
    )


def findings_of(stage: Stage) -> list[Finding]:
    return [Finding(*row) for row in stage.fetch(FINDINGS)]


def listed(columns: Collection[str], alias: str) -> str:
    return ", ".join(f'{alias}."{column}"' for column in columns)


def identity(kind: Kind) -> tuple[str, ...]:
    return ("external_id", *kind.key)


def same(kind: Kind, one: str, other: str) -> str:
    """SQL: two rows are the same one to their tool."""
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in identity(kind))


def find_twice(stage: Stage, kind: Kind) -> None:
    """An id again in the files: the first stands, and the others are nobody."""
    twice = f"""
        SELECT s.n FROM {kind.stage} AS s JOIN (
          SELECT {listed(identity(kind), "u")}, min(u.n) AS first FROM {kind.stage} AS u WHERE u.usable
          GROUP BY {listed(identity(kind), "u")} HAVING count(*) > 1
        ) AS twice ON {same(kind, "s", "twice")} WHERE s.usable AND s.n > twice.first
    """
    leave_out(stage, kind, twice, word="duplicate_value", column="external_id")
    nobody = f"DELETE FROM {kind.stage} WHERE n IN ({LEFT_OUT})"
    stage.loaded[kind] -= stage.execute(nobody, kind=kind.name, column="external_id")


def find_homeless(stage: Stage, kind: Kind, parent: Kind) -> None:
    """What lies in something that is neither in the files nor stored."""
    homeless = f"""
        SELECT s.n FROM {kind.stage} AS s
        WHERE s.usable AND NOT EXISTS (SELECT 1 FROM {parent.place} AS p WHERE p.external_id = s.parent)
    """
    leave_out(stage, kind, homeless, word="unknown_reference", column="parent")


def find_same_place(stage: Stage, kind: Kind) -> None:
    """Two ids with one path: the first stands."""
    twice = f"""
        SELECT s.n FROM {kind.stage} AS s JOIN (
          SELECT u.parent, u.name, min(u.n) AS first FROM {kind.stage} AS u WHERE u.usable
          GROUP BY u.parent, u.name HAVING count(*) > 1
        ) AS twice ON s.name = twice.name AND s.parent IS NOT DISTINCT FROM twice.parent
        WHERE s.usable AND s.n > twice.first
    """
    leave_out(stage, kind, twice, word="duplicate_value", column="name")


def find_ownerless(stage: Stage, kind: Kind) -> None:
    """Rows whose owner nobody knows: they are used without."""
    nobody = f"""
        SELECT s.n FROM {kind.stage} AS s WHERE s.usable AND s.owner IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM {USER.place} AS u WHERE u.external_id = s.owner)
    """
    report(stage, kind, nobody, word="unknown_reference", column=OWNER)


def leave_out(stage: Stage, kind: Kind | Said, numbers: str, *, word: str, column: str) -> None:
    """Report these rows, and use them no more."""
    report(stage, kind, numbers, word=word, column=column)
    unusable = f"UPDATE {kind.stage} SET usable = FALSE WHERE usable AND n IN ({LEFT_OUT})"
    stage.execute(unusable, kind=kind.name, column=column)


def report(stage: Stage, kind: Kind | Said, numbers: str, *, word: str, column: str) -> None:
    """Note the rows whose numbers this query gives, with what stands in the column."""
    stage.execute(
        f"""
        INSERT INTO finding (kind, n, file, row, line, word, name, value)
        SELECT %(kind)s, s.n, s.file, s.row, s.line, %(word)s, %(column)s, s."{column}"
        FROM {kind.stage} AS s WHERE s.n IN ({numbers})
        """,
        kind=kind.name,
        word=word,
        column=column,
    )


def merge_rows(stage: Stage, kind: Kind) -> None:
    """One row for each staged one: its id, the stored row, its place, and its state."""
    joins, parent_id, path, stays = "", stage.source_id, "s.name", "TRUE"
    if kind.parent:
        joins = f"LEFT JOIN {kind.parent.place} AS p ON p.external_id = s.parent"
        parent_id, path = "p.id", "p.path || '.' || s.name"
    if kind.parent and stage.has_below(kind):  # where a row stays that is kept as it is
        joins += f" LEFT JOIN {kind.parent.place} AS k ON k.id = t.{kind.parent_column}"
        path, stays = f"CASE WHEN s.usable THEN {path} ELSE k.path || '.' || t.name END", "k.id IS NOT NULL"
    if not kind.is_named_in_path:
        path = "NULL"
    stage.make(
        kind.merge,
        f"""AS
        SELECT s.n, {listed(identity(kind), "s")},
               coalesce(t.id, {new_ids(id_prefix())}) AS id, t.id AS stored, {parent_id} AS parent_id, {path} AS path,
               CASE WHEN s.usable AND t.id IS NULL THEN '{State.CREATED}'
                    WHEN s.usable AND t.deleted_at IS NOT NULL THEN '{State.RESTORED}'
                    WHEN s.usable AND ({differs(stage, kind, parent_id, path)}) THEN '{State.CHANGED}'
                    WHEN s.usable THEN '{State.UNCHANGED}'
                    WHEN t.id IS NOT NULL THEN '{State.KEPT}' ELSE '{State.LEFT_OUT}' END AS state,
               s.usable OR (t.id IS NOT NULL AND t.deleted_at IS NULL AND {stays}) AS is_there
        FROM {kind.stage} AS s LEFT JOIN (SELECT t.* {kind.stored}) AS t ON {same(kind, "t", "s")} {joins}
        """,
    )
    keep_one(stage, kind)
    stage.index(kind.merge, "external_id")
    stage.index(kind.merge, "id")
    stage.analyze(kind.merge)


def keep_one(stage: Stage, kind: Kind) -> None:
    """Of several stored rows with one id, which no import has made, the oldest is the one that is meant."""
    if stage.fetch(f"SELECT count(*) FROM {kind.merge}") != [(stage.loaded[kind],)]:
        stage.execute(f"""
            DELETE FROM {kind.merge} WHERE EXISTS (
              SELECT 1 FROM {kind.merge} AS other WHERE other.n = {kind.merge}.n AND other.stored < {kind.merge}.stored
            )
        """)


def differs(stage: Stage, kind: Kind, parent_id: str, path: str) -> str:
    """SQL: the stored row `t` is another than the staged one `s`."""
    wanted = {kind.parent_column: parent_id, **new_values(stage, kind), **({"path": path} if kind.has_path else {})}
    return " OR ".join(f't."{column}" IS DISTINCT FROM {expression}' for column, expression in wanted.items())


def new_values(stage: Stage, kind: Kind) -> Mapping[str, str]:
    """Column of the stored row `t`, and SQL for what it has after the staged row `s`.

    A text of somebody else stays, and an empty cell takes away only a text that the same importer brought.
    """
    given = [name for name in kind.values if name not in stage.absent[kind]]
    values = {kind.column(name): f's."{name}"' for name in given}
    for column in (kind.column(name) for name in given if has_always(kind.field(name))):
        values[column] = f'coalesce({values[column]}, t."{column}")'
    if kind.text_of and TEXT in given:
        others = ", ".join(f"'{origin.value}'" for origin in OTHERS_TEXTS)
        stays = f"t.{ORIGIN} IN ({others}) OR (s.{TEXT} IS NULL AND t.{ORIGIN} IS DISTINCT FROM '{kind.text_of}')"
        brought = f"CASE WHEN s.{TEXT} IS NULL THEN NULL ELSE '{kind.text_of}' END"
        values[TEXT] = f"CASE WHEN {stays} THEN t.{TEXT} ELSE s.{TEXT} END"
        values[ORIGIN] = f"CASE WHEN {stays} THEN t.{ORIGIN} ELSE {brought} END"
    return values


def has_always(field: "models.Field[Any, Any]") -> bool:
    """Whether a row has a value of it, though no file says one: an empty cell then says nothing."""
    return not field.null and field.has_default()


def find_gone(stage: Stage, kind: Kind, *, deletes: bool) -> None:
    """Stored undeleted rows that the files do not have, not even as a row with which something is wrong."""
    absent = f"AND NOT EXISTS (SELECT 1 FROM {kind.stage} AS s WHERE {same(kind, 's', 't')})"
    stage.make(kind.gone, f"AS SELECT t.id {kind.stored} AND t.deleted_at IS NULL {absent if deletes else 'AND FALSE'}")
    stage.analyze(kind.gone)


def note_places(stage: Stage, kind: Kind) -> None:
    """What is there after the merge, with the names that it has then. A kind without a file is what is stored of it."""
    if not stage.has_below(kind):
        return
    of_file = unless = joins = ""
    path = "t.name"
    if kind.parent:
        joins = f"JOIN {kind.parent.place} AS k ON k.id = t.{kind.parent_column}"
        path = "k.path || '.' || t.name"
    if kind in stage.loaded:
        of_file = f"""
            SELECT m.external_id, m.id, m.path FROM {kind.merge} AS m WHERE m.is_there {holds(kind, "m")} UNION ALL
        """
        unless = f"""
            AND NOT EXISTS (SELECT 1 FROM {kind.merge} AS m WHERE m.id = t.id)
            AND NOT EXISTS (SELECT 1 FROM {kind.gone} AS g WHERE g.id = t.id)
        """
    stage.make(
        kind.place,
        f"""AS {of_file} SELECT t.external_id, t.id, {path if kind.is_named_in_path else "NULL"} AS path
        FROM (SELECT t.* {kind.stored} AND t.deleted_at IS NULL {holds(kind, "t")} {unless}) AS t {joins}
        """,
    )
    stage.index(kind.place, "external_id")
    stage.index(kind.place, "id")
    stage.analyze(kind.place)


def holds(kind: Kind, alias: str) -> str:
    """SQL: a row of the kind in which others lie."""
    return "".join(f""" AND {alias}."{name}" = '{value}'""" for name, value in kind.holds.items())


def count(stage: Stage, kind: Kind, result: Comparison) -> None:
    counted = stage.fetch(f"SELECT state, count(*) FROM {kind.merge} GROUP BY state")
    result.states[kind.name] = {State(state): number for state, number in counted}
    [(result.deleted[kind.name],)] = stage.fetch(f"SELECT count(*) FROM {kind.gone}")
    [(result.before[kind.name],)] = stage.fetch(f"SELECT count(*) {kind.stored} AND t.deleted_at IS NULL")
