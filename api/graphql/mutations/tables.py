"""Tables that programs keep, and descriptions of any."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.tables import CreateTableInput, UpdateTableDescriptionInput, UpdateTableInput
from api.graphql.resolvers import with_relations
from api.graphql.types.warehouse import Table
from catalog.services import tables


@strawberry.type
class TableMutations:
    @strawberry.mutation
    def create_tables(self, info: Info, data: list[CreateTableInput]) -> list[Table]:
        rows = tables.create_tables(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_tables(self, info: Info, data: list[UpdateTableInput]) -> list[Table]:
        rows = tables.update_tables(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_table_descriptions(self, info: Info, data: list[UpdateTableDescriptionInput]) -> list[Table]:
        rows = tables.update_table_descriptions(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)
