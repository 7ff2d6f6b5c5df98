import pytest

from catalog.errors import InvalidInput, NotEditable, NotFound
from catalog.models import Database, Schema, Table
from catalog.services.warehouse import create_databases, create_schemas, update_databases, update_schemas
from tests.catalog.factories import DatabaseFactory, SchemaFactory, SourceFactory, TableFactory
from tests.catalog.keeping import LATER, UNKNOWN, api_source, given, kept_database, kept_schema, kept_table
from tests.factories import NOW


def named(name, **values):
    return {"name": name, "external_id": name, **values}


def test_databases_are_created_in_the_order_given(acme):
    source = api_source(acme)
    rows = [named(name, source_id=str(source.pk), description="Of Acme") for name in ("b", "a")]
    created = create_databases(acme, rows=rows, by=None, now=NOW)
    assert [(row.name, row.external_id, row.description, row.source) for row in created] == [
        ("b", "b", "Of Acme", source),
        ("a", "a", "Of Acme", source),
    ]
    assert [(row.account, row.created_at, row.updated_at) for row in created] == [(acme, NOW, NOW)] * 2


def test_schemas_are_created_hidden_and_deleted_if_that_is_said(acme):
    database = kept_database(acme)
    row = named("public", database_id=str(database.pk).upper(), is_hidden=True, deleted_at=NOW)
    [schema] = create_schemas(acme, rows=[row], by=None, now=NOW)
    assert (schema.database, schema.is_hidden, schema.deleted_at, schema.account) == (database, True, NOW, acme)


def test_one_external_id_may_be_in_two_databases(acme):
    rows = [named("public", database_id=str(kept_database(acme).pk)) for _ in range(2)]
    assert len(create_schemas(acme, rows=rows, by=None, now=NOW)) == 2


def test_an_external_id_that_is_taken_is_named_and_nothing_is_created(acme):
    schema = kept_schema(acme, external_id="public", deleted_at=NOW)
    rows = [named(name, database_id=str(schema.database.pk)) for name in ("private", "public")]
    with pytest.raises(InvalidInput, match=r"taken.*: public$"):
        create_schemas(acme, rows=rows, by=None, now=NOW)
    assert Schema.objects.count() == 1


def test_nothing_is_created_in_a_source_that_was_extracted(acme):
    source = SourceFactory.create(account=acme)
    with pytest.raises(NotEditable, match=str(source.pk)):
        create_databases(acme, rows=[named("a", source_id=str(source.pk))], by=None, now=NOW)
    database = DatabaseFactory.create(source=source)
    with pytest.raises(NotEditable, match=str(database.pk)):
        create_schemas(acme, rows=[named("a", database_id=str(database.pk))], by=None, now=NOW)


def test_what_lies_in_another_account_is_unknown(acme, umbrella):
    api_source(acme)
    theirs = kept_schema(umbrella)
    for pk in (str(theirs.database.source.pk), UNKNOWN):
        with pytest.raises(NotFound, match=f"^Source not found: {pk}$"):
            create_databases(acme, rows=[named("a", source_id=pk)], by=None, now=NOW)
    for pk in (str(theirs.pk), UNKNOWN):
        with pytest.raises(NotFound, match=f"^Schema not found: {pk}$"):
            update_schemas(acme, rows=[{"id": pk, "name": "mine"}], by=None, now=NOW)


def test_places_are_changed_where_something_was_given(acme):
    one, other = kept_database(acme, description="Old"), kept_database(acme, description="Old", is_hidden=True)
    rows = [given(other, description=None, deleted_at=NOW), given(one, is_hidden=True)]
    update_databases(acme, rows=rows, by=None, now=LATER)
    stored = Database.objects.order_by("pk").values_list("description", "deleted_at", "is_hidden", "updated_at")
    assert list(stored) == [("Old", None, True, LATER), (None, NOW, True, LATER)]


def test_a_row_for_which_nothing_was_given_is_not_touched(acme):
    [unchanged, changed] = kept_schema(acme), kept_schema(acme)
    rows = [given(unchanged), given(changed, deleted_at=None)]
    update_schemas(acme, rows=rows, by=None, now=LATER)
    assert list(Schema.objects.order_by("pk").values_list("updated_at", flat=True)) == [NOW, LATER]


def test_a_new_name_goes_into_the_paths_of_all_tables_below(acme):
    database = kept_database(acme, name="lake")
    raw, clean = (SchemaFactory.create(database=database, name=name) for name in ("raw", "clean"))
    tables = [TableFactory.create(schema=schema, name="orders") for schema in (raw, clean)]
    elsewhere = kept_table(acme, path="left.as.it.was")
    update_databases(acme, rows=[given(database, name="sea")], by=None, now=LATER)
    update_schemas(acme, rows=[given(raw, name="cooked")], by=None, now=LATER)
    paths = dict(Table.objects.values_list("pk", "path"))
    assert [paths[table.pk] for table in tables] == ["sea.cooked.orders", "sea.clean.orders"]
    assert paths[elsewhere.pk] == elsewhere.path


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"name": None}, "name may not be empty"),
        ({"is_hidden": None}, "isHidden may not be null"),
        ({"description": "a" * 501}, "at most 500"),
        ({"external_id": "taken"}, "taken"),
    ],
)
def test_what_cannot_be_is_refused(acme, values, fault):
    schema = kept_schema(acme)
    SchemaFactory.create(database=schema.database, external_id="taken")
    with pytest.raises(InvalidInput, match=fault):
        update_schemas(acme, rows=[given(schema, **values)], by=None, now=LATER)


def test_places_of_a_source_that_was_extracted_are_left_alone(acme):
    schema = SchemaFactory.create(database__source__account=acme)
    with pytest.raises(NotEditable, match=str(schema.pk)):
        update_schemas(acme, rows=[given(schema, name="mine")], by=None, now=LATER)
    with pytest.raises(NotEditable, match=str(schema.database.pk)):
        update_databases(acme, rows=[given(schema.database, name="mine")], by=None, now=LATER)
    assert not Schema.objects.filter(name="mine").exists()


@pytest.mark.parametrize("service", [create_databases, update_databases, create_schemas, update_schemas])
def test_an_empty_batch_does_nothing(acme, service):
    assert service(acme, rows=[], by=None, now=NOW) == []
