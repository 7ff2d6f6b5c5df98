import pytest

from catalog.models import Column
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import ColumnFactory, TableFactory, TagFactory, tagged
from tests.catalog.keeping import kept_table

DESCRIPTIONS = ("updateColumnDescriptions", "updateColumnsMetadata")
UPDATES = ("updateColumns", *DESCRIPTIONS)
FIELDS = {
    "dataType": "int",
    "isNullable": False,
    "name": "amount",
    "sourceOrder": 3,
    "isPii": True,
    "isPrimaryKey": None,
    "externalDescription": "In cents",
}


def new(table, external_id="amount", **values):
    row = {"tableId": str(table), "externalId": external_id, "name": external_id, "dataType": "int"}
    return row | {"isNullable": True} | values


def kept_column(account, **values):
    return ColumnFactory.create(table=kept_table(account), **values)


def test_columns_are_created_in_tables(acme, writer):
    table = kept_table(acme)
    answer = f"{{ accountId sourceId tableId externalDescriptionSource {' '.join(FIELDS)} }}"
    [said] = mutate(writer, "createColumns", [new(table.pk) | FIELDS], answer)
    place = {"accountId": str(acme.uuid), "sourceId": str(table.schema.database.source.pk), "tableId": str(table.pk)}
    assert said == {**place, "externalDescriptionSource": "API", **FIELDS}


def test_a_written_column_says_where_its_table_lies(acme, writer):
    column = kept_column(acme)
    place = {"databaseId": str(column.table.schema.database_id), "schemaId": str(column.table.schema_id)}
    answer = "{ databaseId schemaId }"
    assert mutate(writer, "createColumns", [new(column.table.pk)], answer) == [place]
    for operation in UPDATES:
        assert mutate(writer, operation, [{"id": str(column.pk)}], answer) == [place]


def test_columns_are_changed_where_something_was_given(acme, writer):
    column = kept_column(acme, is_pii=True, source_order=1)
    row = {"id": str(column.pk), "isPii": None, "dataType": "bigint"}
    [said] = mutate(writer, "updateColumns", [row], "{ isPii dataType sourceOrder name }")
    assert said == {"isPii": None, "dataType": "bigint", "sourceOrder": 1, "name": column.name}


@pytest.mark.parametrize("operation", DESCRIPTIONS)
def test_columns_that_were_extracted_can_be_described_only(acme, writer, operation):
    column = ColumnFactory.create(table=TableFactory.create(schema__database__source__account=acme))
    row = {"id": str(column.pk), "externalDescription": "In cents"}
    assert refusal(writer, "updateColumns", [row])[:2] == (200, "FORBIDDEN")
    assert refusal(writer, "createColumns", [new(column.table.pk)])[:2] == (200, "FORBIDDEN")
    [said] = mutate(writer, operation, [row], "{ description externalDescriptionSource }")
    assert said == {"description": "In cents", "externalDescriptionSource": "API"}


def test_metadata_are_catalogs_text_and_marks_as_well(acme, writer):
    row = {"id": str(kept_column(acme).pk), "descriptionRaw": "**Cents**", "isPii": False, "isPrimaryKey": True}
    [said] = mutate(writer, "updateColumnsMetadata", [row], "{ id descriptionRaw isPii isPrimaryKey }")
    assert said == row


@pytest.mark.parametrize("operation", DESCRIPTIONS)
def test_described_columns_tell_their_tags(acme, writer, operation):
    columns = [kept_column(acme) for _ in range(2)]
    tagged(columns[1], TagFactory.create(account=acme, label="finance"))
    said = mutate(writer, operation, [{"id": str(c.pk)} for c in columns], "{ tagEntities { tag { label } } }")
    assert said == [{"tagEntities": []}, {"tagEntities": [{"tag": {"label": "finance"}}]}]


@pytest.mark.parametrize("values", [{"dataType": ""}, {"isNullable": None}, {"name": None}, {"externalId": " "}])
def test_values_that_cannot_be_are_refused_before_anything_is_looked_up(writer, values):
    assert refusal(writer, "updateColumns", [{"id": UNKNOWN, **values}])[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("operation", ["createColumns", *UPDATES])
def test_a_call_takes_500_rows(writer, operation):
    rows = [new(UNKNOWN, str(n)) if operation == "createColumns" else {"id": str(n)} for n in range(501)]
    assert refusal(writer, operation, rows)[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, rows[1:])[:2] == (200, "NOT_FOUND")


def test_an_external_id_is_taken_once_in_a_table(acme, writer):
    column = kept_column(acme, external_id="amount")
    assert refusal(writer, "createColumns", [new(column.table.pk)])[:2] == (200, "BAD_USER_INPUT")
    assert refusal(writer, "createColumns", [new(column.table.pk, "a")] * 2)[:2] == (400, "BAD_USER_INPUT")
    assert Column.objects.count() == 1


@pytest.mark.parametrize("operation", UPDATES)
def test_another_accounts_columns_are_unknown(acme, stranger, operation):
    column = kept_column(acme)
    for pk in (str(column.pk), UNKNOWN):
        refused = (200, "NOT_FOUND", f"Column not found: {pk}")
        assert refusal(stranger, operation, [{"id": pk, "externalDescription": "Mine"}]) == refused
    assert Column.objects.get().external_description is None


def test_nothing_is_created_in_another_account(acme, stranger):
    table = kept_table(acme)
    for pk in (str(table.pk), UNKNOWN):
        assert refusal(stranger, "createColumns", [new(pk)]) == (200, "NOT_FOUND", f"Table not found: {pk}")
    assert not Column.objects.exists()


@pytest.mark.parametrize("operation", ["createColumns", *UPDATES])
def test_they_take_a_token_that_may_write(reader, writer, operation):
    assert refusal(reader, operation, [])[:2] == (403, "FORBIDDEN")
    assert mutate(writer, operation, []) == []
