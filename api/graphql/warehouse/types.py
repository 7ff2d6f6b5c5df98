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


@strawberry.type(description="`lastRefreshedAt` is the last ingest.")
class Source:
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


@strawberry.type(description="The parent relation is called `warehouse`, its id `sourceId`.")
class Database:
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
    id: strawberry.ID
    table_id: str
    url: str
    technology: ExternalLinkTechnology


@strawberry.type
class Table:
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
    data: list[Source]


@strawberry.type
class GetDatabasesOutput(PagedOutput):
    data: list[Database]


@strawberry.type
class GetSchemasOutput(PagedOutput):
    data: list[Schema]


@strawberry.type
class GetTablesOutput(PagedOutput):
    data: list[Table]


@strawberry.type
class GetColumnsOutput(PagedOutput):
    data: list[Column]
