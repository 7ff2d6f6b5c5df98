import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.choices import TableExternalDescriptionSource, TableType
from catalog.errors import InvalidInput, NotEditable, NotFound
from catalog.models import Table
from catalog.rules.batches import MAX_ROWS
from catalog.services.tables import create_tables, update_table_descriptions, update_tables
from tests.catalog.factories import SchemaFactory, TableFactory
from tests.catalog.keeping import LATER, UNKNOWN, given, kept_schema, kept_table
from tests.factories import NOW


def orders(schema, external_id="orders", **values):
    return {"schema_id": str(schema.pk), "external_id": external_id, "name": external_id, **values}


def test_a_table_knows_its_path(acme):
    schema = kept_schema(acme, name="public", database__name="lake")
    [table] = create_tables(acme, rows=[orders(schema, table_type=TableType.VIEW, popularity=7)], by=None, now=NOW)
    assert (table.path, table.table_type, table.popularity) == ("lake.public.orders", "VIEW", 7)
    assert (table.account, table.schema, table.created_at, table.updated_at) == (acme, schema, NOW, NOW)
    assert (table.external_description, table.external_description_source) == (None, None)


def test_the_longest_names_fit_into_a_path(acme):
    schema = kept_schema(acme, name="🦉" * 500, database__name="🦉" * 500)
    [table] = create_tables(acme, rows=[orders(schema, name="🦉" * 500)], by=None, now=NOW)
    table.refresh_from_db()
    assert len(table.path) == 1502


def test_a_new_name_and_external_id_of_a_table(acme):
    table = kept_table(acme, path="")
    row = given(table, name="sales", external_id="s-1", deleted_at=NOW)
    update_tables(acme, rows=[row], by=None, now=LATER)
    table.refresh_from_db()
    assert table.path == f"{table.schema.database.name}.{table.schema.name}.sales"
    assert (table.external_id, table.deleted_at, table.updated_at) == ("s-1", NOW, LATER)


def test_what_was_not_given_stays(acme):
    one, other = (kept_table(acme, popularity=5, url="https://acme.test") for _ in range(2))
    rows = [given(one, popularity=None), given(other, table_size=9)]
    update_tables(acme, rows=rows, by=None, now=LATER)
    stored = Table.objects.order_by("pk").values_list("popularity", "table_size", "url", "path")
    assert list(stored) == [(None, None, "https://acme.test", one.path), (5, 9, "https://acme.test", other.path)]


def test_rows_are_answered_in_the_order_given(acme):
    tables = [kept_table(acme) for _ in range(4)]
    rows = [given(table, external_description="Of customers") for table in reversed(tables)]
    assert update_tables(acme, rows=rows, by=None, now=LATER) == tables[::-1]
    assert update_table_descriptions(acme, rows=rows, by=None, now=LATER) == tables[::-1]


@pytest.mark.parametrize("batch", [["a", "a"], ["b", "taken"]])
def test_an_external_id_is_given_once_in_a_schema(acme, batch):
    taken = kept_table(acme, external_id="taken")
    with pytest.raises(InvalidInput, match=batch[1]):
        create_tables(acme, rows=[orders(taken.schema, external_id) for external_id in batch], by=None, now=NOW)
    assert Table.objects.count() == 1


@pytest.mark.parametrize("wanted", [("b", "a"), ("c", "c"), ("b", "c")])
def test_an_external_id_that_a_row_still_has_is_taken(acme, wanted):
    schema = kept_schema(acme)
    tables = [TableFactory.create(schema=schema, external_id=external_id) for external_id in ("a", "b")]
    rows = [given(table, external_id=new) for table, new in zip(tables, wanted, strict=True)]
    with pytest.raises(InvalidInput, match="externalId"):
        update_tables(acme, rows=rows, by=None, now=LATER)
    assert list(Table.objects.order_by("pk").values_list("external_id", flat=True)) == ["a", "b"]


def test_a_table_may_be_told_the_external_id_that_it_has(acme):
    table = kept_table(acme)
    [updated] = update_tables(acme, rows=[given(table, external_id=table.external_id)], by=None, now=LATER)
    assert updated.updated_at == LATER


def test_tables_of_a_source_that_was_extracted_can_be_described_only(acme):
    table = TableFactory.create(schema__database__source__account=acme, is_description_generated=True)
    row = given(table, external_description="Of customers")
    with pytest.raises(NotEditable, match=str(table.pk)):
        update_tables(acme, rows=[row], by=None, now=LATER)
    [described] = update_table_descriptions(acme, rows=[row], by=None, now=LATER)
    described.refresh_from_db()
    assert (described.external_description, described.is_description_generated) == ("Of customers", False)
    assert (described.external_description_source, described.updated_at) == (TableExternalDescriptionSource.API, LATER)


def test_a_description_that_is_taken_away_has_no_source(acme):
    table = kept_table(acme, external_description="Old", external_description_source=TableExternalDescriptionSource.DBT)
    update_table_descriptions(acme, rows=[given(table, external_description=None)], by=None, now=LATER)
    table.refresh_from_db()
    assert (table.external_description, table.external_description_source) == (None, None)


def test_a_description_comes_with_a_new_table(acme):
    [table] = create_tables(
        acme, rows=[orders(kept_schema(acme), external_description="Of customers")], by=None, now=NOW
    )
    assert table.external_description_source == TableExternalDescriptionSource.API


def test_nothing_is_created_in_a_schema_that_was_extracted(acme):
    schema = SchemaFactory.create(database__source__account=acme)
    with pytest.raises(NotEditable, match=str(schema.pk)):
        create_tables(acme, rows=[orders(kept_schema(acme)), orders(schema)], by=None, now=NOW)
    assert not Table.objects.exists()


@pytest.mark.parametrize("service", [update_tables, update_table_descriptions])
def test_another_accounts_table_is_unknown(acme, umbrella, service):
    ours, theirs = kept_table(acme), kept_table(umbrella)
    for pk in (str(theirs.pk), UNKNOWN, "no id"):
        with pytest.raises(NotFound, match=f"^Table not found: {pk}$"):
            service(
                acme, rows=[{"id": str(row), "external_description": "x"} for row in (ours.pk, pk)], by=None, now=LATER
            )
    assert not Table.objects.filter(updated_at=LATER).exists()


def test_another_accounts_schema_is_unknown(acme, umbrella):
    theirs = kept_schema(umbrella)
    with pytest.raises(NotFound, match=f"^Schema not found: {theirs.pk}$"):
        create_tables(acme, rows=[orders(theirs)], by=None, now=NOW)


@pytest.mark.parametrize("size", [1, 20])
def test_a_batch_takes_as_many_queries_as_a_row(acme, size, django_assert_max_num_queries):
    schemas = [kept_schema(acme) for _ in range(size)]
    with django_assert_max_num_queries(17):  # savepoint, lock, schemas, external ids, rows, the index, audit entry
        tables = create_tables(acme, rows=[orders(schema) for schema in schemas], by=None, now=NOW)
    rows = [given(table, name="sales", external_id="sales") for table in tables]
    with django_assert_max_num_queries(22):
        update_tables(acme, rows=rows, by=None, now=LATER)


def test_a_whole_batch_may_lie_in_as_many_schemas(acme):
    database = kept_schema(acme).database
    schemas = SchemaFactory.create_batch(MAX_ROWS, database=database)
    tables = create_tables(acme, rows=[orders(schema) for schema in schemas], by=None, now=NOW)
    rows = [given(table, external_id="sales") for table in tables]
    assert len(update_tables(acme, rows=rows, by=None, now=LATER)) == MAX_ROWS
    with pytest.raises(InvalidInput, match="not 501"):
        create_tables(acme, rows=[orders(schemas[0])] * (MAX_ROWS + 1), by=None, now=NOW)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_writers_of_a_warehouse_wait_for_each_other(acme):
    table = kept_table(acme)
    with CaptureQueriesContext(connection) as queries:
        update_tables(acme, rows=[given(table, name="sales")], by=None, now=LATER)
    locks = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    assert ['FROM "catalog_source"' in lock for lock in locks] == [True, False]
