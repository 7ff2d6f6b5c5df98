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
    """Which dashboards to answer.

    folderPath: Only what lies in this folder or below it, written root/folder1/folder2; upper and lower case differ.
    """

    folder_path: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET
    with_deleted: bool | None = False
    is_verified: bool | None = UNSET
    is_deprecated: bool | None = UNSET


@strawberry.input
class GetDashboardFieldsScope:
    """Which fields of dashboards to answer.

    dashboardId: Only fields of the dashboard with this id.
    dashboardIds: Only fields of dashboards with one of these ids, at most 10,000; an empty list finds nothing.
    description: Only fields with this text in their description, in any case; at most 2,000 characters.
    """

    dashboard_id: str | None = UNSET
    dashboard_ids: list[str] | None = UNSET
    description: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET


@strawberry.enum
class DashboardSortingKey(Enum):
    """What dashboards can be sorted by.

    name: The name of the dashboard alone, without its folder.
    ownersAndTeamOwnersCount: How many people and teams own the dashboard.
    popularity: How much the dashboard is used; unknown counts as no value.
    """

    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"
    popularity = "popularity"


@strawberry.input
class DashboardSorting:
    """One key of the order of dashboards."""

    sorting_key: DashboardSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class UpdateDashboardDocumentationInput:
    """The text of Catalog for a dashboard."""

    id: str
    description_markdown: str
    is_description_generated: bool | None = False
