"""People and teams who own assets."""

import strawberry

from api.graphql.context import Info, given
from api.graphql.inputs.people import OwnerInput, TeamOwnerInput
from api.graphql.resolvers import with_relations
from api.graphql.types.people import OwnerEntity, TeamOwnerEntity
from catalog.services import owners


@strawberry.type
class OwnerMutations:
    @strawberry.mutation
    def upsert_user_owners(self, info: Info, data: OwnerInput) -> list[OwnerEntity]:
        rows = owners.upsert_user_owners(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_user_owners(self, info: Info, data: OwnerInput) -> bool:
        owners.remove_user_owners(info.context.account, row=given(data))
        return True

    @strawberry.mutation
    def upsert_team_owners(self, info: Info, data: TeamOwnerInput) -> list[TeamOwnerEntity]:
        rows = owners.upsert_team_owners(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_team_owners(self, info: Info, data: TeamOwnerInput) -> bool:
        owners.remove_team_owners(info.context.account, row=given(data))
        return True
