"""Sources, and what lies in them, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import SortingDirectionEnum, SortingNullsPriority
from api.graphql.scalars import DateTime
from catalog.choices import ExternalLinkTechnology, SourceOrigin, SourceTechnology, SourceType, TableType


@strawberry.input
class GetSourcesScope:
    """Which sources to answer.

    origin: Only sources that came in this way: API for the one that programs keep.
    technology: Only sources of this tool.
    type: Only sources of this kind of tool.
    """

    name_contains: str | None = UNSET
    origin: SourceOrigin | None = UNSET
    technology: SourceTechnology | None = UNSET
    type: SourceType | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetDatabasesScope:
    """Which databases to answer."""

    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetSchemasScope:
    """Which schemas to answer."""

    database_ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetTablesScope:
    """Which tables to answer.

    pathContains: Only tables with this text in database.schema.table, in any case; at most 2,000 characters.
    """

    database_id: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    path_contains: str | None = UNSET
    schema_id: str | None = UNSET
    warehouse_id: str | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False
    is_verified: bool | None = UNSET
    is_deprecated: bool | None = UNSET


@strawberry.input
class GetColumnsScope:
    """Which columns to answer.

    name: Only columns with exactly this name, upper and lower case included.
    description: Only columns with this text in the description of Catalog or of the source, in any case.
    hasColumnJoins: Only columns that some query joins with another, or with false those that none does.
    isDocumented: Only columns with a description in Catalog or from the source, or with false those without.
    isPii: Only columns marked as personal data, or with false those marked as none; unmarked ones fit neither.
    isPrimaryKey: Only columns marked as primary key, or with false those marked as none; unmarked ones fit neither.
    """

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
    """What tables can be sorted by.

    levelOfCompletion: From 0 to 4: one each for a description, an owner, a tag and being verified.
    name: The name of the table alone, without its path.
    nameLength: How many characters the name has.
    ownersAndTeamOwnersCount: How many people and teams own the table.
    popularity: How much the table is used; unknown counts as no value.
    schemaName: The name of the schema in which the table lies.
    """

    levelOfCompletion = "level_of_completion"
    name = "name"
    nameLength = "name_length"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"
    popularity = "popularity"
    schemaName = "schema_name"


@strawberry.input
class TableSorting:
    """One key of the order of tables."""

    sorting_key: TableSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class ColumnSortingKey(Enum):
    """What columns can be sorted by.

    name: The name of the column alone.
    sourceOrder: The place of the column in its table.
    tableName: The name of the table that holds the column.
    tablePopularity: How much that table is used; unknown counts as no value.
    """

    name = "name"
    sourceOrder = "source_order"
    tableName = "table_name"
    tablePopularity = "table_popularity"


@strawberry.input
class ColumnSorting:
    """One key of the order of columns."""

    sorting_key: ColumnSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class CreateTableInput:
    """A new table in a schema of the API source."""

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
    """A change of a table below the API source; what is absent stays as it is."""

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
    """The text of the source for a table of any source; what is absent stays as it is."""

    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateTableDocumentationInput:
    """The text of Catalog for a table of any source."""

    id: str
    description_markdown: str
    is_description_generated: bool | None = False


@strawberry.input
class CreateColumnInput:
    """A new column in a table below the API source."""

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
    """A change of a column below the API source; what is absent stays as it is."""

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
    """The text of the source for a column of any source; what is absent stays as it is."""

    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateColumnsMetadataInput:
    """Texts and marks for a column of any source; what is absent stays as it is."""

    id: str
    external_description: str | None = UNSET
    description_raw: str | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET


@strawberry.input
class CreateExternalLinkInput:
    """A new link from a table of any source to a place elsewhere.

    tableId: The id of a table of any source; NOT_FOUND when it is unknown.
    technology: The tool that the link leads to.
    url: The address, which begins with http:// or https:// and has at most 2,000 characters.
    """

    table_id: str
    technology: ExternalLinkTechnology
    url: str


@strawberry.input
class UpdateExternalLinkInput:
    """A new address for a link.

    url: The new address, which begins with http:// or https://; absent leaves it as it is, null is refused.
    """

    id: str
    url: str | None = UNSET


@strawberry.input
class DeleteExternalLinkInput:
    """A link to remove.

    id: The id of the link, once in a call; NOT_FOUND when it is unknown.
    """

    id: str
