"""The calls of `bench catalog`, and the statements that read the same rows and nothing else."""

from dataclasses import dataclass, field
from typing import Any

RARE = "fct_orders_77"  # a part of few names

TABLES = """
query($n: Int!, $part: String) { getTables(pagination: {nbPerPage: $n}, scope: {pathContains: $part}) { data {
  id schemaId name description popularity tableType createdAt updatedAt %s } } }
"""
RELATED = "schema { id name } tagEntities { id tag { id label } } ownerEntities { id user { id email } }"
COLUMNS = """
query($n: Int!, $ids: [String!], $part: String) {
  getColumns(pagination: {nbPerPage: $n}, scope: {tableIds: $ids, nameContains: $part}) { data {
    id tableId name dataType description isNullable isPii isPrimaryKey sourceOrder createdAt updatedAt } } }
"""

TABLES_SQL = """
SELECT id, schema_id, name, description_raw, external_description, popularity, table_type, created_at, updated_at
FROM catalog_table WHERE account_id = %(account)s ORDER BY id LIMIT %(n)s
"""
FOUND_TABLES_SQL = """
SELECT id, schema_id, name, description_raw, external_description, popularity, table_type, created_at, updated_at
FROM catalog_table WHERE account_id = %(account)s AND upper(path) LIKE upper(%(like)s) ORDER BY id LIMIT %(n)s
"""
RELATED_SQL = (
    """
    SELECT id, name FROM catalog_schema WHERE id IN (SELECT schema_id FROM
      (SELECT schema_id FROM catalog_table WHERE account_id = %(account)s ORDER BY id LIMIT %(n)s) page)
    """,
    """
    SELECT entity.id, entity.table_id, tag.id, tag.label
    FROM catalog_tagentity entity JOIN catalog_tag tag ON tag.id = entity.tag_id WHERE entity.table_id IN
      (SELECT id FROM (SELECT id FROM catalog_table WHERE account_id = %(account)s ORDER BY id LIMIT %(n)s) page)
    """,
    """
    SELECT entity.id, entity.table_id, person.uuid, person.email
    FROM catalog_ownerentity entity JOIN accounts_user person ON person.uuid = entity.user_id WHERE entity.table_id IN
      (SELECT id FROM (SELECT id FROM catalog_table WHERE account_id = %(account)s ORDER BY id LIMIT %(n)s) page)
    """,
)
COLUMNS_SQL = """
SELECT id, table_id, name, data_type, description_raw, external_description, is_nullable, is_pii, is_primary_key,
  source_order, created_at, updated_at
FROM catalog_column WHERE account_id = %(account)s AND table_id = ANY(%(ids)s::uuid[]) ORDER BY id LIMIT %(n)s
"""
FOUND_COLUMNS_SQL = """
SELECT id, table_id, name, data_type, description_raw, external_description, is_nullable, is_pii, is_primary_key,
  source_order, created_at, updated_at
FROM catalog_column WHERE account_id = %(account)s AND upper(name) LIKE upper(%(like)s) ORDER BY id LIMIT %(n)s
"""


@dataclass(frozen=True)
class Read:
    """A document, and what else than the page's length it is given; `statements`: the first reads its rows."""

    document: str
    statements: tuple[str, ...]
    variables: dict[str, Any] = field(default_factory=dict)


def reads(table_ids: list[str]) -> dict[str, Read]:
    """By what they are called in the report."""
    part = {"part": RARE}
    return {
        "getTables": Read(TABLES % "", (TABLES_SQL,)),
        "getTables with schema, tags and owners": Read(TABLES % RELATED, (TABLES_SQL, *RELATED_SQL)),
        "getTables, pathContains": Read(TABLES % "", (FOUND_TABLES_SQL,), part),
        f"getColumns of {len(table_ids)} tableIds": Read(COLUMNS, (COLUMNS_SQL,), {"ids": table_ids}),
        "getColumns, nameContains": Read(COLUMNS, (FOUND_COLUMNS_SQL,), part),
    }
