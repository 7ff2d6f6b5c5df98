"""Sources and what lies in them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.context import Info
from api.graphql.paging import PagedOutput
from api.graphql.people.types import EntityEditor, OwnerEntity, TeamOwnerEntity, User
from api.graphql.scalars import JSON, Timestamp
from catalog.choices import (
    ColumnExternalDescriptionSource,
    ExternalLinkTechnology,
    SourceOrigin,
    SourceTechnology,
    SourceType,
    TableExternalDescriptionSource,
    TableType,
    TransformationSource,
)

if TYPE_CHECKING:
    from api.graphql.knowledge.types import TagEntity

TagEntities = list[Annotated["TagEntity", strawberry.lazy("api.graphql.knowledge.types")]]  # which knows tables, too


def account_of_caller(info: Info) -> str:
    return str(info.context.account.uuid)


@strawberry.type
class Source:
    """A tool of the customer that Catalog knows: a warehouse, a visualization tool or another.

    name: What people call the source.
    origin: How it came in: API when programs keep it, EXTRACTION when Catalog reads it.
    technology: The tool that the source is, for example SNOWFLAKE.
    type: The kind of tool that the source is.
    lastRefreshedAt: When Catalog last took in what the source holds; null when it never did.
    """

    id: strawberry.ID
    name: str
    origin: SourceOrigin
    slug: str
    technology: SourceTechnology
    type: SourceType
    created_at: Timestamp
    deleted_at: Timestamp | None
    last_refreshed_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class Database:
    """A database in a source, which its relation calls warehouse and its id sourceId.

    name: The first part of the path of the tables in it.
    description: A text of at most 500 characters; null when there is none.
    warehouse: The source in which the database lies, of the id sourceId.
    """

    id: strawberry.ID
    external_id: str
    source_id: str
    description: str | None
    is_hidden: bool
    name: str
    slug: str
    source: Source = strawberry.field(name="warehouse")
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class Schema:
    """A schema in a database.

    name: The second part of the path of the tables in it.
    description: A text of at most 500 characters; null when there is none.
    database: The database in which the schema lies.
    """

    id: strawberry.ID
    external_id: str
    database_id: str
    description: str | None
    is_hidden: bool
    name: str
    slug: str
    database: Database
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class ExternalLink:
    """An address about a table elsewhere, for example of its code or of the job that fills it.

    tableId: The id of the table that has the link.
    url: The address that the link leads to.
    technology: The tool that the link leads to.
    """

    id: strawberry.ID
    table_id: str
    url: str
    technology: ExternalLinkTechnology


@strawberry.type
class Table:
    """A table, a view or a topic of a warehouse.

    externalLinks: The addresses about the table elsewhere.
    lastQueriedAt: When a query last used the table; null when that is not known.
    lastRefreshedAt: When the data were last brought up to date; null when that is not known.
    name: The name of the table alone, the last part of its path.
    numberOfQueries: How often the table was queried, as its source counts; null when that is not known.
    schema: The schema in which the table lies.
    tableSize: The size of the table in MB; null when that is not known.
    tableType: What sort of table it is.
    transformationSource: The tool that builds the table; null when that is not known.
    url: The address of the table in its source; null when there is none.
    """

    id: strawberry.ID
    external_id: str
    deprecated_by_user_id: str | None
    last_described_by_user_id: str | None
    schema_id: str
    verified_by_user_id: str | None
    description_raw: str | None
    description_markdown: str | None
    description_state_lexical: JSON | None
    external_description: str | None
    external_description_source: TableExternalDescriptionSource | None
    is_description_generated: bool | None
    name: str
    number_of_queries: int | None
    popularity: int | None
    slug: str
    table_size: int | None
    table_type: TableType
    transformation_source: TransformationSource | None
    url: str | None
    description: str
    is_deprecated: bool
    is_verified: bool
    entity_editors: list[EntityEditor]
    external_links: list[ExternalLink] | None
    owner_entities: list[OwnerEntity]
    schema: Schema
    tag_entities: TagEntities
    team_owner_entities: list[TeamOwnerEntity]
    verified_by_user: User | None = strawberry.field(name="verifiedBy")
    deprecated_at: Timestamp | None
    last_queried_at: Timestamp | None
    last_refreshed_at: Timestamp | None
    verified_at: Timestamp | None
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class Column:
    """A column of a table.

    accountId: The id of the account that the token belongs to.
    dataType: The type of the values, as the source writes it.
    describedByColumnId: The id of the column whose description this one takes over; null for a text of its own.
    isNullable: Whether the column may be empty in a row.
    isPii: Whether the column holds personal data; null when that is not known.
    name: The name of the column alone.
    sourceOrder: The place of the column in its table; null when that is not known.
    table: The table that holds the column.
    tableId: The id of the table that holds the column.
    """

    id: strawberry.ID
    external_id: str
    described_by_column_id: str | None
    account_id: str = strawberry.field(resolver=account_of_caller)
    source_id: str
    table_id: str
    database_id: str
    schema_id: str
    data_type: str
    description_raw: str | None
    external_description: str | None
    external_description_source: ColumnExternalDescriptionSource | None
    is_description_generated: bool | None
    is_nullable: bool
    is_pii: bool | None
    is_primary_key: bool | None
    name: str
    source_order: int | None
    description: str
    table: Table
    tag_entities: TagEntities
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class GetSourcesOutput(PagedOutput):
    """A page of sources."""

    data: list[Source]


@strawberry.type
class GetDatabasesOutput(PagedOutput):
    """A page of databases."""

    data: list[Database]


@strawberry.type
class GetSchemasOutput(PagedOutput):
    """A page of schemas."""

    data: list[Schema]


@strawberry.type
class GetTablesOutput(PagedOutput):
    """A page of tables."""

    data: list[Table]


@strawberry.type
class GetColumnsOutput(PagedOutput):
    """A page of columns."""

    data: list[Column]
