import pytest

from catalog.choices import ColumnExternalDescriptionSource
from catalog.errors import InvalidInput, NotEditable, NotFound
from catalog.models import Column
from catalog.services.tables import create_columns, update_columns, update_columns_metadata
from tests.catalog.factories import ColumnFactory, TableFactory
from tests.catalog.keeping import LATER, UNKNOWN, given, kept_table
from tests.factories import NOW


def amount(table, external_id="amount", **values):
    row = {"table_id": str(table.pk), "external_id": external_id, "name": "amount", "data_type": "int"}
    return row | {"is_nullable": False} | values


def kept_column(account, **values):
    return ColumnFactory.create(table=kept_table(account), **values)


def test_columns_know_their_table_and_source(acme):
    table = kept_table(acme)
    rows = [amount(table, "b", source_order=2, is_pii=True), amount(table, "a", external_description="In cents")]
    one, other = create_columns(acme, rows=rows, by=None, now=NOW)
    assert (one.table, one.source, one.account, one.source_order) == (table, table.schema.database.source, acme, 2)
    assert (one.is_pii, one.is_primary_key, one.is_nullable, one.updated_at) == (True, None, False, NOW)
    assert other.external_description_source == ColumnExternalDescriptionSource.API


@pytest.mark.parametrize("batch", [["a", "a"], ["b", "taken"]])
def test_an_external_id_is_given_once_in_a_table(acme, batch):
    taken = kept_column(acme, external_id="taken", deleted_at=NOW)
    with pytest.raises(InvalidInput, match=batch[1]):
        create_columns(acme, rows=[amount(taken.table, external_id) for external_id in batch], by=None, now=NOW)
    assert Column.objects.count() == 1


def test_columns_are_changed_where_something_was_given(acme):
    column = kept_column(acme, is_pii=True, is_nullable=False)
    row = given(column, is_pii=None, data_type="bigint", external_id="a", deleted_at=NOW)
    update_columns(acme, rows=[row], by=None, now=LATER)
    column.refresh_from_db()
    assert (column.is_pii, column.data_type, column.is_nullable, column.name) == (None, "bigint", False, column.name)
    assert (column.external_id, column.deleted_at, column.updated_at) == ("a", NOW, LATER)


def test_an_external_id_that_another_column_has_is_taken(acme):
    column = kept_column(acme)
    other = ColumnFactory.create(table=column.table, external_id="taken")
    with pytest.raises(InvalidInput, match="taken"):
        update_columns(acme, rows=[given(column, external_id=other.external_id)], by=None, now=LATER)


def test_columns_of_a_source_that_was_extracted_can_be_described_only(acme):
    column = ColumnFactory.create(table=TableFactory.create(schema__database__source__account=acme))
    with pytest.raises(NotEditable, match=str(column.pk)):
        update_columns(acme, rows=[given(column, is_pii=True)], by=None, now=LATER)
    with pytest.raises(NotEditable, match=str(column.table.pk)):
        create_columns(acme, rows=[amount(column.table)], by=None, now=NOW)
    update_columns_metadata(acme, rows=[given(column, is_pii=True)], by=None, now=LATER)
    assert Column.objects.values_list("is_pii", "updated_at").get() == (True, LATER)


def test_metadata_are_both_descriptions_and_both_marks(acme):
    column = kept_column(acme, is_description_generated=True)
    texts = {"external_description": "In cents", "description_raw": "**In cents**"}
    row = given(column, **texts, is_pii=False, is_primary_key=True)
    [described] = update_columns_metadata(acme, rows=[row], by=None, now=LATER)
    described.refresh_from_db()
    assert (described.external_description, described.description_raw) == ("In cents", "**In cents**")
    assert described.external_description_source == ColumnExternalDescriptionSource.API
    assert (described.is_pii, described.is_primary_key, described.is_description_generated) == (False, True, False)


def test_a_mark_says_nothing_of_texts(acme):
    source = ColumnExternalDescriptionSource.DBT
    column = kept_column(acme, external_description="Old", external_description_source=source)
    update_columns_metadata(acme, rows=[given(column, is_pii=True)], by=None, now=LATER)
    column.refresh_from_db()
    assert (column.external_description, column.external_description_source) == ("Old", source)
    assert column.is_description_generated is None


@pytest.mark.parametrize("service", [update_columns, update_columns_metadata])
def test_another_accounts_column_is_unknown(acme, umbrella, service):
    ours, theirs = kept_column(acme), kept_column(umbrella)
    for pk in (str(theirs.pk), UNKNOWN, "no id"):
        with pytest.raises(NotFound, match=f"^Column not found: {pk}$"):
            service(acme, rows=[{"id": str(row), "is_pii": True} for row in (ours.pk, pk)], by=None, now=LATER)
    assert not Column.objects.filter(is_pii=True).exists()


def test_another_accounts_table_is_unknown(acme, umbrella):
    theirs = kept_table(umbrella)
    with pytest.raises(NotFound, match=f"^Table not found: {theirs.pk}$"):
        create_columns(acme, rows=[amount(theirs)], by=None, now=NOW)


@pytest.mark.parametrize("size", [1, 20])
def test_a_batch_takes_as_many_queries_as_a_row(acme, size, django_assert_max_num_queries):
    tables = [kept_table(acme) for _ in range(size)]
    with django_assert_max_num_queries(24):  # savepoint, lock, tables, external ids, rows, the index, audit entry
        columns = create_columns(acme, rows=[amount(table) for table in tables], by=None, now=NOW)
    rows = [given(column, external_id="total", name="total") for column in columns]
    with django_assert_max_num_queries(30):
        update_columns(acme, rows=rows, by=None, now=LATER)


@pytest.mark.parametrize("service", [create_columns, update_columns, update_columns_metadata])
def test_an_empty_batch_does_nothing(acme, service):
    assert service(acme, rows=[], by=None, now=NOW) == []
