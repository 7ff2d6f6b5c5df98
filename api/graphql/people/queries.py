"""The people and teams of the account."""

import strawberry
from strawberry import UNSET

from api.graphql.context import Info
from api.graphql.paging import PageInput
from api.graphql.people.types import GetTeamsOutput, GetUsersOutput
from api.graphql.resolvers import rows_of_page
from catalog.queries.people import people_of, teams_of


@strawberry.type
class PeopleQueries:
    @strawberry.field
    def get_users(self, info: Info, pagination: PageInput = UNSET) -> list[GetUsersOutput]:
        """Lists the users of the account, whatever their status; a plain list, where a short page is the last one."""
        return rows_of_page(people_of(info.context.account), info, pagination, key="uuid")

    @strawberry.field
    def get_teams(self, info: Info, pagination: PageInput = UNSET) -> list[GetTeamsOutput]:
        """Lists the teams of the account; a plain list, where a short page is the last one."""
        return rows_of_page(teams_of(info.context.account), info, pagination)
