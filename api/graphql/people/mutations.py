"""Owners of assets, teams and who is in them."""

import strawberry

from accounts import teams
from api.graphql.context import Info, checked
from api.graphql.people.inputs import OwnerInput, TeamOwnerInput, TeamUsersInput, UpsertTeamInput
from api.graphql.people.types import OwnerEntity, Team, TeamOwnerEntity
from api.graphql.resolvers import with_relations
from catalog.services import people


@strawberry.type
class OwnerMutations:
    @strawberry.mutation
    def upsert_user_owners(self, info: Info, data: OwnerInput) -> list[OwnerEntity]:
        rows = people.upsert_user_owners(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_user_owners(self, info: Info, data: OwnerInput) -> bool:
        people.remove_user_owners(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def upsert_team_owners(self, info: Info, data: TeamOwnerInput) -> list[TeamOwnerEntity]:
        rows = people.upsert_team_owners(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_team_owners(self, info: Info, data: TeamOwnerInput) -> bool:
        people.remove_team_owners(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TeamMutations:
    @strawberry.mutation
    def upsert_team(self, info: Info, data: UpsertTeamInput) -> Team:
        team = teams.upsert_team(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return with_relations(info, [team])[0]

    @strawberry.mutation
    def add_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        teams.add_team_users(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def remove_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        teams.remove_team_users(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True
