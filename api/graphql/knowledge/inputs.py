"""Terms, tags, pinned assets and data products, to look for and to write."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.graphql.enums import (
    EntitiesLinkTargetType,
    EntityTargetType,
    SortingDirectionEnum,
    SortingNullsPriority,
    TagEntityType,
)


@strawberry.input
class GetTermsScope:
    """Which terms to answer; deleted ones never are."""

    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    is_verified: bool | None = UNSET
    is_deprecated: bool | None = UNSET


@strawberry.input
class GetTagsScope:
    """Which tags to answer.

    labelContains: Only tags with this text in their label, in any case; at most 2,000 characters.
    """

    ids: list[str] | None = UNSET
    label_contains: str | None = UNSET


@strawberry.input
class GetEntitiesLinksScope:
    """Which pins to answer: by the asset whose page they are on (from), by the asset that is pinned (to), or both.

    fromDashboardId: Only pins on the page of the dashboard with this id.
    fromTableId: Only pins on the page of the table with this id.
    fromTermId: Only pins on the page of the term with this id.
    fromTermIds: Only pins on pages of terms with one of these ids, at most 10,000; an empty list finds nothing.
    toColumnsOfTableId: Only pins that lead to a column of the table with this id.
    toDashboardId: Only pins that lead to the dashboard with this id.
    toDashboardFieldId: Only pins that lead to the field of a dashboard with this id.
    toFieldsOfDashboardId: Only pins that lead to a field of the dashboard with this id.
    toTableId: Only pins that lead to the table with this id.
    toTermId: Only pins that lead to the term with this id.
    """

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
class GetDataProductScope:
    """Which data products to answer.

    withTagId: Only products whose asset carries the tag with this id.
    entityType: Only products that are this kind of asset.
    """

    with_tag_id: str | None = UNSET
    entity_type: EntityTargetType | None = UNSET


@strawberry.enum
class TermSortingKey(Enum):
    """What terms can be sorted by.

    name: The name of the term alone.
    ownersAndTeamOwnersCount: How many people and teams own the term.
    """

    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"


@strawberry.input
class TermSorting:
    """One key of the order of terms."""

    sorting_key: TermSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class TagSortingKey(Enum):
    """What tags can be sorted by.

    label: The text of the tag.
    """

    label = "label"


@strawberry.input
class TagSorting:
    """One key of the order of tags."""

    sorting_key: TagSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class EntitiesLinkSortingKey(Enum):
    """What pins can be sorted by.

    createdAt: When the pin was made.
    """

    createdAt = "created_at"


@strawberry.input
class EntitiesLinkSorting:
    """One key of the order of pins."""

    sorting_key: EntitiesLinkSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class DataProductSortingKey(Enum):
    """What data products can be sorted by; those of another kind of asset have no value.

    tableName: The name of the table that is offered.
    dashboardName: The name of the dashboard that is offered.
    termName: The name of the term that is offered.
    """

    tableName = "table_name"
    dashboardName = "dashboard_name"
    termName = "term_name"


@strawberry.input
class DataProductSorting:
    """One key of the order of data products."""

    sorting_key: DataProductSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class EntitiesLinkTargetInput:
    """One end of a pin.

    id: The id of the asset; NOT_FOUND when there is none of this kind with it.
    type: The kind of the asset; a pin starts from a DASHBOARD, a TABLE or a TERM, and leads to any.
    """

    id: str
    type: EntitiesLinkTargetType


@strawberry.input
class EntitiesLinkInput:
    """A pin: an asset that is shown on the page of another.

    from: The asset on whose page the pin is: a dashboard, a table or a term.
    to: The asset that is pinned there.
    """

    from_: EntitiesLinkTargetInput = strawberry.field(name="from")
    to: EntitiesLinkTargetInput


@strawberry.input
class BaseTagEntityInput:
    """A tag on an asset.

    entityType: The kind of the asset that carries the tag.
    entityId: The id of the asset that carries the tag; NOT_FOUND when it is unknown.
    label: The text of the tag, 1 to 200 characters without the blanks around it; upper and lower case differ.
    """

    entity_type: TagEntityType
    entity_id: str
    label: str


@strawberry.input
class CreateTermInput:
    """A new term, which is a page of knowledge.

    description: The text of the term in Markdown, 1 to 100,000 characters, not only blanks.
    linkedTagId: The id of the tag that stands for the term, taken from the term that has it; absent or null for none.
    parentTermId: The id of the term below which it lies; absent or null for the top.
    """

    description: str
    name: str
    linked_tag_id: str | None = UNSET
    parent_term_id: str | None = UNSET


@strawberry.input
class UpdateTermInput:
    """A change of a term; what is absent stays as it is.

    id: The id of the term; NOT_FOUND when it is unknown.
    description: The new text in Markdown, 1 to 100,000 characters; absent leaves it as it is, null is refused.
    linkedTagId: The id of the tag that stands for the term from now on, taken from the term that has it; null unlinks.
    parentTermId: The id of the term below which it moves with all below it; null moves it to the top.
    """

    id: str
    description: str | None = UNSET
    linked_tag_id: str | None = UNSET
    name: str | None = UNSET
    parent_term_id: str | None = UNSET


@strawberry.input
class UpdateTermDocumentationInput:
    """The text of Catalog for a term that was written in Catalog."""

    id: str
    description_markdown: str
    is_description_generated: bool | None = False


@strawberry.input
class DeleteTermInput:
    """A term to remove for good.

    id: The id of the term; NOT_FOUND when it is unknown.
    """

    id: str
