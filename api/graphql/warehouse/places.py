"""Sources, databases and schemas, to write."""

import strawberry
from strawberry import UNSET

from api.graphql.scalars import DateTime


@strawberry.input
class CreateSourceInput:
    name: str


@strawberry.input
class UpdateSourceInput:
    id: str
    deleted_at: DateTime | None = UNSET
    name: str | None = UNSET


@strawberry.input
class CreateDatabaseInput:
    external_id: str
    name: str
    source_id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET


@strawberry.input
class UpdateDatabaseInput:
    id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET


@strawberry.input
class CreateSchemaInput:
    database_id: str
    external_id: str
    name: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET


@strawberry.input
class UpdateSchemaInput:
    id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET
