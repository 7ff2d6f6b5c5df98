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
        """Stores the last runs of checks of one table and answers the checks in the order sent, as they are afterwards.

        data: The table, and the runs of its checks.
        """
        rows = usage.upsert_data_qualities(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_data_qualities(self, info: Info, data: RemoveQualityChecksInput) -> bool:
        """Deletes checks and answers true, also when there was none; a new run brings a check back.

        data: The checks to remove.
        """
        usage.remove_data_qualities(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return True
