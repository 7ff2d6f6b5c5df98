"""Lineage of assets, and of their columns and fields."""

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.scalars import Timestamp
from catalog.choices import LineageType


@strawberry.type
class Lineage:
    """That a table or dashboard, the child, is made from another, the parent; one id of each is set.

    childDashboardId: The id of the child when it is a dashboard, else null.
    childTableId: The id of the child when it is a table, else null.
    parentDashboardId: The id of the parent when it is a dashboard, else null.
    parentTableId: The id of the parent when it is a table, else null.
    """

    id: strawberry.ID
    child_dashboard_id: str | None
    child_table_id: str | None
    parent_dashboard_id: str | None
    parent_table_id: str | None
    lineage_type: LineageType | None
    created_at: Timestamp | None
    refreshed_at: Timestamp | None


@strawberry.type
class FieldLineage:
    """That a column, field or dashboard, the child, is made from a column or field, the parent; one id of each is set.

    childColumnId: The id of the child when it is a column, else null.
    childDashboardId: The id of the child when it is a whole dashboard, else null.
    childDashboardFieldId: The id of the child when it is a field of a dashboard, else null.
    parentColumnId: The id of the parent when it is a column, else null.
    parentDashboardFieldId: The id of the parent when it is a field of a dashboard, else null.
    """

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
    """A page of lineage between tables and dashboards."""

    data: list[Lineage]


@strawberry.type
class GetFieldLineagesOutput(PagedOutput):
    """A page of lineage between columns and fields."""

    data: list[FieldLineage]
