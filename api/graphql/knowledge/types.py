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
    """A label that can be put on assets.

    linkedTermId: The id of the term that the tag stands for; null when it stands for none.
    color: The colour in which the tag is shown; null for the usual one.
    label: The text of the tag, unique in the account.
    slug: The label as a web address can hold it, with the end of the id.
    """

    id: strawberry.ID
    linked_term_id: str | None
    color: Colors | None
    label: str
    slug: str
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class TagEntity:
    """That a tag is on an asset.

    tagId: The id of the tag that is on the asset.
    origin: Who put the tag there.
    technology: The tool that brought the tag, when the origin is EXTERNAL and the tool is known; else null.
    tag: The tag that is on the asset.
    """

    id: strawberry.ID
    tag_id: str
    origin: TagEntityOrigin
    technology: SourceTechnology | None
    tag: Tag
    created_at: Timestamp
    updated_at: Timestamp


@strawberry.type
class Term:
    """A page of knowledge, such as an entry of the glossary.

    externalId: The id of the page in the tool that it comes from; null when it was written in Catalog.
    parentTermId: The id of the term below which it lies; null at the top.
    depthLevel: How many terms it lies below; 0 is the top.
    icon: The sign that is shown beside the name; null when there is none.
    url: The address of the page in the tool that it comes from; null when it was written in Catalog.
    childrenTerms: The terms right below it, without deleted ones.
    lastDescribedBy: The user who last wrote the text of Catalog; no operation gives this relation.
    linkedTag: The tag that stands for the term; null when there is none.
    parentTerm: The term below which it lies; null at the top.
    lastEditedAt: When its name, text, place or tag was last written; null when that is not known.
    """

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


@strawberry.type
class EntitiesLink:
    """A pin: an asset (to) that is shown on the page of another (from); one id of each is set.

    fromDashboardId: The id of the dashboard whose page the pin is on, else null.
    fromTableId: The id of the table whose page the pin is on, else null.
    fromTermId: The id of the term whose page the pin is on, else null.
    toDashboardId: The id of what is pinned when it is a dashboard, else null.
    toDashboardFieldId: The id of what is pinned when it is a field of a dashboard, else null.
    toTableId: The id of what is pinned when it is a table, else null.
    toTermId: The id of what is pinned when it is a term, else null.
    toColumnId: The id of what is pinned when it is a column, else null.
    fromDashboard: The dashboard whose page the pin is on, else null.
    fromTable: The table whose page the pin is on, else null.
    fromTerm: The term whose page the pin is on, else null.
    toDashboard: What is pinned when it is a dashboard, else null.
    toDashboardField: What is pinned when it is a field of a dashboard, else null.
    toTable: What is pinned when it is a table, else null.
    toTerm: What is pinned when it is a term, else null.
    toColumn: What is pinned when it is a column, else null.
    """

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


@strawberry.type
class DataProduct:
    """That a dashboard, a table or a term is offered as a product; the id of one of them is set.

    coverUrl: The address of the picture that is shown for it; null when there is none.
    dashboard: What is offered when it is a dashboard, else null.
    table: What is offered when it is a table, else null.
    term: What is offered when it is a term, else null.
    """

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
    """A page of terms."""

    data: list[Term]


@strawberry.type
class GetTagsOutput(PagedOutput):
    """A page of tags."""

    data: list[Tag]


@strawberry.type
class GetEntitiesLinkOutput(PagedOutput):
    """A page of pins."""

    data: list[EntitiesLink]


@strawberry.type
class GetDataProductOutput(PagedOutput):
    """A page of data products."""

    data: list[DataProduct]
