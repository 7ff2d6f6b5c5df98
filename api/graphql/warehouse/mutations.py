"""Sources, databases, schemas, tables and columns that programs keep, and what is said of any."""

import strawberry

from api.graphql.context import Info, checked
from api.graphql.resolvers import with_relations
from api.graphql.warehouse.inputs import (
    CreateColumnInput,
    CreateExternalLinkInput,
    CreateTableInput,
    DeleteExternalLinkInput,
    UpdateColumnDescriptionInput,
    UpdateColumnInput,
    UpdateColumnsMetadataInput,
    UpdateExternalLinkInput,
    UpdateTableDescriptionInput,
    UpdateTableDocumentationInput,
    UpdateTableInput,
)
from api.graphql.warehouse.places import (
    CreateDatabaseInput,
    CreateSchemaInput,
    CreateSourceInput,
    UpdateDatabaseInput,
    UpdateSchemaInput,
    UpdateSourceInput,
)
from api.graphql.warehouse.types import Column, Database, ExternalLink, Schema, Source, Table
from catalog.services import tables, warehouse
from catalog.services.documentation import update_tables_documentation


@strawberry.type
class SourceMutations:
    @strawberry.mutation
    def create_source(self, info: Info, data: CreateSourceInput) -> Source:
        source = warehouse.create_source(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [source])[0]

    @strawberry.mutation
    def update_source(self, info: Info, data: UpdateSourceInput) -> Source:
        source = warehouse.update_source(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [source])[0]


@strawberry.type
class PlaceMutations:
    @strawberry.mutation
    def create_databases(self, info: Info, data: list[CreateDatabaseInput]) -> list[Database]:
        rows = warehouse.create_databases(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_databases(self, info: Info, data: list[UpdateDatabaseInput]) -> list[Database]:
        rows = warehouse.update_databases(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def create_schemas(self, info: Info, data: list[CreateSchemaInput]) -> list[Schema]:
        rows = warehouse.create_schemas(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_schemas(self, info: Info, data: list[UpdateSchemaInput]) -> list[Schema]:
        rows = warehouse.update_schemas(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class TableMutations:
    @strawberry.mutation
    def create_tables(self, info: Info, data: list[CreateTableInput]) -> list[Table]:
        rows = tables.create_tables(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_tables(self, info: Info, data: list[UpdateTableInput]) -> list[Table]:
        rows = tables.update_tables(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_table_descriptions(self, info: Info, data: list[UpdateTableDescriptionInput]) -> list[Table]:
        rows = tables.update_table_descriptions(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class ColumnMutations:
    @strawberry.mutation
    def create_columns(self, info: Info, data: list[CreateColumnInput]) -> list[Column]:
        rows = tables.create_columns(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns(self, info: Info, data: list[UpdateColumnInput]) -> list[Column]:
        rows = tables.update_columns(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation(deprecation_reason="Use updateColumnsMetadata.")  # type: ignore[untyped-decorator]
    def update_column_descriptions(self, info: Info, data: list[UpdateColumnDescriptionInput]) -> list[Column]:
        rows = tables.update_columns_metadata(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns_metadata(self, info: Info, data: list[UpdateColumnsMetadataInput]) -> list[Column]:
        rows = tables.update_columns_metadata(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class LinkMutations:
    @strawberry.mutation
    def create_external_links(self, info: Info, data: list[CreateExternalLinkInput]) -> list[ExternalLink]:
        rows = tables.create_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_external_links(self, info: Info, data: list[UpdateExternalLinkInput]) -> list[ExternalLink]:
        rows = tables.update_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def delete_external_links(self, info: Info, data: list[DeleteExternalLinkInput]) -> bool:
        tables.delete_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return True


@strawberry.type
class TableDocumentationMutations:
    @strawberry.mutation
    def update_tables_documentation(self, info: Info, data: list[UpdateTableDocumentationInput]) -> list[Table]:
        rows = update_tables_documentation(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)
