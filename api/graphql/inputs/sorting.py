"""How a list can be sorted: an input and the keys of each query that sorts."""

from enum import Enum

import strawberry

from api.graphql.enums import SortingDirectionEnum, SortingNullsPriority


@strawberry.enum
class ColumnSortingKey(Enum):
    name = "name"
    sourceOrder = "source_order"
    tableName = "table_name"
    tablePopularity = "table_popularity"


@strawberry.input
class ColumnSorting:
    sorting_key: ColumnSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class ColumnJoinSortingKey(Enum):
    count = "count"


@strawberry.input
class ColumnJoinSorting:
    sorting_key: ColumnJoinSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class DashboardSortingKey(Enum):
    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"
    popularity = "popularity"


@strawberry.input
class DashboardSorting:
    sorting_key: DashboardSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class DataProductSortingKey(Enum):
    tableName = "table_name"
    dashboardName = "dashboard_name"
    termName = "term_name"


@strawberry.input
class DataProductSorting:
    sorting_key: DataProductSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class EntitiesLinkSortingKey(Enum):
    createdAt = "created_at"


@strawberry.input
class EntitiesLinkSorting:
    sorting_key: EntitiesLinkSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class FieldLineageSortingKey(Enum):
    childDashboardPopularity = "child_dashboard_popularity"
    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class FieldLineageSorting:
    sorting_key: FieldLineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class LineageSortingKey(Enum):
    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class LineageSorting:
    sorting_key: LineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class TableSortingKey(Enum):
    levelOfCompletion = "level_of_completion"
    name = "name"
    nameLength = "name_length"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"
    popularity = "popularity"
    schemaName = "schema_name"


@strawberry.input
class TableSorting:
    sorting_key: TableSortingKey
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


@strawberry.enum
class TagSortingKey(Enum):
    label = "label"


@strawberry.input
class TagSorting:
    sorting_key: TagSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class TermSortingKey(Enum):
    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"


@strawberry.input
class TermSorting:
    sorting_key: TermSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST
