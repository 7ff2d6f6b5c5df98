"""Columns that programs keep, and what is said of any."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.tables import (
    CreateColumnInput,
    UpdateColumnDescriptionInput,
    UpdateColumnInput,
    UpdateColumnsMetadataInput,
)
from api.graphql.resolvers import with_relations
from api.graphql.types.warehouse import Column
from catalog.services import columns


@strawberry.type
class ColumnMutations:
    @strawberry.mutation
    def create_columns(self, info: Info, data: list[CreateColumnInput]) -> list[Column]:
        rows = columns.create_columns(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns(self, info: Info, data: list[UpdateColumnInput]) -> list[Column]:
        rows = columns.update_columns(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation(deprecation_reason="Use updateColumnsMetadata.")  # type: ignore[untyped-decorator]
    def update_column_descriptions(self, info: Info, data: list[UpdateColumnDescriptionInput]) -> list[Column]:
        rows = columns.update_columns_metadata(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def update_columns_metadata(self, info: Info, data: list[UpdateColumnsMetadataInput]) -> list[Column]:
        rows = columns.update_columns_metadata(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)
