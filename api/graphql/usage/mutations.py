"""Runs of quality checks."""

import strawberry

from api.graphql.context import Info, checked
from api.graphql.resolvers import with_relations
from api.graphql.usage.inputs import RemoveQualityChecksInput, UpsertQualityChecksInput
from api.graphql.usage.types import QualityCheck
from catalog.services import usage


@strawberry.type
class QualityMutations:
    @strawberry.mutation
    def upsert_data_qualities(self, info: Info, data: UpsertQualityChecksInput) -> list[QualityCheck]:
        rows = usage.upsert_data_qualities(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_data_qualities(self, info: Info, data: RemoveQualityChecksInput) -> bool:
        usage.remove_data_qualities(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return True
