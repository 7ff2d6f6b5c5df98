"""The source that programs keep."""

import strawberry

from api.graphql.context import Info, given
from api.graphql.inputs.sources import CreateSourceInput, UpdateSourceInput
from api.graphql.resolvers import with_relations
from api.graphql.types.warehouse import Source
from catalog.services import sources


@strawberry.type
class SourceMutations:
    @strawberry.mutation
    def create_source(self, info: Info, data: CreateSourceInput) -> Source:
        source = sources.create_source(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, [source])[0]

    @strawberry.mutation
    def update_source(self, info: Info, data: UpdateSourceInput) -> Source:
        source = sources.update_source(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, [source])[0]
