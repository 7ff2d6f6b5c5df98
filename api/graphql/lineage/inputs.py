"""Lineage, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    LineageAssetType,
    SortingDirectionEnum,
    SortingNullsPriority,
)
from catalog.choices import (
    LineageType,
)


@strawberry.input
class GetLineagesScope:
    """Which lineage between tables and dashboards to answer.

    childDashboardId: Only what leads to the dashboard with this id.
    childSourceId: Only what leads to a table or dashboard of the source with this id.
    childTableId: Only what leads to the table with this id.
    lineageIds: Only rows with one of these ids, at most 10,000; an empty list finds nothing.
    parentDashboardId: Only what comes from the dashboard with this id.
    parentSourceId: Only what comes from a table or dashboard of the source with this id.
    parentTableId: Only what comes from the table with this id.
    withChildAssetType: Only what leads to this kind of asset, TABLE or DASHBOARD; the other kinds find nothing.
    """

    child_dashboard_id: str | None = UNSET
    child_source_id: str | None = UNSET
    child_table_id: str | None = UNSET
    lineage_ids: list[str] | None = UNSET
    lineage_type: LineageType | None = UNSET
    parent_dashboard_id: str | None = UNSET
    parent_source_id: str | None = UNSET
    parent_table_id: str | None = UNSET
    with_child_asset_type: LineageAssetType | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetFieldLineagesScope:
    """Which lineage between columns and fields to answer; at least one condition is needed.

    childColumnId: Only what leads to the column with this id.
    childDashboardFieldId: Only what leads to the field of a dashboard with this id.
    childDashboardFieldSourceId: Only what leads to a field of a dashboard of the source with this id.
    childDashboardSourceId: Only what leads to a whole dashboard of the source with this id.
    columnSourceId: Only what comes from, or leads to, a column of the source with this id.
    hasDashboardChild: Only what leads to a whole dashboard, or with false what leads to a column or field.
    parentColumnId: Only what comes from the column with this id.
    parentDashboardFieldId: Only what comes from the field of a dashboard with this id.
    withChildAssetType: Only what leads to this kind of asset, COLUMN, DASHBOARD or DASHBOARD_FIELD; TABLE finds
        nothing.
    """

    child_column_id: str | None = UNSET
    child_dashboard_field_id: str | None = UNSET
    child_dashboard_field_source_id: str | None = UNSET
    child_dashboard_source_id: str | None = UNSET
    column_source_id: str | None = UNSET
    has_dashboard_child: bool | None = UNSET
    lineage_type: LineageType | None = UNSET
    parent_column_id: str | None = UNSET
    parent_dashboard_field_id: str | None = UNSET
    with_child_asset_type: LineageAssetType | None = UNSET


@strawberry.enum
class LineageSortingKey(Enum):
    """What lineage can be sorted by.

    id: The id of the lineage, which follows the order in which it was stored.
    popularity: How much parent and child are used, added up; unknown counts as 0, or as no value when both are.
    type: The name of its lineageType.
    """

    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class LineageSorting:
    """One key of the order of lineage."""

    sorting_key: LineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class FieldLineageSortingKey(Enum):
    """What lineage between columns and fields can be sorted by.

    childDashboardPopularity: How much the dashboard that it leads to is used; no value when the child is no dashboard.
    id: The id of the lineage, which follows the order in which it was stored.
    popularity: How much parent and child are used, added up, where a column counts as its table.
    type: The name of its lineageType.
    """

    childDashboardPopularity = "child_dashboard_popularity"
    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class FieldLineageSorting:
    """One key of the order of lineage between columns and fields."""

    sorting_key: FieldLineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class UpsertLineageInput:
    """A lineage to keep: exactly one parent and one child, which are not the same."""

    child_dashboard_id: str | None = UNSET
    child_table_id: str | None = UNSET
    parent_dashboard_id: str | None = UNSET
    parent_table_id: str | None = UNSET


@strawberry.input
class DeleteLineageInput:
    """A lineage to remove: exactly one parent and one child."""

    child_dashboard_id: str | None = UNSET
    child_table_id: str | None = UNSET
    parent_dashboard_id: str | None = UNSET
    parent_table_id: str | None = UNSET
