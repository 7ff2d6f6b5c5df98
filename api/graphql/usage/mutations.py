"""Runs of quality checks."""

import strawberry

from api.graphql.context import Info, given
from api.graphql.resolvers import with_relations
from api.graphql.usage.inputs import RemoveQualityChecksInput, UpsertQualityChecksInput
from api.graphql.usage.types import QualityCheck
from catalog.services import quality


@strawberry.type
class QualityMutations:
    @strawberry.mutation
    def upsert_data_qualities(self, info: Info, data: UpsertQualityChecksInput) -> list[QualityCheck]:
        rows = quality.upsert_data_qualities(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_data_qualities(self, info: Info, data: RemoveQualityChecksInput) -> bool:
        quality.remove_data_qualities(info.context.account, row=given(data), now=info.context.now)
        return True
