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
    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class LineageSorting:
    sorting_key: LineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class FieldLineageSortingKey(Enum):
    childDashboardPopularity = "child_dashboard_popularity"
    id = "id"
    popularity = "popularity"
    type = "type"


@strawberry.input
class FieldLineageSorting:
    sorting_key: FieldLineageSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class UpsertLineageInput:
    child_dashboard_id: str | None = UNSET
    child_table_id: str | None = UNSET
    parent_dashboard_id: str | None = UNSET
    parent_table_id: str | None = UNSET


@strawberry.input
class DeleteLineageInput:
    child_dashboard_id: str | None = UNSET
    child_table_id: str | None = UNSET
    parent_dashboard_id: str | None = UNSET
    parent_table_id: str | None = UNSET
