"""Every mutation, as a call that changes something: the rows that it needs are those of the fixture `ids`."""

from typing import Any

from api.graphql.schema import public
from catalog.models import Source
from tests.api.graphql.asking import ask
from tests.api.graphql.mutating import document

WORDS = {"name": "New", "externalId": "new"}
RUN = WORDS | {"runAt": "2026-11-24T12:00:00Z", "status": "ALERT"}
# What each is called with, where the names of rows stand for their ids; of what kind it changes how many.
CALLS = {
    "createSource": ({"name": "New"}, "source", 1),
    "updateSource": ({"id": "source", "name": "New"}, "source", 1),
    "createDatabases": ([WORDS | {"sourceId": "source"}], "database", 1),
    "updateDatabases": ([{"id": "database", "name": "New"}], "database", 1),
    "createSchemas": ([WORDS | {"databaseId": "database"}], "schema", 1),
    "updateSchemas": ([{"id": "schema", "name": "New"}], "schema", 1),
    "createTables": ([WORDS | {"schemaId": "schema"}, {**WORDS, "externalId": "2", "schemaId": "schema"}], "table", 2),
    "updateTables": ([{"id": "table", "name": "New"}, {"id": "other"}], "table", 1),
    "updateTableDescriptions": ([{"id": "table", "externalDescription": "New"}], "table", 1),
    "updateTablesDocumentation": ([{"id": pk, "descriptionMarkdown": "New"} for pk in ("table", "other")], "table", 2),
    "updateDashboardsDocumentation": ([{"id": "dashboard", "descriptionMarkdown": "New"}], "dashboard", 1),
    "updateTermsDocumentation": ([{"id": "term", "descriptionMarkdown": "New"}], "term", 1),
    "createColumns": ([WORDS | {"tableId": "table", "dataType": "INT", "isNullable": True}], "column", 1),
    "updateColumns": ([{"id": "column", "name": "New"}], "column", 1),
    "updateColumnDescriptions": ([{"id": "column", "externalDescription": "New"}], "column", 1),
    "updateColumnsMetadata": ([{"id": "column", "isPii": True}], "column", 1),
    "createExternalLinks": ([{"tableId": "table", "technology": "GITHUB", "url": "https://acme.test/"}], "link", 1),
    "updateExternalLinks": ([{"id": "link", "url": "https://acme.test/"}], "link", 1),
    "deleteExternalLinks": ([{"id": "link"}], "link", 1),
    "upsertLineages": ([{"parentTableId": "other", "childTableId": "table"}] * 2, "lineage", 1),
    "deleteLineages": ([{"parentTableId": "table", "childTableId": "other"}], "lineage", 1),
    "createTerm": ({"name": "New", "description": "New"}, "term", 1),
    "updateTerm": ({"id": "term", "name": "New"}, "term", 1),
    "deleteTerm": ({"id": "term"}, "term", 1),
    "attachTags": (
        [{"entityType": "TABLE", "entityId": pk, "label": "PII"} for pk in ("table", "other")],
        "tag on an asset",
        1,
    ),
    "detachTags": ([{"entityType": "TABLE", "entityId": "table", "label": "PII"}], "tag on an asset", 1),
    "upsertPinnedAssets": (
        [{"from": {"type": "TERM", "id": "term"}, "to": {"type": "TABLE", "id": pk}} for pk in ("table", "other")],
        "pin",
        1,
    ),
    "removePinnedAssets": (
        [{"from": {"type": "TERM", "id": "term"}, "to": {"type": "TABLE", "id": "table"}}],
        "pin",
        1,
    ),
    "upsertUserOwners": (
        {"userId": "user", "targetEntities": [{"entityType": "TABLE", "entityId": pk} for pk in ("table", "other")]},
        "owner",
        1,
    ),
    "removeUserOwners": ({"userId": "user"}, "owner", 1),
    "upsertTeamOwners": (
        {"teamId": "team", "targetEntities": [{"entityType": "TABLE", "entityId": pk} for pk in ("table", "other")]},
        "owner",
        1,
    ),
    "removeTeamOwners": ({"teamId": "team"}, "owner", 1),
    "upsertTeam": ({"name": "New"}, "team", 1),
    "addTeamUsers": ({"id": "team", "emails": ["ada@acme.test"]}, "person", 1),
    "removeTeamUsers": ({"id": "team", "emails": ["carol@acme.test"]}, "person", 1),
    "upsertDataQualities": ({"tableId": "table", "qualityChecks": [RUN]}, "quality check", 1),
    "removeDataQualities": ({"qualityChecks": [{"tableId": "table", "externalId": "old"}]}, "quality check", 1),
}
assert public.mutation_type
FIELDS = public.mutation_type.fields


def data_of(operation: str, ids: dict[str, str]) -> Any:
    """What the mutation is called with, as CALLS has it, with the ids in place of the names of rows."""
    return with_ids(CALLS[operation][0], ids)


def with_ids(given: Any, ids: dict[str, str]) -> Any:
    match given:
        case dict():
            return {key: with_ids(value, ids) for key, value in given.items()}
        case list():
            return [with_ids(value, ids) for value in given]
    return ids.get(given, given)


def call(secret: str, operation: str, data: Any) -> Any:
    """The response to the mutation of these data."""
    if operation == "createSource":
        Source.objects.update(origin="EXTRACTION")  # an account has one that programs keep
    below = "" if "Boolean" in str(FIELDS[operation].type) else "{ __typename }"
    return ask(secret, document(operation, below), data=data)
