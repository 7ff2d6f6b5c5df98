"""Queries that ran in a warehouse: once a text, with who ran it last. Which tables they read is found later."""

from typing import Any

from catalog.models import TableQuery
from catalog.services.merging.comparing import leave_out
from catalog.services.merging.kinds import DATABASE, MOMENT, USER, Said
from catalog.services.merging.staging import Stage, id_prefix, json_object, new_ids

QUERY = Said(
    "query",
    dict.fromkeys(("database_id", "user_id", "author", "text", "hash", "query_type"), "text")
    | {"started_at": MOMENT, "seconds": "double precision"},
)


def plan_queries(stage: Stage) -> dict[str, int]:
    """After `compare` of the places: what becomes of each text, into `query_plan`; returns numbers by state."""
    for column, place in (("database_id", DATABASE.place), ("user_id", USER.place)):
        unknown = f"""
            SELECT s.n FROM {QUERY.stage} AS s
            WHERE s.usable AND NOT EXISTS (SELECT 1 FROM {place} AS p WHERE p.external_id = s.{column})
        """
        leave_out(stage, QUERY, unknown, word="unknown_reference", column=column)
    stage.make(
        "query_plan",
        f"""AS SELECT s.last AS n, coalesce(t.id, {new_ids(id_prefix())}) AS id, t.id AS stored,
          CASE WHEN t.id IS NULL THEN 'created' WHEN s.started_at > t.timestamp THEN 'changed' ELSE 'unchanged' END
          AS state
        FROM (
          SELECT q.n AS last, q.n, q.hash, q.started_at,
                 row_number() OVER (PARTITION BY q.hash ORDER BY q.started_at DESC, q.n) AS place
          FROM {QUERY.stage} AS q WHERE q.usable
        ) AS s LEFT JOIN catalog_tablequery AS t ON t.account_id = %(account)s AND t.hash = s.hash WHERE s.place = 1
        """,
    )
    return dict(stage.fetch("SELECT state, count(*) FROM query_plan GROUP BY state"))


def write_queries(stage: Stage, moment: Any) -> None:
    """New texts, and of known ones who ran them last; after the users, whose rows they point to."""
    kind = TableQuery._meta.model_name
    changed = "SELECT p.id FROM query_plan AS p WHERE p.state = 'changed'"
    if stage.on_postgresql:
        stage.execute(f"SELECT id FROM catalog_tablequery WHERE id IN ({changed}) ORDER BY id FOR NO KEY UPDATE")
    columns = ("author", "source_user_id", "timestamp", "queries_duration", "updated_at")
    before = json_object({column: f"t.{column}" for column in columns})
    stage.execute(f"""
        INSERT INTO former (kind, id, state, before)
        SELECT '{kind}', t.id, 'changed', {before} FROM catalog_tablequery AS t WHERE t.id IN ({changed})
    """)
    said = f"""
        query_plan AS p JOIN {QUERY.stage} AS s ON s.n = p.n JOIN {USER.place} AS u ON u.external_id = s.user_id
    """
    stage.execute(
        f"""
        UPDATE catalog_tablequery AS t SET author = s.author, source_user_id = u.id, timestamp = s.started_at,
               queries_duration = s.seconds, updated_at = %(moment)s
        FROM {said} WHERE t.id = p.id AND p.state = 'changed'
        """,
        moment=moment,
    )
    stage.execute(
        f"""
        INSERT INTO catalog_tablequery (id, account_id, created_at, updated_at, hash, query, query_type, author,
                                        source_user_id, timestamp, queries_duration, is_hidden)
        SELECT p.id, %(account)s, %(moment)s, %(moment)s, s.hash, s.text, s.query_type, s.author, u.id, s.started_at,
               s.seconds, FALSE
        FROM {said} WHERE p.state = 'created' ORDER BY s.hash ON CONFLICT DO NOTHING
        """,
        moment=moment,
    )
    stage.execute(f"""
        INSERT INTO former (kind, id, state) SELECT '{kind}', t.id, 'created' FROM catalog_tablequery AS t
        WHERE t.id IN (SELECT id FROM query_plan WHERE state = 'created')
    """)
