"""What is made from what."""

import strawberry

from api.graphql.context import Info, plain
from api.graphql.inputs.knowledge import DeleteLineageInput, UpsertLineageInput
from api.graphql.resolvers import with_relations
from api.graphql.types.lineage import Lineage
from catalog.services import lineage


@strawberry.type
class LineageMutations:
    @strawberry.mutation
    def upsert_lineages(self, info: Info, data: list[UpsertLineageInput]) -> list[Lineage]:
        rows = lineage.upsert_lineages(info.context.account, rows=plain(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def delete_lineages(self, info: Info, data: list[DeleteLineageInput]) -> bool:
        lineage.delete_lineages(info.context.account, rows=plain(data))
        return True
