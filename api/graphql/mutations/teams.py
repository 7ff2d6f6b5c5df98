"""Teams and who is in them."""

import strawberry

from accounts import teams
from api.graphql.context import Info, given
from api.graphql.inputs.people import TeamUsersInput, UpsertTeamInput
from api.graphql.resolvers import with_relations
from api.graphql.types.people import Team


@strawberry.type
class TeamMutations:
    @strawberry.mutation
    def upsert_team(self, info: Info, data: UpsertTeamInput) -> Team:
        team = teams.upsert_team(info.context.account, row=given(data), now=info.context.now)
        return with_relations(info, [team])[0]

    @strawberry.mutation
    def add_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        teams.add_team_users(info.context.account, row=given(data))
        return True

    @strawberry.mutation
    def remove_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        teams.remove_team_users(info.context.account, row=given(data))
        return True
