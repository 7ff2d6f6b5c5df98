"""Sources, and what lies in them."""

import strawberry
from strawberry import UNSET

from api.graphql.context import Info
from api.graphql.paging import PageInput
from api.graphql.resolvers import read_page
from api.graphql.warehouse.inputs import (
    ColumnSorting,
    GetColumnsScope,
    GetDatabasesScope,
    GetSchemasScope,
    GetSourcesScope,
    GetTablesScope,
    TableSorting,
)
from api.graphql.warehouse.types import (
    GetColumnsOutput,
    GetDatabasesOutput,
    GetSchemasOutput,
    GetSourcesOutput,
    GetTablesOutput,
)
from catalog import models
from catalog.queries import filters
from catalog.queries import sorting as by


@strawberry.type
class WarehouseQueries:
    @strawberry.field
    def get_sources(
        self, info: Info, scope: GetSourcesScope | None = UNSET, pagination: PageInput = UNSET
    ) -> GetSourcesOutput:
        """Lists the sources of the account, without relations."""
        return read_page(info, models.Source, filters.SOURCES, scope=scope, pagination=pagination)

    @strawberry.field
    def get_databases(
        self, info: Info, scope: GetDatabasesScope | None = UNSET, pagination: PageInput = UNSET
    ) -> GetDatabasesOutput:
        """Lists databases; may give the relation warehouse."""
        return read_page(info, models.Database, filters.DATABASES, scope=scope, pagination=pagination)

    @strawberry.field
    def get_schemas(
        self, info: Info, scope: GetSchemasScope | None = UNSET, pagination: PageInput = UNSET
    ) -> GetSchemasOutput:
        """Lists schemas; may give the relation database.warehouse."""
        return read_page(info, models.Schema, filters.SCHEMAS, scope=scope, pagination=pagination)

    @strawberry.field
    def get_tables(
        self,
        info: Info,
        scope: GetTablesScope | None = UNSET,
        sorting: list[TableSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetTablesOutput:
        """Lists tables; may give the relations schema.database.warehouse, ownerEntities, teamOwnerEntities,
        tagEntities.tag, entityEditors.sourceUser, externalLinks and verifiedBy.
        """
        return read_page(
            info, models.Table, filters.TABLES, scope=scope, pagination=pagination, sorting=sorting, keys=by.TABLES
        )

    @strawberry.field
    def get_columns(
        self,
        info: Info,
        scope: GetColumnsScope | None = UNSET,
        sorting: list[ColumnSorting] | None = UNSET,
        pagination: PageInput = UNSET,
    ) -> GetColumnsOutput:
        """Lists columns; may give the relations tagEntities.tag and table.schema.database."""
        return read_page(
            info,
            models.Column,
            filters.COLUMNS,
            scope=scope,
            pagination=pagination,
            sorting=sorting,
            keys=by.COLUMNS,
        )
