"""Tables, columns and texts to write."""

import strawberry
from strawberry import UNSET

from api.graphql.scalars import DateTime
from catalog.choices import ExternalLinkTechnology, TableType


@strawberry.input
class CreateTableInput:
    external_id: str
    name: str
    schema_id: str
    external_description: str | None = UNSET
    last_refreshed_at: DateTime | None = UNSET
    number_of_queries: int | None = UNSET
    popularity: int | None = UNSET
    table_size: int | None = UNSET
    table_type: TableType | None = UNSET
    url: str | None = UNSET


@strawberry.input
class UpdateTableInput:
    id: str
    external_description: str | None = UNSET
    last_refreshed_at: DateTime | None = UNSET
    number_of_queries: int | None = UNSET
    popularity: int | None = UNSET
    table_size: int | None = UNSET
    table_type: TableType | None = UNSET
    url: str | None = UNSET
    deleted_at: DateTime | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET


@strawberry.input
class UpdateTableDescriptionInput:
    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateTableDocumentationInput:
    id: str
    description_raw: str


@strawberry.input
class UpdateDashboardDocumentationInput:
    id: str
    description_raw: str


@strawberry.input
class CreateColumnInput:
    data_type: str
    external_id: str
    is_nullable: bool
    name: str
    table_id: str
    deleted_at: DateTime | None = UNSET
    external_description: str | None = UNSET
    source_order: int | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET


@strawberry.input
class UpdateColumnInput:
    id: str
    deleted_at: DateTime | None = UNSET
    external_description: str | None = UNSET
    source_order: int | None = UNSET
    data_type: str | None = UNSET
    external_id: str | None = UNSET
    is_nullable: bool | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET
    name: str | None = UNSET


@strawberry.input
class UpdateColumnDescriptionInput:
    id: str
    external_description: str | None = UNSET


@strawberry.input
class UpdateColumnsMetadataInput:
    id: str
    external_description: str | None = UNSET
    description_raw: str | None = UNSET
    is_pii: bool | None = UNSET
    is_primary_key: bool | None = UNSET


@strawberry.input
class CreateExternalLinkInput:
    table_id: str
    technology: ExternalLinkTechnology
    url: str


@strawberry.input
class UpdateExternalLinkInput:
    id: str
    url: str | None = UNSET


@strawberry.input
class DeleteExternalLinkInput:
    id: str
