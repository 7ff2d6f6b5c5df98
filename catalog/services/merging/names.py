"""Assets found by the names that files of others say: exactly first, then in any case if only one answers.

Names are compared whole, so that dots and slashes in them do no harm. Where two answer, none is meant.
"""

from catalog.services.merging.staging import Stage

TABLES_THERE = """
    catalog_table AS t JOIN catalog_schema AS s ON s.id = t.schema_id JOIN catalog_database AS d ON d.id = s.database_id
    JOIN catalog_source AS w ON w.id = d.source_id
    WHERE w.account_id = %(account)s AND t.deleted_at IS NULL AND s.deleted_at IS NULL AND d.deleted_at IS NULL
      AND w.deleted_at IS NULL
"""
DASHBOARDS_THERE = """
    catalog_dashboard AS t JOIN catalog_source AS w ON w.id = t.source_id
    WHERE w.account_id = %(account)s AND t.deleted_at IS NULL AND w.deleted_at IS NULL
"""
FOLDER = "CASE WHEN t.folder_path = '' THEN '' ELSE t.folder_path || '/' END"


def know_tables(stage: Stage, *, with_source: bool = False, short: bool = False, warehouse: object = None) -> None:
    """Make `known_table`: the account's tables by their paths, behind the source's name if keys have it.

    `short` adds them by schema and name, and by their name alone; `warehouse` is the one source that is meant.
    """
    names = ["w.name || '.' || t.path" if with_source else "t.path"]
    if short:
        names += ["s.name || '.' || t.name", "t.name"]
    only = "" if warehouse is None else "AND w.id = %(warehouse)s"
    several = " UNION ALL ".join(f"SELECT t.id, {name} AS name FROM {TABLES_THERE} {only}" for name in names)
    know(stage, "known_table", several, warehouse=warehouse)


def know_dashboards(stage: Stage) -> None:
    """Make `known_dashboard`: the account's dashboards by source, folder and name, with slashes between."""
    know(stage, "known_dashboard", f"SELECT t.id, w.name || '/' || {FOLDER} || t.name AS name FROM {DASHBOARDS_THERE}")


def know(stage: Stage, table: str, rows: str, **parameters: object) -> None:
    stage.make(table, f"AS SELECT k.id, k.name, lower(k.name) AS folded FROM ({rows}) AS k", **parameters)
    stage.index(table, "folded")
    stage.analyze(table)


def make_found(stage: Stage) -> None:
    """`found` has the answers: `kind` is whatever the caller calls them."""
    stage.make("found", f"(kind text, key text, id {stage.ids})")


def find_whole(stage: Stage, kind: str, known: str, wanted: str) -> None:
    """Find the keys that the query `wanted` gives (`key`, each once) among the assets of `known`."""
    candidates = f"""
        SELECT q.key, k.id, k.name = q.key AS is_exact FROM ({wanted}) AS q JOIN {known} AS k ON k.folded = lower(q.key)
    """
    choose(stage, kind, candidates)


def find_parts(stage: Stage, kind: str, known: str, wanted: str, *, parts: str, holder: str, name: str) -> None:
    """The same for what lies in an asset of `known`: columns, whose keys go on with a dot, fields, with a slash.

    `parts` is their table, `holder` the column that points to the asset, `name` the one that is compared.
    """
    separator = "." if kind == "COLUMN" else "/"
    place = "strpos" if stage.on_postgresql else "instr"
    stage.make(
        "cut_key",
        f"""AS WITH RECURSIVE cut(key, at) AS (
          SELECT q.key, {place}(q.key, '{separator}') FROM ({wanted}) AS q
          UNION ALL
          SELECT key, at + {place}(substr(key, at + 1), '{separator}') FROM cut
          WHERE at > 0 AND {place}(substr(key, at + 1), '{separator}') > 0
        )
        SELECT key, substr(key, 1, at - 1) AS head, lower(substr(key, 1, at - 1)) AS folded, substr(key, at + 1) AS tail
        FROM cut WHERE at > 0
        """,
    )
    stage.analyze("cut_key")
    candidates = f"""
        SELECT c.key, p.id, k.name = c.head AND p.{name} = c.tail AS is_exact
        FROM cut_key AS c JOIN {known} AS k ON k.folded = c.folded
        JOIN {parts} AS p ON p.{holder} = k.id AND p.deleted_at IS NULL AND lower(p.{name}) = lower(c.tail)
    """
    choose(stage, kind, candidates)
    stage.remove("cut_key")


def find_columns(stage: Stage, wanted: str) -> None:
    find_parts(stage, "COLUMN", "known_table", wanted, parts="catalog_column", holder="table_id", name="name")


def find_fields(stage: Stage, wanted: str) -> None:
    find_parts(
        stage,
        "DASHBOARD_FIELD",
        "known_dashboard",
        wanted,
        parts="catalog_dashboardfield",
        holder="dashboard_id",
        name="label",
    )


def choose(stage: Stage, kind: str, candidates: str) -> None:
    """Of the candidates (`key`, `id`, `is_exact`) the one that is meant."""
    stage.execute(
        f"""
        INSERT INTO found (kind, key, id)
        SELECT %(kind)s, c.key, c.id FROM (
          SELECT c.key, c.id, c.is_exact, count(*) OVER (PARTITION BY c.key) AS alike,
                 sum(CASE WHEN c.is_exact THEN 1 ELSE 0 END) OVER (PARTITION BY c.key) AS exact
          FROM ({candidates}) AS c
        ) AS c WHERE (c.exact = 1 AND c.is_exact) OR (c.exact = 0 AND c.alike = 1)
        """,
        kind=kind,
    )
    stage.analyze("found")
