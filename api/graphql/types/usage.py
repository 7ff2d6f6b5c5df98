"""Queries, joins, quality checks."""

import strawberry

from api.graphql.scalars import Timestamp
from api.graphql.types.warehouse import Column, Table
from catalog.choices import QualityStatus, QueryType


@strawberry.type(description="`count` is the number of joins seen between the two columns.")
class ColumnJoin:
    id: strawberry.ID
    first_column_id: str
    second_column_id: str
    count: int
    first_column: Column
    second_column: Column
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type(description="`status` is the verdict; `result` is free text, for example why the check failed.")
class QualityCheck:
    id: strawberry.ID
    external_id: str
    column_id: str | None
    table_id: str
    description: str | None
    name: str
    owner_email: str | None
    result: str | None
    source: str
    status: QualityStatus
    url: str | None
    column: Column | None
    table: Table
    run_at: Timestamp
    created_at: Timestamp


@strawberry.type
class TableInQueryOutput:
    id: str
    name: str
    path: str


@strawberry.type
class TableQueryOutput:
    source_user_id: str | None
    author: str | None
    database_ids: list[str]
    hash: strawberry.ID
    is_hidden: bool
    query: str
    queries_duration: float | None
    query_type: QueryType
    rows_produced: int | None
    schema_ids: list[str]
    snowflake_warehouse_size: str | None
    tables: list[TableInQueryOutput]
    warehouse_ids: list[str]
    timestamp: Timestamp


@strawberry.type
class SearchQueryResultAuthor:
    email: str | None
    name: str | None


@strawberry.type
class SearchQueryResult:
    author: SearchQueryResultAuthor | None
    query: str
    table_ids: list[str]


@strawberry.type
class SearchQueriesOutput:
    data: list[SearchQueryResult]
