"""Queries, joins, quality checks."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.scalars import Timestamp
from api.graphql.warehouse.types import Column, Table
from catalog.choices import QualityStatus, QueryType


@strawberry.type
class ColumnJoin:
    """That queries join two columns.

    firstColumnId: The id of one of the two columns.
    secondColumnId: The id of the other column.
    count: How many joins were seen between the two columns.
    firstColumn: One of the two columns.
    secondColumn: The other column.
    """

    id: strawberry.ID
    first_column_id: str
    second_column_id: str
    count: int
    first_column: Column
    second_column: Column
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class QualityCheck:
    """The last run of a check on a table.

    columnId: The id of the column that was checked; null when the whole table was.
    tableId: The id of the table that was checked.
    description: What the check looks at; null when nobody said.
    ownerEmail: The address of whoever answers for the check; null when that is not known.
    result: What the tool said of the run, for example why it failed; null after a run that a program sent.
    source: The tool that ran the check; API for a run that a program sent.
    status: The verdict of the run.
    url: The address of the run or the check in its tool; null when there is none.
    column: The column that was checked; null when the whole table was.
    table: The table that was checked.
    runAt: When the check last ran.
    """

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
    """A table that a query reads or writes, which may be deleted by now.

    path: Where the table lies, written database.schema.table.
    """

    id: str
    name: str
    path: str


@strawberry.type
class TableQueryOutput:
    """A SQL query that ran in a warehouse.

    sourceUserId: The id of whoever ran it, as the source knows them; null when that is not known.
    author: The name of whoever ran it, as the warehouse says it; null when that is not known.
    databaseIds: The ids of the databases in which its tables lie, each once.
    hash: The text that identifies the query, unique in the account.
    isHidden: Whether it is kept out of searchQueries.
    query: The SQL as it ran.
    queriesDuration: How long it ran, in seconds; null when that is not known.
    queryType: Whether it reads or writes.
    rowsProduced: How many rows it gave or wrote; null when that is not known.
    schemaIds: The ids of the schemas in which its tables lie, each once.
    snowflakeWarehouseSize: The size of the Snowflake warehouse that ran it; null elsewhere.
    tables: The tables that it reads or writes, also those that are deleted by now.
    warehouseIds: The ids of the sources in which its tables lie, each once.
    timestamp: When the query ran.
    """

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
    """Whoever ran a query.

    email: The address of the author; null when that is not known.
    name: The name of the author; null when that is not known.
    """

    email: str | None
    name: str | None


@strawberry.type
class SearchQueryResult:
    """A SQL query that fits the question.

    author: Whoever ran it; null when that is not known.
    query: The SQL as it ran.
    tableIds: The ids of the tables that it reads or writes.
    """

    author: SearchQueryResultAuthor | None = strawberry.field(resolver=author_of)
    query: str
    table_ids: list[str] = strawberry.field(resolver=tables_of)


@strawberry.type
class SearchQueriesOutput:
    """The ten queries that fit the question best, or fewer.

    data: The queries, the best one first.
    """

    data: list[SearchQueryResult]


@strawberry.type
class GetColumnJoinsOutput(PagedOutput):
    """A page of joins between columns."""

    data: list[ColumnJoin]


@strawberry.type
class GetQualityChecksOutput(PagedOutput):
    """A page of quality checks."""

    data: list[QualityCheck]


@strawberry.type
class GetTableQueriesOutput(PagedOutput):
    """A page of SQL queries."""

    data: list[TableQueryOutput]
