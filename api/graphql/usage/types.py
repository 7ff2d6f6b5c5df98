"""Queries, joins, quality checks."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.scalars import Timestamp
from api.graphql.warehouse.types import Column, Table
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


def author_of(root: strawberry.Parent[Any]) -> Any:
    """The person as the source knows them; else the name alone, if the query has one; else None."""
    return root.source_user or (SearchQueryResultAuthor(email=None, name=root.author) if root.author else None)


def tables_of(root: strawberry.Parent[Any]) -> list[str]:
    return [str(table.pk) for table in root.tables.all()]


def schemas_of(root: strawberry.Parent[Any]) -> list[str]:
    return distinct(table.schema_id for table in root.tables.all())


def databases_of(root: strawberry.Parent[Any]) -> list[str]:
    return distinct(table.schema.database_id for table in root.tables.all())


def warehouses_of(root: strawberry.Parent[Any]) -> list[str]:
    return distinct(table.schema.database.source_id for table in root.tables.all())


def distinct(ids: Iterable[UUID]) -> list[str]:
    return list(dict.fromkeys(map(str, ids)))


@strawberry.type
class TableInQueryOutput:
    id: str
    name: str
    path: str


@strawberry.type(
    description="`isHidden` ones are answered as well. `tables` are those that the query reads or writes, "
    "also when they are deleted by now."
)
class TableQueryOutput:
    source_user_id: str | None
    author: str | None
    database_ids: list[str] = strawberry.field(resolver=databases_of)
    hash: strawberry.ID
    is_hidden: bool
    query: str
    queries_duration: float | None
    query_type: QueryType
    rows_produced: int | None
    schema_ids: list[str] = strawberry.field(resolver=schemas_of)
    snowflake_warehouse_size: str | None
    tables: list[TableInQueryOutput]
    warehouse_ids: list[str] = strawberry.field(resolver=warehouses_of)
    timestamp: Timestamp


@strawberry.type
class SearchQueryResultAuthor:
    email: str | None
    name: str | None


@strawberry.type
class SearchQueryResult:
    author: SearchQueryResultAuthor | None = strawberry.field(resolver=author_of)
    query: str
    table_ids: list[str] = strawberry.field(resolver=tables_of)


@strawberry.type(description="The ten queries that hold most of the question's words; hidden ones are left out.")
class SearchQueriesOutput:
    data: list[SearchQueryResult]


@strawberry.type
class GetColumnJoinsOutput(PagedOutput):
    data: list[ColumnJoin]


@strawberry.type
class GetQualityChecksOutput(PagedOutput):
    data: list[QualityCheck]


@strawberry.type
class GetTableQueriesOutput(PagedOutput):
    data: list[TableQueryOutput]
