"""Queries, joins and quality checks, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    FilterTablesMode,
    SearchArrayFilterMode,
    SortingDirectionEnum,
    SortingNullsPriority,
)
from api.graphql.scalars import DateTime
from catalog.choices import (
    QualityStatus,
    QueryType,
)


@strawberry.input
class GetColumnJoinsScope:
    column_ids: list[str] | None = UNSET
    ids: list[str] | None = UNSET
    table_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetQualityChecksScope:
    table_id: str | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetTableQueriesScope:
    database_id: str | None = UNSET
    query_type: QueryType | None = UNSET
    schema_id: str | None = UNSET
    table_ids: list[str] | None = UNSET
    table_ids_filter_mode: SearchArrayFilterMode | None = UNSET
    warehouse_id: str | None = UNSET


@strawberry.input
class SearchQueriesScope:
    table_ids: list[str]
    filter_mode: FilterTablesMode | None = FilterTablesMode.ALL


@strawberry.enum
class ColumnJoinSortingKey(Enum):
    count = "count"


@strawberry.input
class ColumnJoinSorting:
    sorting_key: ColumnJoinSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class QuerySortingKey(Enum):
    hash = "hash"
    queryType = "query_type"
    timestamp = "timestamp"


@strawberry.input
class QuerySorting:
    sorting_key: QuerySortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class BaseQualityCheckInput:
    external_id: str
    name: str
    run_at: DateTime
    status: QualityStatus
    column_id: str | None = UNSET
    description: str | None = UNSET
    url: str | None = UNSET


@strawberry.input
class UpsertQualityChecksInput:
    table_id: str
    quality_checks: list[BaseQualityCheckInput]


@strawberry.input
class QualityCheckInput:
    external_id: str
    table_id: str


@strawberry.input
class RemoveQualityChecksInput:
    quality_checks: list[QualityCheckInput]


@strawberry.input
class SearchQueriesInput:
    question: str
    translate_question_to_english: bool | None = strawberry.field(
        default=UNSET, description="Has no effect: the words are looked for as they are."
    )
