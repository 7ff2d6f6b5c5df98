"""Edges of lineage that files say, merged into what is stored: only what the same source found before may go.

Callers put edges into the temporary table `edge` (`add`), have them compared (`plan`), and have the plan written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.choices import LineageType
from catalog.models import FieldLineage, Lineage
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN, FIELD_PARENTS, PARENTS
from catalog.services.merging.staging import Stage, id_prefix, json_object, new_ids

FOUND = (LineageType.AUTOMATIC, LineageType.OTHER_TECHNOS)  # by a program: it can be found again, or no more


@dataclass(frozen=True, slots=True)
class Pair:
    """Edges from one kind of assets to another; the names are those of `AssetKind`."""

    model: type[Any]
    parent: str
    child: str

    @property
    def name(self) -> str:
        return f"{self.parent} {self.child}"

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def parent_column(self) -> str:
        return f"parent_{self.parent}_id"

    @property
    def child_column(self) -> str:
        return f"child_{self.child}_id"


PAIRS = {
    (parent, child): Pair(model, parent, child)
    for model, parents, children in ((Lineage, PARENTS, CHILDREN), (FieldLineage, FIELD_PARENTS, FIELD_CHILDREN))
    for parent in parents
    for child in children
}


def make_edges(stage: Stage) -> None:
    stage.make("edge", f"(pair text, parent {stage.ids}, child {stage.ids})")


def add(stage: Stage, pair: Pair, edges: str, **parameters: Any) -> None:
    """The edges of a query (`parent`, `child`); nothing is its own parent."""
    stage.execute(
        f"""
        INSERT INTO edge (pair, parent, child)
        SELECT DISTINCT %(pair)s, e.parent, e.child FROM ({edges}) AS e WHERE e.parent <> e.child
        """,
        pair=pair.name,
        **parameters,
    )


def plan(
    stage: Stage, said: LineageType, *, replaced: Mapping[Pair, str], over: Sequence[LineageType] = ()
) -> dict[str, int]:
    """Compare all edges with the stored ones into `edge_plan`; returns how many are created, changed, and so on.

    `said` is the type of new edges. An edge of that type that the source found goes when nobody says it any more, of
    the pairs in `replaced` and under their conditions on the stored row `t`. Edges of the types in `over` become
    `said`; for a program only those of its own source.
    """
    stage.index("edge", "pair", "parent", "child")
    stage.analyze("edge")
    key = stage.ids
    stage.make("edge_plan", f"(pair text, id {key}, parent {key}, child {key}, state text)")
    pairs = {name for (name,) in stage.fetch("SELECT DISTINCT pair FROM edge")}
    for pair in PAIRS.values():
        if pair.name in pairs:
            plan_said(stage, pair, said, over)
        if pair in replaced:
            plan_gone(stage, pair, said, replaced[pair])
    return dict(stage.fetch("SELECT state, count(*) FROM edge_plan GROUP BY state"))


def plan_said(stage: Stage, pair: Pair, said: LineageType, over: Sequence[LineageType]) -> None:
    becomes = "FALSE"
    if over:
        types = ", ".join(f"'{one.value}'" for one in over)
        own = " AND t.found_by_id = %(source)s" if said in FOUND else ""
        becomes = f"t.lineage_type IN ({types}){own}"
    stage.execute(
        f"""
        INSERT INTO edge_plan (pair, id, parent, child, state)
        SELECT %(pair)s, coalesce(s.stored, {new_ids(id_prefix())}), s.parent, s.child, s.state FROM (
          SELECT e.parent, e.child, t.id AS stored, row_number() OVER (ORDER BY e.parent, e.child) AS n,
                 CASE WHEN t.id IS NULL THEN 'created' WHEN {becomes} THEN 'changed' ELSE 'unchanged' END AS state
          FROM (SELECT DISTINCT parent, child FROM edge WHERE pair = %(pair)s) AS e
          LEFT JOIN {pair.table} AS t ON t.{pair.parent_column} = e.parent AND t.{pair.child_column} = e.child
        ) AS s
        """,
        pair=pair.name,
    )


def plan_gone(stage: Stage, pair: Pair, said: LineageType, condition: str) -> None:
    stage.execute(
        f"""
        INSERT INTO edge_plan (pair, id, parent, child, state)
        SELECT %(pair)s, t.id, t.{pair.parent_column}, t.{pair.child_column}, 'deleted' FROM {pair.table} AS t
        WHERE t.found_by_id = %(source)s AND t.lineage_type = '{said.value}'
          AND t.{pair.parent_column} IS NOT NULL AND t.{pair.child_column} IS NOT NULL AND ({condition})
          AND NOT EXISTS (
            SELECT 1 FROM edge AS e
            WHERE e.pair = %(pair)s AND e.parent = t.{pair.parent_column} AND e.child = t.{pair.child_column}
          )
        """,
        pair=pair.name,
    )


def write_plan(stage: Stage, moment: Any, *, said: LineageType) -> None:
    """What was planned; what changed or went is in `former` with its values."""
    for name, state in stage.fetch("SELECT DISTINCT pair, state FROM edge_plan ORDER BY pair, state"):
        parent, child = name.split(" ")
        pair = PAIRS[parent, child]
        if state == "created":
            insert(stage, pair, moment, said)
        elif state in {"changed", "deleted"}:
            keep_former(stage, pair, state)
        if state == "deleted":
            stage.execute(f"DELETE FROM {pair.table} WHERE id IN ({ids(state)})", pair=name)
        elif state == "changed":
            stage.execute(
                f"""
                UPDATE {pair.table} SET lineage_type = '{said.value}', found_by_id = {found_by(stage, said)},
                       refreshed_at = %(moment)s, updated_at = %(moment)s
                WHERE id IN ({ids(state)})
                """,
                pair=name,
                moment=moment,
            )


def ids(state: str) -> str:
    return f"SELECT id FROM edge_plan WHERE pair = %(pair)s AND state = '{state}'"


def found_by(stage: Stage, said: LineageType) -> str:
    """SQL: whose import may take the edge away again; of what people say nobody's."""
    return stage.source_id if said in FOUND else "NULL"


def keep_former(stage: Stage, pair: Pair, state: str) -> None:
    if stage.on_postgresql:
        stage.execute(
            f"SELECT id FROM {pair.table} WHERE id IN ({ids(state)}) ORDER BY id FOR NO KEY UPDATE", pair=pair.name
        )
    whole = json_object({str(field.column): f"t.{field.column}" for field in pair.model._meta.concrete_fields})
    stage.execute(
        f"""
        INSERT INTO former (kind, id, state, before)
        SELECT '{pair.model._meta.model_name}', t.id, '{state}', {whole} FROM {pair.table} AS t
        WHERE t.id IN ({ids(state)})
        """,
        pair=pair.name,
    )


def insert(stage: Stage, pair: Pair, moment: Any, said: LineageType) -> None:
    """The new ones, unless somebody was faster."""
    stage.execute(
        f"""
        INSERT INTO {pair.table} (id, account_id, created_at, updated_at, refreshed_at, lineage_type, found_by_id,
                                  {pair.parent_column}, {pair.child_column})
        SELECT p.id, %(account)s, %(moment)s, %(moment)s, %(moment)s, '{said.value}', {found_by(stage, said)},
               p.parent, p.child
        FROM edge_plan AS p WHERE p.pair = %(pair)s AND p.state = 'created' ORDER BY p.parent, p.child
        ON CONFLICT DO NOTHING
        """,
        pair=pair.name,
        moment=moment,
    )
    stage.execute(
        f"""
        INSERT INTO former (kind, id, state)
        SELECT '{pair.model._meta.model_name}', t.id, 'created' FROM {pair.table} AS t WHERE t.id IN ({ids("created")})
        """,
        pair=pair.name,
    )
