"""The people and teams of the account."""

from typing import Any

import strawberry
from strawberry import UNSET

from api.graphql.context import Info, given
from api.graphql.paging import Page
from api.graphql.queries.answers import PageInput
from api.graphql.types.people import GetTeamsOutput, GetUsersOutput
from catalog.queries.people import people_of, teams_of


@strawberry.type
class PeopleQueries:
    @strawberry.field
    def get_users(self, info: Info, pagination: PageInput = UNSET) -> list[GetUsersOutput]:
        return page_of(people_of(info.context.account), info, pagination, key="uuid")

    @strawberry.field
    def get_teams(self, info: Info, pagination: PageInput = UNSET) -> list[GetTeamsOutput]:
        return page_of(teams_of(info.context.account), info, pagination)


def page_of(rows: Any, info: Info, pagination: PageInput, *, key: str = "pk") -> Any:
    """The rows of one page, without its numbers."""
    info.context.check_time()
    page = given(pagination) if pagination else None
    return Page(rows, pagination=page, key=key, check_time=info.context.check_time).data
