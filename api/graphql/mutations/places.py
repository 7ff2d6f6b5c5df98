"""Databases and schemas that programs keep."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.sources import (
    CreateDatabaseInput,
    CreateSchemaInput,
    UpdateDatabaseInput,
    UpdateSchemaInput,
)
from api.graphql.resolvers import with_relations
from api.graphql.types.warehouse import Database, Schema
from catalog.services import places


@strawberry.type
class PlaceMutations:
    @strawberry.mutation
    def create_databases(self, info: Info, data: list[CreateDatabaseInput]) -> list[Database]:
        rows = places.create_databases(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_databases(self, info: Info, data: list[UpdateDatabaseInput]) -> list[Database]:
        rows = places.update_databases(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def create_schemas(self, info: Info, data: list[CreateSchemaInput]) -> list[Schema]:
        rows = places.create_schemas(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_schemas(self, info: Info, data: list[UpdateSchemaInput]) -> list[Schema]:
        rows = places.update_schemas(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)
