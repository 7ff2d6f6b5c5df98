"""Lineage of assets, and of their columns and fields."""

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.scalars import Timestamp
from catalog.choices import LineageType


@strawberry.type(description="One parent id and one child id are set.")
class Lineage:
    id: strawberry.ID
    child_dashboard_id: str | None
    child_table_id: str | None
    parent_dashboard_id: str | None
    parent_table_id: str | None
    lineage_type: LineageType | None
    created_at: Timestamp | None
    refreshed_at: Timestamp | None


@strawberry.type(description="One parent id and one child id are set. A dashboard can be a child, never a parent.")
class FieldLineage:
    id: strawberry.ID
    child_column_id: str | None
    child_dashboard_id: str | None
    child_dashboard_field_id: str | None
    parent_column_id: str | None
    parent_dashboard_field_id: str | None
    lineage_type: LineageType | None
    created_at: Timestamp | None
    refreshed_at: Timestamp | None


@strawberry.type
class GetLineagesOutput(PagedOutput):
    data: list[Lineage]


@strawberry.type
class GetFieldLineagesOutput(PagedOutput):
    data: list[FieldLineage]
