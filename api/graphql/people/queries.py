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
        return rows_of_page(people_of(info.context.account), info, pagination, key="uuid")

    @strawberry.field
    def get_teams(self, info: Info, pagination: PageInput = UNSET) -> list[GetTeamsOutput]:
        return rows_of_page(teams_of(info.context.account), info, pagination)
