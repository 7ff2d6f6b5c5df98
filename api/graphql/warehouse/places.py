"""Sources, databases and schemas, to write."""

import strawberry
from strawberry import UNSET

from api.graphql.scalars import DateTime


@strawberry.input
class CreateSourceInput:
    """The source that programs keep, of which an account has one at most."""

    name: str


@strawberry.input
class UpdateSourceInput:
    """A change of the API source; what is absent stays as it is.

    id: The id of the API source; FORBIDDEN for any other source.
    """

    id: str
    deleted_at: DateTime | None = UNSET
    name: str | None = UNSET


@strawberry.input
class CreateDatabaseInput:
    """A new database in the API source."""

    external_id: str
    name: str
    source_id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET


@strawberry.input
class UpdateDatabaseInput:
    """A change of a database below the API source; what is absent stays as it is."""

    id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET


@strawberry.input
class CreateSchemaInput:
    """A new schema in a database of the API source."""

    database_id: str
    external_id: str
    name: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET


@strawberry.input
class UpdateSchemaInput:
    """A change of a schema below the API source; what is absent stays as it is."""

    id: str
    deleted_at: DateTime | None = UNSET
    description: str | None = UNSET
    is_hidden: bool | None = UNSET
    external_id: str | None = UNSET
    name: str | None = UNSET
