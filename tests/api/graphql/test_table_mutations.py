import pytest

from catalog.models import Table
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import SchemaFactory, TableFactory
from tests.catalog.keeping import kept_schema, kept_table

UPDATES = ("updateTables", "updateTableDescriptions")
FIELDS = {
    "lastRefreshedAt": 1795595400000,
    "numberOfQueries": 7,
    "popularity": 1_000_000,
    "tableSize": 0,
    "tableType": "VIEW",
    "url": "https://acme.test/orders",
    "externalDescription": "Of customers",
}


def new(schema, external_id="orders", **values):
    return {"schemaId": str(schema), "externalId": external_id, "name": external_id, **values}


def test_tables_are_created_in_schemas(acme, writer):
    schema = kept_schema(acme, name="raw", database__name="lake")
    row = new(schema.pk) | FIELDS | {"lastRefreshedAt": "2026-11-25T08:30:00Z"}
    [said] = mutate(writer, "createTables", [row], f"{{ schemaId externalDescriptionSource {' '.join(FIELDS)} }}")
    assert said == {"schemaId": str(schema.pk), "externalDescriptionSource": "API", **FIELDS}
    assert Table.objects.get().path == "lake.raw.orders"


def test_a_table_is_a_table_if_nothing_else_is_said(acme, writer):
    [said] = mutate(writer, "createTables", [new(kept_schema(acme).pk)], "{ tableType description popularity }")
    assert said == {"tableType": "TABLE", "description": "", "popularity": None}


def test_tables_are_changed_where_something_was_given(acme, writer):
    tables = [kept_table(acme, popularity=5, url="https://acme.test") for _ in range(2)]
    one, other = ({"id": str(table.pk)} for table in tables)
    rows = [other | {"popularity": None, "name": "sales"}, one | {"deletedAt": "2026-11-25T08:30:00Z"}]
    said = mutate(writer, "updateTables", rows, "{ id popularity url deletedAt }")
    assert said == [
        other | {"popularity": None, "url": "https://acme.test", "deletedAt": None},
        one | {"popularity": 5, "url": "https://acme.test", "deletedAt": 1795595400000},
    ]
    assert Table.objects.get(name="sales").path == f"{tables[1].path.rpartition('.')[0]}.sales"


def test_tables_that_were_extracted_can_be_described_only(acme, writer):
    row = {
        "id": str(TableFactory.create(schema__database__source__account=acme).pk),
        "externalDescription": "Of customers",
    }
    assert refusal(writer, "updateTables", [row])[:2] == (200, "FORBIDDEN")
    [said] = mutate(writer, "updateTableDescriptions", [row], "{ description externalDescriptionSource }")
    assert said == {"description": "Of customers", "externalDescriptionSource": "API"}


def test_nothing_is_created_in_a_schema_that_was_extracted(acme, writer):
    schema = SchemaFactory.create(database__source__account=acme)
    assert refusal(writer, "createTables", [new(schema.pk)])[:2] == (200, "FORBIDDEN")


@pytest.mark.parametrize(
    "values",
    [
        {"popularity": -1},
        {"popularity": 1_000_001},
        {"numberOfQueries": -1},
        {"tableSize": -1},
        {"url": "javascript:alert(1)"},
        {"name": " "},
        {"externalId": "a" * 501},
        {"externalDescription": "a" * 100_001},
    ],
)
def test_values_that_cannot_be_are_refused_before_anything_is_looked_up(writer, values):
    assert refusal(writer, "updateTables", [{"id": UNKNOWN, **values}])[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, "createTables", [new(UNKNOWN) | values])[:2] == (400, "BAD_USER_INPUT")


OPTIONAL = (
    *("externalDescription", "lastRefreshedAt", "numberOfQueries", "popularity", "tableSize", "tableType", "url"),
)


def test_null_in_a_new_table_is_as_good_as_absent(acme, writer):
    row = new(kept_schema(acme).pk) | dict.fromkeys(OPTIONAL)
    [said] = mutate(writer, "createTables", [row], f"{{ {' '.join(OPTIONAL)} }}")
    assert said == dict.fromkeys(OPTIONAL) | {"tableType": "TABLE"}


def test_null_is_no_type_of_a_known_table(writer):
    refused = (400, "BAD_USER_INPUT", "Row 1: tableType may not be null.")
    assert refusal(writer, "updateTables", [{"id": UNKNOWN, "tableType": None}]) == refused


@pytest.mark.parametrize("operation", ["createTables", *UPDATES])
def test_a_call_takes_500_rows(writer, operation):
    rows = [new(UNKNOWN, str(n)) if operation == "createTables" else {"id": str(n)} for n in range(501)]
    assert refusal(writer, operation, rows)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:])[:2] == (200, "NOT_FOUND")


def test_an_external_id_is_taken_once_in_a_schema(acme, writer):
    table = kept_table(acme, external_id="orders")
    refused = refusal(writer, "createTables", [new(table.schema.pk, "new"), new(table.schema.pk)])
    assert refused[:2] == (200, "BAD_USER_INPUT")
    assert refused[2].endswith(": orders")
    assert Table.objects.count() == 1


@pytest.mark.parametrize("operation", UPDATES)
def test_a_row_comes_once(writer, operation):
    assert refusal(writer, operation, [{"id": UNKNOWN}, {"id": UNKNOWN.upper()}])[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("operation", UPDATES)
def test_another_accounts_tables_are_unknown(acme, stranger, operation):
    table = kept_table(acme)
    for pk in (str(table.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"Table not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk, "externalDescription": "Mine"}]) == refused
    assert Table.objects.get().external_description is None


def test_nothing_is_created_in_another_account(acme, stranger):
    schema = kept_schema(acme)
    for pk in (str(schema.pk), UNKNOWN):
        assert refusal(stranger, "createTables", [new(pk)]) == (200, "NOT_FOUND", f"Schema not found: {pk}")
    assert not Table.objects.exists()


@pytest.mark.parametrize("operation", ["createTables", *UPDATES])
def test_they_take_a_token_that_may_write_and_give_no_relations(reader, writer, operation):
    assert refusal(reader, operation, [])[:2] == (403, "FORBIDDEN")
    assert refusal(writer, operation, [], "{ schema { id } }")[2].endswith("relations: schema")
    assert mutate(writer, operation, []) == []
