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
        """Makes a user the owner of assets and answers the ownerships in the order sent; one that is there stays as it
        is.

        data: The user, and the assets to give.
        """
        rows = people.upsert_user_owners(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_user_owners(self, info: Info, data: OwnerInput) -> bool:
        """Takes assets from a user and answers true, also when the user did not own them; without targets, all of them.

        data: The user, and the assets to take away.
        """
        people.remove_user_owners(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def upsert_team_owners(self, info: Info, data: TeamOwnerInput) -> list[TeamOwnerEntity]:
        """Makes a team the owner of assets and answers the ownerships in the order sent; one that is there stays as it
        is.

        data: The team, and the assets to give.
        """
        rows = people.upsert_team_owners(
            info.context.account, row=checked(info), by=info.context.actor, now=info.context.now
        )
        return with_relations(info, rows)

    @strawberry.mutation
    def remove_team_owners(self, info: Info, data: TeamOwnerInput) -> bool:
        """Takes assets from a team and answers true, also when the team did not own them; without targets, all of them.

        data: The team, and the assets to take away.
        """
        people.remove_team_owners(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True


@strawberry.type
class TeamMutations:
    @strawberry.mutation
    def upsert_team(self, info: Info, data: UpsertTeamInput) -> Team:
        """Creates the team of this name, or changes it when there is one.

        data: The team as it shall be.
        """
        team = teams.upsert_team(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return with_relations(info, [team])[0]

    @strawberry.mutation
    def add_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        """Puts users into a team and answers true; whoever is in it stays.

        data: The team, and who joins it.
        """
        teams.add_team_users(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True

    @strawberry.mutation
    def remove_team_users(self, info: Info, data: TeamUsersInput) -> bool:
        """Takes users out of a team and answers true, also when they were not in it.

        data: The team, and who leaves it.
        """
        teams.remove_team_users(info.context.account, row=checked(info), by=info.context.actor, now=info.context.now)
        return True
