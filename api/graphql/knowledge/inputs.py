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
    ids: list[str] | None = UNSET
    name_contains: str | None = UNSET
    is_verified: bool | None = UNSET
    is_deprecated: bool | None = UNSET


@strawberry.input
class GetTagsScope:
    ids: list[str] | None = UNSET
    label_contains: str | None = UNSET


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
class GetDataProductScope:
    with_tag_id: str | None = UNSET
    entity_type: EntityTargetType | None = UNSET


@strawberry.enum
class TermSortingKey(Enum):
    name = "name"
    ownersAndTeamOwnersCount = "owners_and_team_owners_count"


@strawberry.input
class TermSorting:
    sorting_key: TermSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class TagSortingKey(Enum):
    label = "label"


@strawberry.input
class TagSorting:
    sorting_key: TagSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class EntitiesLinkSortingKey(Enum):
    createdAt = "created_at"


@strawberry.input
class EntitiesLinkSorting:
    sorting_key: EntitiesLinkSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.enum
class DataProductSortingKey(Enum):
    tableName = "table_name"
    dashboardName = "dashboard_name"
    termName = "term_name"


@strawberry.input
class DataProductSorting:
    sorting_key: DataProductSortingKey
    direction: SortingDirectionEnum | None = SortingDirectionEnum.ASC
    nulls_priority: SortingNullsPriority | None = SortingNullsPriority.LAST


@strawberry.input
class EntitiesLinkTargetInput:
    id: str
    type: EntitiesLinkTargetType


@strawberry.input
class EntitiesLinkInput:
    from_: EntitiesLinkTargetInput = strawberry.field(name="from")
    to: EntitiesLinkTargetInput


@strawberry.input
class BaseTagEntityInput:
    entity_type: TagEntityType
    entity_id: str
    label: str


@strawberry.input
class CreateTermInput:
    description: str
    name: str
    linked_tag_id: str | None = UNSET
    parent_term_id: str | None = UNSET


@strawberry.input
class UpdateTermInput:
    id: str
    description: str | None = UNSET
    linked_tag_id: str | None = UNSET
    name: str | None = UNSET
    parent_term_id: str | None = UNSET


@strawberry.input
class UpdateTermDocumentationInput:
    id: str
    description_markdown: str
    is_description_generated: bool | None = False


@strawberry.input
class DeleteTermInput:
    id: str
