"""What files of a BI tool say of lineage: tables, columns and dashboards that a dashboard or a field is made from.

Files name tables by their paths, in the account's warehouses, and dashboards by their ids in the tool, of any type.
"""

from typing import Any

from catalog.choices import LineageType
from catalog.services.merging import lineage, names
from catalog.services.merging.comparing import leave_out
from catalog.services.merging.kinds import (
    CHILD_DASHBOARDS,
    DASHBOARD,
    DASHBOARD_FIELD,
    PARENT_COLUMNS,
    PARENT_DASHBOARDS,
    PARENT_TABLES,
    Kind,
    Said,
)
from catalog.services.merging.lineage import PAIRS, Pair
from catalog.services.merging.staging import Stage, json_items

SAID: dict[str, tuple[Kind, Pair, bool]] = {  # by column: whose, of which edges, and whether the row is the child
    PARENT_TABLES: (DASHBOARD, PAIRS["table", "dashboard"], True),
    PARENT_DASHBOARDS: (DASHBOARD, PAIRS["dashboard", "dashboard"], True),
    PARENT_COLUMNS: (DASHBOARD_FIELD, PAIRS["column", "dashboard_field"], True),
    CHILD_DASHBOARDS: (DASHBOARD_FIELD, PAIRS["dashboard_field", "dashboard"], False),
}
QUERIES = Said("dashboard_queries", {"dashboard_id": "text", "dashboard_type": "text"})
ORDER = {PARENT_DASHBOARDS: "VIZ_MODEL DASHBOARD TILE", CHILD_DASHBOARDS: "DASHBOARD TILE VIZ_MODEL"}  # of one id
TYPE = LineageType.OTHER_TECHNOS


def plan_visualization(stage: Stage) -> dict[str, int]:
    """After `compare`: find what rows name, note in `finding` what nobody knows, and plan the edges."""
    stage.make("said_item", f"(n integer, said text, asset {stage.ids}, item text)")
    given = [column for column, (kind, _, _) in SAID.items() if kind in stage.loaded and is_given(stage, column)]
    for column in given:
        add_items(stage, column)
    stage.index("said_item", "said", "item")
    stage.analyze("said_item")
    names.make_found(stage)
    if PARENT_TABLES in given or PARENT_COLUMNS in given:
        names.know_tables(stage)
    if PARENT_TABLES in given:
        names.find_whole(stage, PARENT_TABLES, "known_table", wanted(PARENT_TABLES))
    if PARENT_COLUMNS in given:
        names.find_columns(stage, wanted(PARENT_COLUMNS))
        stage.execute(f"UPDATE found SET kind = '{PARENT_COLUMNS}' WHERE kind = 'COLUMN'")
    find_dashboards(stage, [column for column in given if column in ORDER])
    lineage.make_edges(stage)
    for column in given:
        report_unknown(stage, column)
        add_edges(stage, column)
    replaced = {SAID[column][1]: said_again(column) for column in given}
    return lineage.plan(stage, TYPE, replaced=replaced, over=[LineageType.AUTOMATIC])


def write_visualization(stage: Stage, moment: Any) -> None:
    lineage.write_plan(stage, moment, said=TYPE)


def is_given(stage: Stage, column: str) -> bool:
    return column not in stage.absent[SAID[column][0]]


def wanted(column: str) -> str:
    return f"SELECT DISTINCT item AS key FROM said_item WHERE said = '{column}'"


def add_items(stage: Stage, column: str) -> None:
    kind, _, _ = SAID[column]
    stage.execute(f"""
        INSERT INTO said_item (n, said, asset, item)
        SELECT s.n, '{column}', m.id, trim(item.value) FROM {kind.stage} AS s JOIN {kind.merge} AS m ON m.n = s.n
        CROSS JOIN {json_items(f's."{column}"')}
        WHERE s.usable AND s."{column}" IS NOT NULL AND trim(item.value) <> ''
    """)


def there(stage: Stage) -> str:
    """SQL: the dashboards of the source that are there after the merge."""
    stored = "SELECT t.id, t.external_id, t.type FROM catalog_dashboard AS t"
    stored += " WHERE t.source_id = %(source)s AND t.deleted_at IS NULL"
    if DASHBOARD not in stage.loaded:
        return stored
    return f"""
        SELECT m.id, m.external_id, m.type FROM {DASHBOARD.merge} AS m WHERE m.is_there UNION ALL {stored}
        AND NOT EXISTS (SELECT 1 FROM {DASHBOARD.merge} AS m WHERE m.id = t.id)
        AND NOT EXISTS (SELECT 1 FROM {DASHBOARD.gone} AS g WHERE g.id = t.id)
    """


def find_dashboards(stage: Stage, columns: list[str]) -> None:
    """By their ids; of one id the type decides that stands first."""
    for column in columns:
        ranks = " ".join(f"WHEN '{name}' THEN {rank}" for rank, name in enumerate(ORDER[column].split()))
        stage.execute(f"""
            INSERT INTO found (kind, key, id) SELECT '{column}', d.external_id, d.id FROM (
              SELECT d.external_id, d.id,
                     row_number() OVER (PARTITION BY d.external_id ORDER BY CASE d.type {ranks} END) AS place
              FROM ({there(stage)}) AS d JOIN ({wanted(column)}) AS q ON q.key = d.external_id
            ) AS d WHERE d.place = 1
        """)


def report_texts(stage: Stage) -> None:
    """Queries of dashboards that are nowhere."""
    unknown = f"""
        SELECT s.n FROM {QUERIES.stage} AS s WHERE s.usable AND NOT EXISTS (
          SELECT 1 FROM ({there(stage)}) AS d WHERE d.external_id = s.dashboard_id AND d.type = s.dashboard_type
        )
    """
    leave_out(stage, QUERIES, unknown, word="unknown_reference", column="dashboard_id")


def scale_popularity(stage: Stage) -> None:
    """Before `compare`: numbers of views as shares of the highest one, out of 1,000,000."""
    [(most,)] = stage.fetch(f"SELECT max(popularity) FROM {DASHBOARD.stage} WHERE usable")
    stage.execute(
        f"""
        UPDATE {DASHBOARD.stage} SET popularity = CAST(popularity AS bigint) * 1000000 / CAST(%(most)s AS bigint)
        WHERE usable AND popularity IS NOT NULL
        """,
        most=most or 1,
    )


def report_unknown(stage: Stage, column: str) -> None:
    """The rest of such a row is loaded."""
    kind, _, _ = SAID[column]
    unknown = "NOT EXISTS (SELECT 1 FROM found AS f WHERE f.kind = i.said AND f.key = i.item)"
    itself = "EXISTS (SELECT 1 FROM found AS f WHERE f.kind = i.said AND f.key = i.item AND f.id = i.asset)"
    for word, condition in (("unknown_reference", unknown), ("unauthorized_value", itself)):
        stage.execute(
            f"""
            INSERT INTO finding (kind, n, file, row, line, word, name, value)
            SELECT '{kind.name}', s.n, s.file, s.row, s.line, '{word}', '{column}', i.item
            FROM said_item AS i JOIN {kind.stage} AS s ON s.n = i.n WHERE i.said = '{column}' AND {condition}
            """
        )


def add_edges(stage: Stage, column: str) -> None:
    _, pair, is_child = SAID[column]
    sides = "f.id AS parent, i.asset AS child" if is_child else "i.asset AS parent, f.id AS child"
    found = "JOIN found AS f ON f.kind = i.said AND f.key = i.item"
    lineage.add(stage, pair, f"SELECT {sides} FROM said_item AS i {found} WHERE i.said = '{column}'")


def said_again(column: str) -> str:
    """SQL: a stored edge of a row that the file has, and that can be used: it says all edges of it."""
    kind, pair, is_child = SAID[column]
    side = pair.child_column if is_child else pair.parent_column
    usable = f"SELECT m.id FROM {kind.merge} AS m JOIN {kind.stage} AS s ON s.n = m.n WHERE s.usable"
    return f"t.{side} IN ({usable})"
