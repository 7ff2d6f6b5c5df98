"""Lineage, pinned assets, quality checks, tags and terms to write."""

import strawberry
from strawberry import UNSET

from api.graphql.enums import EntitiesLinkTargetType, TagEntityType
from api.graphql.scalars import DateTime
from catalog.choices import QualityStatus


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


@strawberry.input
class EntitiesLinkTargetInput:
    id: str
    type: EntitiesLinkTargetType


@strawberry.input
class EntitiesLinkInput:
    from_: EntitiesLinkTargetInput = strawberry.field(name="from")
    to: EntitiesLinkTargetInput


@strawberry.input
class BaseQualityCheckInput:
    external_id: str
    name: str
    run_at: DateTime
    status: QualityStatus
    column_id: str | None = UNSET
    description: str | None = UNSET
    url: str | None = UNSET


@strawberry.input
class UpsertQualityChecksInput:
    table_id: str
    quality_checks: list[BaseQualityCheckInput]


@strawberry.input
class QualityCheckInput:
    external_id: str
    table_id: str


@strawberry.input
class RemoveQualityChecksInput:
    quality_checks: list[QualityCheckInput]


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
class DeleteTermInput:
    id: str
