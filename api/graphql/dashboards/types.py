"""Dashboards and their fields."""

import strawberry

from api.graphql.paging import PagedOutput
from api.graphql.people.types import EntityEditor, OwnerEntity, TeamOwnerEntity, User
from api.graphql.scalars import JSON, Timestamp
from api.graphql.warehouse.types import Source, TagEntities
from catalog.choices import DashboardExternalDescriptionSource, DashboardFieldRole, DashboardType


@strawberry.type
class Dashboard:
    """A dashboard of a visualization tool, or what its type says.

    externalSlug: The name that the tool has in its own addresses; null when there is none.
    folderPath: Where it lies in the tool, written root/folder1/folder2.
    folderUrl: The address of its folder in the tool; null when there is none.
    name: The name of the dashboard alone, without its folder.
    source: The visualization tool that the dashboard comes from.
    type: Whether it is a whole dashboard, one tile of it or a modelling layer.
    url: The address of the dashboard in the tool.
    """

    id: strawberry.ID
    external_id: str
    deprecated_by_user_id: str | None
    last_described_by_user_id: str | None
    source_id: str
    verified_by_user_id: str | None
    description_raw: str | None
    description_markdown: str | None
    description_state_lexical: JSON | None
    external_description_source: DashboardExternalDescriptionSource | None
    external_description: str | None
    external_slug: str | None
    folder_path: str
    folder_url: str | None
    is_description_generated: bool | None
    name: str
    popularity: int | None
    slug: str
    type: DashboardType
    url: str
    description: str
    is_deprecated: bool
    is_verified: bool
    entity_editors: list[EntityEditor]
    owner_entities: list[OwnerEntity]
    source: Source
    tag_entities: TagEntities
    team_owner_entities: list[TeamOwnerEntity]
    verified_by_user: User | None = strawberry.field(name="verifiedBy")
    deprecated_at: Timestamp | None
    verified_at: Timestamp | None
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp


@strawberry.type
class DashboardField:
    """A field of a dashboard: a dimension, a measure, a filter or a parameter.

    dashboard: The dashboard that holds the field.
    dashboardId: The id of the dashboard that holds the field.
    dataType: The type of the values, as the tool writes it.
    description: The text of the tool about the field; null when there is none.
    label: The name that the tool shows to people.
    name: The name that the tool uses in its own language.
    role: What the field does in the dashboard.
    viewLabel: The name that the tool shows for the view of the field; null when there is none.
    viewName: The name of the view in which the tool defines the field; null when there is none.
    """

    id: strawberry.ID
    external_id: str
    dashboard_id: str
    slug: str
    data_type: str
    description: str | None
    is_primary_key: bool | None
    label: str
    name: str
    popularity: int | None
    view_label: str | None
    view_name: str | None
    dashboard: Dashboard
    created_at: Timestamp
    deleted_at: Timestamp | None
    updated_at: Timestamp
    role: DashboardFieldRole


@strawberry.type
class GetDashboardsOutput(PagedOutput):
    """A page of dashboards."""

    data: list[Dashboard]


@strawberry.type
class GetDashboardFieldsOutput(PagedOutput):
    """A page of fields of dashboards."""

    data: list[DashboardField]
