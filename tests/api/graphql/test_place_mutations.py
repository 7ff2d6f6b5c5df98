import pytest

from catalog.models import Database, Schema, Table
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import DatabaseFactory, SchemaFactory
from tests.catalog.keeping import api_source, kept_database, kept_schema, kept_table

CREATES = {"createDatabases": "sourceId", "createSchemas": "databaseId"}
UPDATES = {"updateDatabases": Database, "updateSchemas": Schema}
ANSWER = "{ name externalId description isHidden deletedAt }"


def new(operation, parent, name="raw", **values):
    return {CREATES[operation]: str(parent), "externalId": f"x-{name}", "name": name, **values}


def test_databases_are_created_in_the_source(acme, writer):
    source = api_source(acme)
    rows = [new("createDatabases", source.pk, name, description=f"Of {name}") for name in ("b", "a")]
    said = mutate(writer, "createDatabases", rows, "{ sourceId name externalId description isHidden deletedAt }")
    same = {"sourceId": str(source.pk), "isHidden": False, "deletedAt": None}
    assert said == [{**same, "name": n, "externalId": f"x-{n}", "description": f"Of {n}"} for n in ("b", "a")]


def test_schemas_are_created_in_databases(acme, writer):
    database = kept_schema(acme).database
    row = new("createSchemas", database.pk, isHidden=True, deletedAt="2026-11-25T08:30:00+01:00")
    said = mutate(writer, "createSchemas", [row], "{ databaseId isHidden deletedAt }")
    assert said == [{"databaseId": str(database.pk), "isHidden": True, "deletedAt": 1795591800000}]


@pytest.mark.parametrize(("operation", "kind"), UPDATES.items())
def test_places_are_renamed_with_the_paths_below(acme, writer, operation, kind):
    table = kept_table(acme)
    place = kind.objects.get()
    [said] = mutate(writer, operation, [{"id": str(place.pk), "name": "sea", "description": None}], "{ id name slug }")
    assert (said["id"], said["name"]) == (str(place.pk), "sea")
    assert Table.objects.get().path == table.path.replace(place.name, "sea")


@pytest.mark.parametrize(("operation", "kind"), UPDATES.items())
def test_places_keep_what_was_not_given(acme, writer, operation, kind):
    kept_schema(acme, external_id="x", name="raw", description="Old", database__description="Old")
    place = kind.objects.get()
    [said] = mutate(writer, operation, [{"id": str(place.pk), "isHidden": True}], ANSWER)
    assert said == {
        "name": place.name,
        "externalId": place.external_id,
        "description": "Old",
        "isHidden": True,
        "deletedAt": None,
    }


@pytest.mark.parametrize("operation", CREATES)
def test_null_in_a_new_place_is_as_good_as_absent(acme, writer, operation):
    parent = api_source(acme) if operation == "createDatabases" else kept_database(acme)
    row = new(operation, parent.pk, isHidden=None, description=None, deletedAt=None)
    said = mutate(writer, operation, [row], "{ isHidden description deletedAt }")
    assert said == [{"isHidden": False, "description": None, "deletedAt": None}]


@pytest.mark.parametrize("operation", UPDATES)
def test_null_is_said_of_a_known_place_by_the_name_of_the_api(writer, operation):
    refused = (400, "BAD_USER_INPUT", "Row 1: isHidden may not be null.")
    assert refusal(writer, operation, [{"id": UNKNOWN, "isHidden": None}]) == refused


@pytest.mark.parametrize("operation", CREATES)
@pytest.mark.parametrize("values", [{"description": "a" * 501}, {"name": ""}, {"externalId": " "}])
def test_new_places_that_cannot_be_are_refused(writer, operation, values):
    assert refusal(writer, operation, [new(operation, UNKNOWN) | values])[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("operation", [*CREATES, *UPDATES])
def test_a_call_takes_500_rows(writer, operation):
    rows = [new(operation, UNKNOWN, str(n)) if operation in CREATES else {"id": str(n)} for n in range(501)]
    assert refusal(writer, operation, rows)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:])[:2] == (200, "NOT_FOUND")


def test_an_external_id_is_taken_once(acme, writer):
    schema = kept_schema(acme, external_id="x-raw")
    row = new("createSchemas", schema.database.pk)
    assert refusal(writer, "createSchemas", [row])[:2] == (200, "BAD_USER_INPUT")
    assert refusal(writer, "createSchemas", [row | {"externalId": "new"}] * 2)[:2] == (400, "BAD_USER_INPUT")
    assert Schema.objects.count() == 1


@pytest.mark.parametrize(("operation", "kind"), UPDATES.items())
def test_places_that_were_extracted_cannot_be_edited(acme, writer, operation, kind):
    SchemaFactory.create(database__source__account=acme)
    row = {"id": str(kind.objects.get().pk), "name": "mine"}
    assert refusal(writer, operation, [row])[:2] == (200, "FORBIDDEN")


def test_nothing_is_created_in_what_was_extracted(acme, writer):
    database = DatabaseFactory.create(source__account=acme)
    row = new("createDatabases", database.source.pk)
    assert refusal(writer, "createDatabases", [row])[:2] == (200, "FORBIDDEN")
    assert refusal(writer, "createSchemas", [new("createSchemas", database.pk)])[:2] == (200, "FORBIDDEN")


@pytest.mark.parametrize(("operation", "kind"), UPDATES.items())
def test_another_accounts_places_are_unknown(acme, stranger, operation, kind):
    kept_schema(acme)
    place = kind.objects.get()
    for pk in (str(place.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"{kind.__name__} not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk, "name": "mine"}]) == refused
    assert kind.objects.get().name == place.name


def test_nothing_is_created_in_another_account(acme, stranger):
    database = kept_schema(acme).database
    for pk in (str(database.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"Database not found: {pk}")
        assert refusal(stranger, "createSchemas", [new("createSchemas", pk)]) == refused
    row = new("createDatabases", database.source.pk)
    assert refusal(stranger, "createDatabases", [row])[2] == f"Source not found: {database.source.pk}"


@pytest.mark.parametrize("operation", [*CREATES, *UPDATES])
def test_they_take_a_token_that_may_write(reader, operation):
    assert refusal(reader, operation, [])[:2] == (403, "FORBIDDEN")
