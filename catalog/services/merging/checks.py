"""Runs of quality checks merged into what is stored: of each check the newest run, whatever comes when."""

from typing import Any

from catalog.models import QualityCheck
from catalog.services.merging import names
from catalog.services.merging.comparing import leave_out, make_findings, report
from catalog.services.merging.kinds import MOMENT, Said
from catalog.services.merging.staging import Stage, id_prefix, json_object, new_ids

TEXTS = ("table_key", "column_name", "external_id", "name", "status", "description", "url", "owner_email", "result")
CHECK = Said("check", dict.fromkeys(TEXTS, "text") | {"run_at": MOMENT})
VALUES = ("name", "status", "run_at", "description", "url", "owner_email", "result")


def find_tables(stage: Stage, *, with_source: bool) -> None:
    """Find the tables whose keys the rows say: source and path, or as much of a path as the tool knows."""
    names.make_found(stage)
    names.know_tables(stage, with_source=with_source, short=not with_source)
    names.find_whole(stage, "TABLE", "known_table", f"SELECT DISTINCT table_key AS key FROM {CHECK.stage}")


def plan_checks(stage: Stage, *, unknown: str = "table_key") -> dict[str, int]:
    """With the tables in `found`: compare the rows into `check_plan`; returns numbers of rows by state.

    "older" are those of which a newer run is stored. `unknown` is the column that names what nobody knows.
    """
    make_findings(stage)
    homeless = f"""
        SELECT s.n FROM {CHECK.stage} AS s WHERE s.usable
          AND NOT EXISTS (SELECT 1 FROM found AS f WHERE f.kind = 'TABLE' AND f.key = s.table_key)
    """
    leave_out(stage, CHECK, homeless, word="unknown_reference", column=unknown)
    stage.make(
        "run",
        f"""AS SELECT s.n, f.id AS table_id, s.external_id,
          row_number() OVER (PARTITION BY f.id, s.external_id ORDER BY s.run_at DESC, s.n) AS place
        FROM {CHECK.stage} AS s JOIN found AS f ON f.kind = 'TABLE' AND f.key = s.table_key WHERE s.usable
        """,
    )
    again = "SELECT r.n FROM run AS r WHERE r.place > 1"
    leave_out(stage, CHECK, again, word="duplicate_value", column="external_id")
    find_columns(stage)
    stage.make(
        "check_plan",
        f"""AS SELECT r.n, r.table_id, c.column_id, coalesce(t.id, {new_ids(id_prefix())}) AS id,
          CASE WHEN t.id IS NULL THEN 'created' WHEN t.deleted_at IS NOT NULL THEN 'restored'
               WHEN s.run_at < t.run_at THEN 'older' WHEN {differs()} THEN 'changed' ELSE 'unchanged' END AS state
        FROM run AS r JOIN {CHECK.stage} AS s ON s.n = r.n LEFT JOIN run_column AS c ON c.n = r.n
        LEFT JOIN catalog_qualitycheck AS t ON t.table_id = r.table_id AND t.external_id = r.external_id
        WHERE r.place = 1
        """,
        tool=tool(stage),
    )
    return dict(stage.fetch("SELECT state, count(*) FROM check_plan GROUP BY state"))


def find_columns(stage: Stage) -> None:
    """Into `run_column`; a check of a column that nobody knows is its table's."""
    stage.make(
        "run_column",
        f"""AS SELECT c.n, c.id AS column_id FROM (
          SELECT r.n, c.id, row_number() OVER (
            PARTITION BY r.n ORDER BY CASE WHEN c.name = s.column_name THEN 0 ELSE 1 END, c.id
          ) AS place
          FROM run AS r JOIN {CHECK.stage} AS s ON s.n = r.n
          JOIN catalog_column AS c ON c.table_id = r.table_id AND c.deleted_at IS NULL
            AND lower(c.name) = lower(s.column_name)
        ) AS c WHERE c.place = 1
        """,
    )
    unknown = f"""
        SELECT s.n FROM {CHECK.stage} AS s JOIN run AS r ON r.n = s.n AND r.place = 1
        WHERE s.column_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM run_column AS c WHERE c.n = s.n)
    """
    report(stage, CHECK, unknown, word="unknown_reference", column="column_name")


def differs() -> str:
    pairs = [f"t.{name} IS DISTINCT FROM s.{name}" for name in VALUES]
    return " OR ".join([*pairs, "t.column_id IS DISTINCT FROM c.column_id", "t.source IS DISTINCT FROM %(tool)s"])


def tool(stage: Stage) -> str:
    """The name of the tool, as pages show it."""
    assert stage.source
    return str(stage.source.get_technology_display())


def write_checks(stage: Stage, moment: Any) -> None:
    """What was planned, unless a newer run has come meanwhile."""
    model = QualityCheck._meta
    whole = json_object({str(field.column): f"t.{field.column}" for field in model.concrete_fields})
    touched = "SELECT p.id FROM check_plan AS p WHERE p.state IN ('changed', 'restored')"
    if stage.on_postgresql:
        stage.execute(f"SELECT id FROM catalog_qualitycheck WHERE id IN ({touched}) ORDER BY id FOR NO KEY UPDATE")
    stage.execute(f"""
        INSERT INTO former (kind, id, state, before)
        SELECT '{model.model_name}', t.id, p.state, {whole} FROM catalog_qualitycheck AS t
        JOIN check_plan AS p ON p.id = t.id WHERE p.state IN ('changed', 'restored')
    """)
    values = ", ".join(f"{name} = s.{name}" for name in VALUES)
    stage.execute(
        f"""
        UPDATE catalog_qualitycheck AS t SET {values}, column_id = p.column_id, source = %(tool)s, deleted_at = NULL,
               updated_at = %(moment)s
        FROM check_plan AS p JOIN {CHECK.stage} AS s ON s.n = p.n
        WHERE t.id = p.id AND p.state IN ('changed', 'restored') AND (t.deleted_at IS NOT NULL OR t.run_at <= s.run_at)
        """,
        moment=moment,
        tool=tool(stage),
    )
    columns = ", ".join(VALUES)
    stage.execute(
        f"""
        INSERT INTO catalog_qualitycheck (id, account_id, created_at, updated_at, table_id, column_id, source,
                                          external_id, {columns})
        SELECT p.id, %(account)s, %(moment)s, %(moment)s, p.table_id, p.column_id, %(tool)s, s.external_id,
               {", ".join(f"s.{name}" for name in VALUES)}
        FROM check_plan AS p JOIN {CHECK.stage} AS s ON s.n = p.n WHERE p.state = 'created' ORDER BY p.n
        ON CONFLICT DO NOTHING
        """,
        moment=moment,
        tool=tool(stage),
    )
    stage.execute(f"""
        INSERT INTO former (kind, id, state)
        SELECT '{model.model_name}', t.id, 'created' FROM catalog_qualitycheck AS t
        WHERE t.id IN (SELECT id FROM check_plan WHERE state = 'created')
    """)
