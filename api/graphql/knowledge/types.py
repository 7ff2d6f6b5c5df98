"""Terms, pinned assets, data products."""

import strawberry

from api.graphql.dashboards.types import Dashboard, DashboardField
from api.graphql.paging import PagedOutput
from api.graphql.people.types import EntityEditor, OwnerEntity, TeamOwnerEntity, User
from api.graphql.scalars import JSON, Timestamp
from api.graphql.warehouse.types import Column, Table
from catalog.choices import Colors, SourceTechnology, TagEntityOrigin, TermExternalDescriptionSource


@strawberry.type
class Tag:
    id: strawberry.ID
    linked_term_id: str | None
    color: Colors | None
    label: str
    slug: str
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type(
    description="`technology` is set for `EXTERNAL` origin only: the source technology that brought the tag."
)
class TagEntity:
    id: strawberry.ID
    tag_id: str
    origin: TagEntityOrigin
    technology: SourceTechnology | None
    tag: Tag
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class Term:
    id: strawberry.ID
    external_id: str | None
    deprecated_by_user_id: str | None
    last_described_by_user_id: str | None
    parent_term_id: str | None
    verified_by_user_id: str | None
    description_raw: str | None
    description_markdown: str | None
    description_state_lexical: JSON | None
    depth_level: int | None
    external_description: str | None
    external_description_source: TermExternalDescriptionSource | None
    icon: str | None
    is_description_generated: bool | None
    name: str | None
    slug: str
    url: str | None
    description: str
    is_deprecated: bool
    is_verified: bool
    owner_entities: list[OwnerEntity]
    team_owner_entities: list[TeamOwnerEntity]
    children_terms: "list[Term]"
    entity_editors: list[EntityEditor]
    last_described_by_user: User | None = strawberry.field(name="lastDescribedBy")
    linked_tag: Tag | None
    parent_term: "Term | None"
    tag_entities: list[TagEntity]
    verified_by_user: User | None = strawberry.field(name="verifiedBy")
    created_at: Timestamp
    deleted_at: Timestamp | None
    deprecated_at: Timestamp | None
    last_edited_at: Timestamp | None
    updated_at: Timestamp
    verified_at: Timestamp | None


@strawberry.type(description="A pinned asset: one `from…` and one `to…` are set.")
class EntitiesLink:
    id: strawberry.ID
    from_dashboard_id: str | None
    from_table_id: str | None
    from_term_id: str | None
    to_dashboard_id: str | None
    to_dashboard_field_id: str | None
    to_table_id: str | None
    to_term_id: str | None
    to_column_id: str | None
    from_dashboard: Dashboard | None
    from_table: Table | None
    from_term: Term | None
    to_dashboard: Dashboard | None
    to_dashboard_field: DashboardField | None
    to_table: Table | None
    to_term: Term | None
    to_column: Column | None
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type(description="One of dashboard, table or term is set.")
class DataProduct:
    id: strawberry.ID
    dashboard_id: str | None
    table_id: str | None
    term_id: str | None
    cover_url: str | None
    dashboard: Dashboard | None
    table: Table | None
    term: Term | None
    created_at: Timestamp


@strawberry.type
class GetTermsOutput(PagedOutput):
    data: list[Term]


@strawberry.type
class GetTagsOutput(PagedOutput):
    data: list[Tag]


@strawberry.type
class GetEntitiesLinkOutput(PagedOutput):
    data: list[EntitiesLink]


@strawberry.type
class GetDataProductOutput(PagedOutput):
    data: list[DataProduct]
