"""Dashboards and their fields, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    SortingDirectionEnum,
    SortingNullsPriority,
)


@strawberry.input
class GetDashboardsScope:
    folder_path: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET
    with_deleted: bool | None = False
    is_verified: bool | None = UNSET
    is_deprecated: bool | None = UNSET


@strawberry.input
class GetDashboardFieldsScope:
    dashboard_id: str | None = UNSET
    dashboard_ids: list[str] | None = UNSET
    description: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET


@strawberry.enum
class DashboardSortingKey(Enum):
    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"
    popularity = "popularity"


@strawberry.input
class DashboardSorting:
    sorting_key: DashboardSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class UpdateDashboardDocumentationInput:
    id: str
    description_markdown: str
    is_description_generated: bool | None = False
