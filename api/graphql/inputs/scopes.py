"""Filters of the queries: all that are given must hold."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import EntityTargetType, FilterTablesMode, LineageAssetType, SearchArrayFilterMode
from catalog.choices import LineageType, QueryType, SourceOrigin, SourceTechnology, SourceType


@strawberry.input
class GetDashboardFieldsScope:
    dashboard_id: str | None = UNSET
    dashboard_ids: list[str] | None = UNSET
    description: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET


@strawberry.input
class SearchQueriesScope:
    table_ids: list[str]
    filter_mode: FilterTablesMode | None = FilterTablesMode.ALL


@strawberry.input
class GetColumnsScope:
    name: str | None = UNSET
    name_contains: str | None = UNSET
    description: str | None = UNSET
    database_id: str | None = UNSET
    database_ids: list[str] | None = UNSET
    ids: list[str] | None = UNSET
    has_column_joins: bool | None = UNSET
    is_documented: bool | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET
    schema_id: str | None = UNSET
    schema_ids: list[str] | None = UNSET
    source_id: str | None = UNSET
    source_ids: list[str] | None = UNSET
    table_id: str | None = UNSET
    table_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetColumnJoinsScope:
    column_ids: list[str] | None = UNSET
    ids: list[str] | None = UNSET
    table_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetDashboardsScope:
    folder_path: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_id: str | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetDatabasesScope:
    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetDataProductScope:
    with_tag_id: str | None = UNSET
    entity_type: EntityTargetType | None = UNSET


@strawberry.input
class GetEntitiesLinksScope:
    from_dashboard_id: str | None = UNSET
    from_table_id: str | None = UNSET
    from_term_id: str | None = UNSET
    from_term_ids: list[str] | None = UNSET
    to_columns_of_table_id: str | None = UNSET
    to_dashboard_id: str | None = UNSET
    to_dashboard_field_id: str | None = UNSET
    to_fields_of_dashboard_id: str | None = UNSET
    to_table_id: str | None = UNSET
    to_term_id: str | None = UNSET


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
class GetQualityChecksScope:
    table_id: str | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetSchemasScope:
    database_ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    source_ids: list[str] | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetSourcesScope:
    name_contains: str | None = UNSET
    origin: SourceOrigin | None = UNSET
    technology: SourceTechnology | None = UNSET
    type: SourceType | None = UNSET
    with_deleted: bool | None = False


@strawberry.input
class GetTablesScope:
    database_id: str | None = UNSET
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    path_contains: str | None = UNSET
    schema_id: str | None = UNSET
    warehouse_id: str | None = UNSET
    with_deleted: bool | None = False
    with_hidden: bool | None = False


@strawberry.input
class GetTableQueriesScope:
    database_id: str | None = UNSET
    query_type: QueryType | None = UNSET
    schema_id: str | None = UNSET
    table_ids: list[str] | None = UNSET
    table_ids_filter_mode: SearchArrayFilterMode | None = UNSET
    warehouse_id: str | None = UNSET


@strawberry.input
class GetTagsScope:
    ids: list[str] | None = UNSET
    label_contains: str | None = UNSET


@strawberry.input
class GetTermsScope:
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
