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
        """Creates the API source, the one that programs keep; refused when the account has one, even a deleted one.

        data: What the source is called.
        """
        source = warehouse.create_source(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [source])[0]

    @strawberry.mutation
    def update_source(self, info: Info, data: UpdateSourceInput) -> Source:
        """Renames the API source, deletes it or brings it back; FORBIDDEN for any other source.

        data: The source to change, and what is new of it.
        """
        source = warehouse.update_source(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, [source])[0]


@strawberry.type
class PlaceMutations:
    @strawberry.mutation
    def create_databases(self, info: Info, data: list[CreateDatabaseInput]) -> list[Database]:
        """Creates databases in the API source and answers them in that order; refuses a taken externalId."""
        rows = warehouse.create_databases(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_databases(self, info: Info, data: list[UpdateDatabaseInput]) -> list[Database]:
        """Changes databases below the API source; a new name goes into the paths of all tables below."""
        rows = warehouse.update_databases(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def create_schemas(self, info: Info, data: list[CreateSchemaInput]) -> list[Schema]:
        """Creates schemas in databases of the API source and answers them in that order; refuses a taken externalId."""
        rows = warehouse.create_schemas(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_schemas(self, info: Info, data: list[UpdateSchemaInput]) -> list[Schema]:
        """Changes schemas below the API source; a new name goes into the paths of all tables below."""
        rows = warehouse.update_schemas(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class TableMutations:
    @strawberry.mutation
    def create_tables(self, info: Info, data: list[CreateTableInput]) -> list[Table]:
        """Creates tables in schemas of the API source and answers them in that order; refuses a taken externalId."""
        rows = tables.create_tables(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_tables(self, info: Info, data: list[UpdateTableInput]) -> list[Table]:
        """Changes tables below the API source, deletes them or brings them back; FORBIDDEN for any other table."""
        rows = tables.update_tables(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_table_descriptions(self, info: Info, data: list[UpdateTableDescriptionInput]) -> list[Table]:
        """Writes externalDescription of tables of any source, which shows where Catalog has no text of its own."""
        rows = tables.update_table_descriptions(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class ColumnMutations:
    @strawberry.mutation
    def create_columns(self, info: Info, data: list[CreateColumnInput]) -> list[Column]:
        """Creates columns in tables below the API source and answers them in that order; refuses a taken externalId."""
        rows = tables.create_columns(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns(self, info: Info, data: list[UpdateColumnInput]) -> list[Column]:
        """Changes columns below the API source, deletes them or brings them back; FORBIDDEN for any other column."""
        rows = tables.update_columns(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation(deprecation_reason="Use updateColumnsMetadata.")  # type: ignore[untyped-decorator]
    def update_column_descriptions(self, info: Info, data: list[UpdateColumnDescriptionInput]) -> list[Column]:
        """Writes externalDescription of columns of any source, shown where Catalog has no text; may give the relation
        tagEntities.tag.
        """
        rows = tables.update_columns_metadata(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns_metadata(self, info: Info, data: list[UpdateColumnsMetadataInput]) -> list[Column]:
        """Writes both texts and the marks of columns of any source; may give the relation tagEntities.tag."""
        rows = tables.update_columns_metadata(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)


@strawberry.type
class LinkMutations:
    @strawberry.mutation
    def create_external_links(self, info: Info, data: list[CreateExternalLinkInput]) -> list[ExternalLink]:
        """Adds links to tables of any source and answers them in the order sent; the same address may come again."""
        rows = tables.create_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def update_external_links(self, info: Info, data: list[UpdateExternalLinkInput]) -> list[ExternalLink]:
        """Gives links other addresses; NOT_FOUND for an unknown one, and then none is changed."""
        rows = tables.update_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def delete_external_links(self, info: Info, data: list[DeleteExternalLinkInput]) -> bool:
        """Removes links for good and answers true; NOT_FOUND for an unknown one, and then none is removed."""
        tables.delete_external_links(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return True


@strawberry.type
class TableDocumentationMutations:
    @strawberry.mutation
    def update_tables_documentation(self, info: Info, data: list[UpdateTableDocumentationInput]) -> list[Table]:
        """Overwrites the text of Catalog of tables of any source; none is changed when one is NOT_FOUND."""
        rows = update_tables_documentation(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)
