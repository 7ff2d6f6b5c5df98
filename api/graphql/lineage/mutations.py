"""Lineage between assets."""

import strawberry

from api.graphql.context import Info, checked
from api.graphql.lineage.inputs import DeleteLineageInput, UpsertLineageInput
from api.graphql.lineage.types import Lineage
from api.graphql.resolvers import with_relations
from catalog.services import lineage


@strawberry.type
class LineageMutations:
    @strawberry.mutation
    def upsert_lineages(self, info: Info, data: list[UpsertLineageInput]) -> list[Lineage]:
        """Keeps lineage between known tables and dashboards, as MANUAL_CUSTOMER even where Catalog had found it."""
        rows = lineage.upsert_lineages(
            info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def delete_lineages(self, info: Info, data: list[DeleteLineageInput]) -> bool:
        """Removes lineage, whoever found it, and answers true, even when there was none; NOT_FOUND for unknown ids."""
        lineage.delete_lineages(info.context.account, rows=checked(info), by=info.context.actor, now=info.context.now)
        return True
