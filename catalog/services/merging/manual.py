"""Lineage that people say in a file: it is added, and never taken away by an import."""

from functools import partial
from typing import Any

from catalog.choices import LineageType
from catalog.services.merging import lineage, names
from catalog.services.merging.comparing import Finding, findings_of, leave_out, make_findings
from catalog.services.merging.kinds import Said
from catalog.services.merging.staging import Stage

MANUAL = Said("manual_lineage", dict.fromkeys(("parent_type", "parent_key", "child_type", "child_key"), "text"))
TYPE = LineageType.MANUAL_CUSTOMER
KINDS = {"TABLE": "table", "COLUMN": "column", "DASHBOARD": "dashboard", "DASHBOARD_FIELD": "dashboard_field"}


def plan_manual(stage: Stage) -> tuple[dict[str, int], list[Finding]]:
    """Compare the staged rows; returns numbers of rows by what becomes of their edges, and what is wrong with them."""
    make_findings(stage)
    stage.make(
        "wanted",
        """AS SELECT parent_type AS kind, parent_key AS key FROM stage_manual_lineage
        UNION SELECT child_type, child_key FROM stage_manual_lineage
        """,
    )
    find_assets(stage)
    for side in ("parent", "child"):
        unknown = f"""
            SELECT s.n FROM stage_manual_lineage AS s WHERE s.usable AND NOT EXISTS (
              SELECT 1 FROM found AS f WHERE f.kind = s.{side}_type AND f.key = s.{side}_key
            )
        """
        leave_out(stage, MANUAL, unknown, word="unknown_reference", column=f"{side}_key")
    both = """
        FROM stage_manual_lineage AS s JOIN found AS p ON p.kind = s.parent_type AND p.key = s.parent_key
        JOIN found AS c ON c.kind = s.child_type AND c.key = s.child_key WHERE s.usable
    """
    leave_out(stage, MANUAL, f"SELECT s.n {both} AND p.id = c.id", word="unauthorized_value", column="child_key")
    lineage.make_edges(stage)
    for pair in lineage.PAIRS.values():
        said = {kind: name for name, kind in KINDS.items()}
        types = f"s.parent_type = '{said[pair.parent]}' AND s.child_type = '{said[pair.child]}'"
        lineage.add(stage, pair, f"SELECT p.id AS parent, c.id AS child {both} AND {types}")
    states = lineage.plan(stage, TYPE, replaced={}, over=lineage.FOUND)
    return states, findings_of(stage)


def find_assets(stage: Stage) -> None:
    """Into `found`, of each type that rows have."""
    names.make_found(stage)
    types = {kind for (kind,) in stage.fetch("SELECT DISTINCT kind FROM wanted")}
    if types & {"TABLE", "COLUMN"}:
        names.know_tables(stage, with_source=True)
    if types & {"DASHBOARD", "DASHBOARD_FIELD"}:
        names.know_dashboards(stage)
    finders = {
        "TABLE": partial(names.find_whole, stage, "TABLE", "known_table"),
        "COLUMN": partial(names.find_columns, stage),
        "DASHBOARD": partial(names.find_whole, stage, "DASHBOARD", "known_dashboard"),
        "DASHBOARD_FIELD": partial(names.find_fields, stage),
    }
    for kind in types:
        finders[kind](f"SELECT key FROM wanted WHERE kind = '{kind}'")


def write_manual(stage: Stage, moment: Any) -> None:
    lineage.write_plan(stage, moment, said=TYPE)
