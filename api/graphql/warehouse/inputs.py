"""Sources, and what lies in them, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import SortingDirectionEnum, SortingNullsPriority
from api.graphql.scalars import DateTime
from catalog.choices import ExternalLinkTechnology, SourceOrigin, SourceTechnology, SourceType, TableType


@strawberry.input
class GetSourcesScope:
    name_contains: str | None = UNSET
    origin: SourceOrigin | None = UNSET
    technology: SourceTechnology | None = UNSET
    type: SourceType | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetDatabasesScope:
    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetSchemasScope:
    database_ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetTablesScope:
    database_id: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    path_contains: str | None = UNSET
    schema_id: str | None = UNSET
    warehouse_id: str | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetColumnsScope:
    name: str | None = UNSET
    name_contains: str | None = UNSET
    description: str | None = UNSET
    database_id: str | None = UNSET
    database_ids: list[str] | None = UNSET
    ids: list[str] | None = UNSET
    has_column_joins: bool | None = UNSET
    is_documented: bool | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET
    schema_id: str | None = UNSET
    schema_ids: list[str] | None = UNSET
    source_id: str | None = UNSET
    source_ids: list[str] | None = UNSET
    table_id: str | None = UNSET
    table_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


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


@strawberry.input
class CreateTableInput:
    external_id: str
    name: str
    schema_id: str
    external_description: str | None = UNSET
    last_refreshed_at: DateTime | None = UNSET
    number_of_queries: int | None = UNSET
    popularity: int | None = UNSET
    table_size: int | None = UNSET
    table_type: TableType | None = UNSET
    url: str | None = UNSET


@strawberry.input
class UpdateTableInput:
    id: str
    external_description: str | None = UNSET
    last_refreshed_at: DateTime | None = UNSET
    number_of_queries: int | None = UNSET
    popularity: int | None = UNSET
    table_size: int | None = UNSET
    table_type: TableType | None = UNSET
    url: str | None = UNSET
    deleted_at: DateTime | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET


@strawberry.input
class UpdateTableDescriptionInput:
    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateTableDocumentationInput:
    id: str
    description_raw: str


@strawberry.input
class CreateColumnInput:
    data_type: str
    external_id: str
    is_nullable: bool
    name: str
    table_id: str
    deleted_at: DateTime | None = UNSET
    external_description: str | None = UNSET
    source_order: int | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET


@strawberry.input
class UpdateColumnInput:
    id: str
    deleted_at: DateTime | None = UNSET
    external_description: str | None = UNSET
    source_order: int | None = UNSET
    data_type: str | None = UNSET
    external_id: str | None = UNSET
    is_nullable: bool | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET
    name: str | None = UNSET


@strawberry.input
class UpdateColumnDescriptionInput:
    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateColumnsMetadataInput:
    id: str
    external_description: str | None = UNSET
    description_raw: str | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET


@strawberry.input
class CreateExternalLinkInput:
    table_id: str
    technology: ExternalLinkTechnology
    url: str


@strawberry.input
class UpdateExternalLinkInput:
    id: str
    url: str | None = UNSET


@strawberry.input
class DeleteExternalLinkInput:
    id: str
