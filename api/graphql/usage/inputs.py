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
    """Which joins between columns to answer.

    columnIds: Only joins of a column with one of these ids, on either side, at most 10,000; an empty list finds
        nothing.
    tableIds: Only joins of a column of a table with one of these ids, on either side, at most 10,000.
    """

    column_ids: list[str] | None = UNSET
    ids: list[str] | None = UNSET
    table_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetQualityChecksScope:
    """Which quality checks to answer."""

    table_id: str | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetTableQueriesScope:
    """Which SQL queries to answer; hidden ones are answered as well.

    databaseId: Only queries that use a table in the database with this id.
    queryType: Only queries that read, or only those that write.
    schemaId: Only queries that use a table in the schema with this id.
    tableIds: Only queries that use these tables, at most 50 ids; an empty list finds nothing.
    tableIdsFilterMode: Whether a query has to use all of tableIds or any of them; ALL when absent.
    warehouseId: Only queries that use a table in the source with this id.
    """

    database_id: str | None = UNSET
    query_type: QueryType | None = UNSET
    schema_id: str | None = UNSET
    table_ids: list[str] | None = UNSET
    table_ids_filter_mode: SearchArrayFilterMode | None = UNSET
    warehouse_id: str | None = UNSET


@strawberry.input
class SearchQueriesScope:
    """In which SQL queries to search.

    tableIds: Only queries that use these tables, at most 10 ids; an empty list finds nothing.
    filterMode: Whether a query has to use all of tableIds or any of them; ALL by default.
    """

    table_ids: list[str]
    filter_mode: FilterTablesMode | None = FilterTablesMode.ALL


@strawberry.enum
class ColumnJoinSortingKey(Enum):
    """What joins between columns can be sorted by.

    count: How often the two columns were joined.
    """

    count = "count"


@strawberry.input
class ColumnJoinSorting:
    """One key of the order of joins between columns."""

    sorting_key: ColumnJoinSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class QuerySortingKey(Enum):
    """What SQL queries can be sorted by.

    hash: The text that identifies the query.
    queryType: Queries that read before those that write.
    timestamp: When the query ran.
    """

    hash = "hash"
    queryType = "query_type"
    timestamp = "timestamp"


@strawberry.input
class QuerySorting:
    """One key of the order of SQL queries."""

    sorting_key: QuerySortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class BaseQualityCheckInput:
    """The last run of a check; it replaces the stored one unless that ran later.

    externalId: The id that you know the check by, 1 to 500 characters, unique on its table.
    name: What people call the check, 1 to 500 characters.
    runAt: When the check ran; a run older than the stored one changes nothing, unless the check was removed.
    status: The verdict of the run.
    columnId: The id of the column that was checked, which must be of the table; absent leaves it, null means the whole
        table.
    description: What the check looks at, at most 100,000 characters; absent leaves it, null removes it.
    url: The address of the run or the check, which begins with http:// or https://; absent leaves it, null removes it.
    """

    external_id: str
    name: str
    run_at: DateTime
    status: QualityStatus
    column_id: str | None = UNSET
    description: str | None = UNSET
    url: str | None = UNSET


@strawberry.input
class UpsertQualityChecksInput:
    """A table, and the last runs of its checks.

    tableId: The id of the table that was checked, of any source; NOT_FOUND when it is unknown.
    qualityChecks: The runs, at most 500; when a check comes twice, the later run counts.
    """

    table_id: str
    quality_checks: list[BaseQualityCheckInput]


@strawberry.input
class QualityCheckInput:
    """A check, by its table and the id that you know it by.

    externalId: The id that you know the check by.
    tableId: The id of the table that is checked; NOT_FOUND when it is unknown.
    """

    external_id: str
    table_id: str


@strawberry.input
class RemoveQualityChecksInput:
    """Checks to remove.

    qualityChecks: The checks, at most 500; one that is not there is passed over.
    """

    quality_checks: list[QualityCheckInput]


@strawberry.input
class SearchQueriesInput:
    """What to look for in SQL queries.

    question: The question in plain words, at most 256 words and 1,024 characters; its rare words weigh most.
    translateQuestionToEnglish: Whether French and German words of the question are understood; true when absent.
    """

    question: str
    translate_question_to_english: bool | None = UNSET
