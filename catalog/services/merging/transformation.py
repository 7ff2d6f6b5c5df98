"""What dbt says of tables of warehouses: texts, tags, that it makes them, and from which others.

It makes no tables here: of a node whose table is not stored nothing is kept.
"""

from typing import Any

from catalog.choices import LineageType
from catalog.services.merging import lineage, names
from catalog.services.merging.comparing import make_findings, report
from catalog.services.merging.kinds import Said
from catalog.services.merging.knowledge import merge_tags
from catalog.services.merging.staging import Stage, json_items, json_object, stored_id

TEXTS = ("unique_id", "type", "relation", "place", "description", "tags", "columns", "parents", "tested")
NODE = Said("node", dict.fromkeys((*TEXTS, "column_name", "name"), "text") | {"is_ephemeral": "boolean"})
TYPE = LineageType.OTHER_TECHNOS
TABLE_NODE = "s.type <> 'test' AND NOT s.is_ephemeral"


def find_nodes(stage: Stage) -> None:
    """Into `node_table` (`n`, `unique_id`, `asset`): the stored tables of the nodes, by relation, else by place."""
    assert stage.source
    warehouse = stage.source.warehouse_id
    names.make_found(stage)
    names.know_tables(stage, short=True, warehouse=warehouse and stored_id(warehouse))
    for key in ("relation", "place"):
        wanted = f"SELECT DISTINCT s.{key} AS key FROM {NODE.stage} AS s WHERE s.{key} IS NOT NULL AND {TABLE_NODE}"
        names.find_whole(stage, key, "known_table", wanted)
    stage.make(
        "node_table",
        f"""AS SELECT s.n, s.unique_id, s.type, coalesce(r.id, p.id) AS asset FROM {NODE.stage} AS s
        LEFT JOIN found AS r ON r.kind = 'relation' AND r.key = s.relation
        LEFT JOIN found AS p ON p.kind = 'place' AND p.key = s.place
        WHERE {TABLE_NODE} AND coalesce(r.id, p.id) IS NOT NULL
        """,
    )
    stage.index("node_table", "unique_id")
    stage.analyze("node_table")


def plan_nodes(stage: Stage) -> dict[str, int]:
    """Compare all that the nodes say; returns numbers of edges by what becomes of them."""
    make_findings(stage)
    find_nodes(stage)
    unknown = f"""
        SELECT s.n FROM {NODE.stage} AS s
        WHERE {TABLE_NODE} AND NOT EXISTS (SELECT 1 FROM node_table AS k WHERE k.n = s.n)
    """
    report(stage, NODE, unknown, word="unknown_reference", column="place")
    choose_nodes(stage)
    find_columns(stage)
    add_edges(stage)
    pair = lineage.PAIRS["table", "table"]
    return lineage.plan(stage, TYPE, replaced={pair: "TRUE"}, over=[LineageType.AUTOMATIC])


def choose_nodes(stage: Stage) -> None:
    """Into `said_table`, of several nodes of a table, the first text and tags; one that only reads it comes last.

    What one project makes is nothing that another, which reads it, has a say in.
    """
    stage.make(
        "said_node",
        """AS SELECT k.n, k.asset, k.is_made, k.place FROM (
          SELECT k.n, k.asset,
                 max(CASE WHEN k.type = 'source' THEN 0 ELSE 1 END) OVER (PARTITION BY k.asset) AS is_made,
                 row_number() OVER (
                   PARTITION BY k.asset ORDER BY CASE WHEN k.type = 'source' THEN 1 ELSE 0 END, k.n
                 ) AS place
          FROM node_table AS k
        ) AS k JOIN catalog_table AS t ON t.id = k.asset
        WHERE k.is_made = 1 OR t.transformation_source IS DISTINCT FROM 'DBT'
        """,
    )
    stage.index("said_node", "asset")
    stage.analyze("said_node")
    first = f"FROM said_node AS o JOIN {NODE.stage} AS s ON s.n = o.n WHERE o.asset = k.asset"
    stage.make(
        "said_table",
        f"""AS SELECT k.asset, k.is_made = 1 AS is_made,
          (SELECT s.description {first} AND s.description IS NOT NULL ORDER BY o.place LIMIT 1) AS description,
          coalesce((SELECT s.tags {first} AND s.tags <> '[]' ORDER BY o.place LIMIT 1), '[]') AS tags
        FROM said_node AS k WHERE k.place = 1
        """,
    )
    stage.index("said_table", "asset")
    stage.analyze("said_table")


def find_columns(stage: Stage) -> None:
    """Into `said_column` all columns of these tables; those that nodes name, exactly before in any case, with texts."""
    name, text, tags = (json_member(stage, key) for key in ("name", "description", "tags"))
    items = json_items("s.columns")
    if stage.on_postgresql:
        items = "jsonb_array_elements(CAST(s.columns AS jsonb)) AS item(value)"
    stage.make(
        "node_column",
        f"""AS SELECT k.asset AS holder, k.place, {name} AS name, lower({name}) AS folded, {text} AS description,
          {tags} AS tags
        FROM said_node AS k JOIN {NODE.stage} AS s ON s.n = k.n CROSS JOIN {items} WHERE s.columns IS NOT NULL
        """,
    )
    stage.index("node_column", "holder", "folded")
    stage.analyze("node_column")
    stage.make(
        "said_column",
        """AS SELECT c.asset, c.description, coalesce(c.tags, '[]') AS tags FROM (
          SELECT c.id AS asset, i.description, i.tags, row_number() OVER (
            PARTITION BY c.id ORDER BY CASE WHEN i.description IS NULL AND i.tags = '[]' THEN 1 ELSE 0 END, i.place,
                                       CASE WHEN c.name = i.name THEN 0 ELSE 1 END, i.name
          ) AS place
          FROM said_table AS k JOIN catalog_column AS c ON c.table_id = k.asset AND c.deleted_at IS NULL
          LEFT JOIN node_column AS i ON i.holder = c.table_id AND i.folded = lower(c.name)
        ) AS c WHERE c.place = 1
        """,
    )
    stage.index("said_column", "asset")
    stage.analyze("said_column")


def json_member(stage: Stage, key: str) -> str:
    """SQL: a text of an object in a list of objects."""
    return f"item.value ->> '{key}'" if stage.on_postgresql else f"json_extract(item.value, '$.{key}')"


def add_edges(stage: Stage) -> None:
    """From the tables that a node depends on; an ephemeral model is none, so that what it depends on stands for it."""
    lineage.make_edges(stage)
    stage.make(
        "node_parent",
        f"""AS SELECT DISTINCT s.unique_id AS node, item.value AS parent
        FROM {NODE.stage} AS s CROSS JOIN {json_items("s.parents")} WHERE s.type <> 'test' AND s.parents IS NOT NULL
        """,
    )
    stage.index("node_parent", "node")
    stage.analyze("node_parent")
    edges = f"""
        WITH RECURSIVE above(node, parent) AS (
          SELECT node, parent FROM node_parent
          UNION
          SELECT a.node, p.parent FROM above AS a
          JOIN {NODE.stage} AS e ON e.unique_id = a.parent AND e.type <> 'test' AND e.is_ephemeral
          JOIN node_parent AS p ON p.node = a.parent
        )
        SELECT p.asset AS parent, c.asset AS child FROM above AS a
        JOIN node_table AS p ON p.unique_id = a.parent JOIN node_table AS c ON c.unique_id = a.node
    """
    lineage.add(stage, lineage.PAIRS["table", "table"], edges)


def write_nodes(stage: Stage, moment: Any) -> None:
    made = "CASE WHEN s.is_made THEN 'DBT' ELSE t.transformation_source END"
    write_texts(stage, "table", "said_table", {"transformation_source": made}, moment)
    write_texts(stage, "column", "said_column", {}, moment)
    for field in ("table", "column"):
        said = f"SELECT k.asset, k.tags FROM said_{field} AS k"
        merge_tags(stage, field, said, f"SELECT asset FROM said_{field}", moment)
    lineage.write_plan(stage, moment, said=TYPE)


def write_texts(stage: Stage, kind: str, said: str, more: dict[str, str], moment: Any) -> None:
    """The texts of nodes, over everybody's but programs'; without one only a text of dbt goes."""
    origin = "t.external_description_source"
    stays = f"{origin} = 'API' OR (s.description IS NULL AND {origin} IS DISTINCT FROM 'DBT')"
    values = {
        "external_description": f"CASE WHEN {stays} THEN t.external_description ELSE s.description END",
        "external_description_source": f"""
            CASE WHEN {stays} THEN {origin} WHEN s.description IS NULL THEN NULL ELSE 'DBT' END
        """,
        **more,
    }
    differs = " OR ".join(f"t.{column} IS DISTINCT FROM {value}" for column, value in values.items())
    table = f"catalog_{kind}"
    if stage.on_postgresql:
        stage.execute(f"""
            SELECT t.id FROM {table} AS t JOIN {said} AS s ON s.asset = t.id WHERE {differs}
            ORDER BY t.id FOR NO KEY UPDATE OF t
        """)
    before = json_object({column: f"t.{column}" for column in (*values, "updated_at")})
    stage.execute(f"""
        INSERT INTO former (kind, id, state, before)
        SELECT '{kind}', t.id, 'changed', {before} FROM {table} AS t JOIN {said} AS s ON s.asset = t.id WHERE {differs}
    """)
    given = ", ".join(f"{column} = {value}" for column, value in values.items())
    stage.execute(
        f"""
        UPDATE {table} AS t SET {given}, updated_at = %(moment)s FROM {said} AS s WHERE s.asset = t.id AND ({differs})
        """,
        moment=moment,
    )


def tables_of_tests(stage: Stage, checks: str) -> None:
    """Give the staged runs of tests what the manifest says of them: the node, its column, the name."""
    find_nodes(stage)
    stage.execute("INSERT INTO found (kind, key, id) SELECT 'TABLE', unique_id, asset FROM node_table")
    stage.execute(f"""
        UPDATE {checks} AS c SET table_key = s.tested, column_name = s.column_name, name = s.name,
               description = s.description
        FROM {NODE.stage} AS s WHERE s.type = 'test' AND s.unique_id = c.external_id
    """)
