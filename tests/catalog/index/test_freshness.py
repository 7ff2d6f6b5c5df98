"""What a service wrote is found, or gone, when it returns."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.index.catching_up import catch_up, index_account
from catalog.index.checking import differences
from catalog.models import Column, SearchDue, SearchEntry, TableQuery, Tag, TagEntity, Term
from catalog.queries.search import find
from catalog.queries.warehouse_queries import search_queries
from catalog.rules.batches import MAX_ROWS
from catalog.services import documentation, extraction, knowledge, tables, warehouse
from tests.catalog.factories import ColumnFactory, DashboardFactory, TagFactory, TermFactory, ran, tagged
from tests.catalog.keeping import LATER, given, kept_table
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(acme):
    """A table of the API source with a column and two terms, all of it indexed."""
    table = kept_table(acme, name="orders", external_id="orders")
    ColumnFactory.create(table=table, account=acme, name="amount")
    TermFactory.create(parent_term=TermFactory.create(account=acme, name="Sales"), name="Revenue")
    tagged(table, TagFactory.create(account=acme, label="finance"))
    DashboardFactory.create(source__account=acme, name="Weekly")
    index_account(acme, now=NOW)
    catch_up(now=NOW, account=acme)
    assert not list(differences(acme))
    return table


def rename_table(account, table):
    tables.update_tables(account, rows=[given(table, name="sales")], by=None, now=LATER)


def delete_table(account, table):
    tables.update_tables(account, rows=[given(table, deleted_at=NOW)], by=None, now=LATER)


def describe_table(account, table):
    rows = [{"id": str(table.pk), "external_description": "Of parcels"}]
    tables.update_table_descriptions(account, rows=rows, by=None, now=LATER)


def document_table(account, table):
    rows = [{"id": str(table.pk), "description_markdown": "Of parcels"}]
    documentation.update_tables_documentation(account, rows=rows, by=None, now=LATER)


def create_table(account, table):
    row = {"schema_id": str(table.schema_id), "external_id": "new", "name": "new"}
    tables.create_tables(account, rows=[row], by=None, now=LATER)


def create_column(account, table):
    row = {"table_id": str(table.pk), "external_id": "n", "name": "net", "data_type": "INT"}
    tables.create_columns(account, rows=[row], by=None, now=LATER)


def rename_column(account, table):
    tables.update_columns(account, rows=[given(table.columns.get(), name="gross")], by=None, now=LATER)


def delete_column(account, table):
    tables.update_columns(account, rows=[given(table.columns.get(), deleted_at=NOW)], by=None, now=LATER)


def describe_column(account, table):
    row = {"id": str(table.columns.get().pk), "description_raw": "In euros"}
    tables.update_columns_metadata(account, rows=[row], by=None, now=LATER)


def rename_schema(account, table):
    warehouse.update_schemas(account, rows=[given(table.schema, name="mart")], by=None, now=LATER)


def hide_database(account, table):
    warehouse.update_databases(account, rows=[given(table.schema.database, is_hidden=True)], by=None, now=LATER)


def delete_source(account, table):
    row = {"id": str(table.schema.database.source_id), "deleted_at": NOW}
    warehouse.update_source(account, row=row, by=None, now=LATER)


def document_dashboard(account, table):
    row = {"id": str(DashboardFactory._meta.model.objects.get().pk), "description_markdown": "Of parcels"}
    documentation.update_dashboards_documentation(account, rows=[row], by=None, now=LATER)


def create_term(account, table):
    knowledge.create_term(account, row={"name": "Churn", "description": "Who left"}, by=None, now=LATER)


def rename_term(account, table):
    row = {"id": str(Term.objects.get(name="Sales").pk), "name": "Selling"}
    knowledge.update_term(account, row=row, by=None, now=LATER)


def delete_term(account, table):
    knowledge.delete_term(account, row={"id": str(Term.objects.get(name="Sales").pk)}, by=None, now=LATER)


def attach_tag(account, table):
    rows = [{"entity_type": "TABLE", "entity_id": str(table.pk), "label": "gold"}]
    knowledge.attach_tags(account, rows=rows, by=None, now=LATER)


def detach_tag(account, table):
    rows = [{"entity_type": "TABLE", "entity_id": str(table.pk), "label": "finance"}]
    knowledge.detach_tags(account, rows=rows, by=None, now=LATER)


def bring_in_a_column_and_a_tag(account, table):
    column = Column(
        table=table, source_id=table.schema.database.source_id, name="vat", external_id="vat", data_type="INT"
    )
    tag = Tag(label="silver")
    extraction.bring_in(account, [column, tag, TagEntity(tag=tag, table=table)], by=None, now=LATER)


ACTS = [
    rename_table,
    delete_table,
    describe_table,
    document_table,
    create_table,
    create_column,
    rename_column,
    delete_column,
    describe_column,
    rename_schema,
    hide_database,
    delete_source,
    document_dashboard,
    create_term,
    rename_term,
    delete_term,
    attach_tag,
    detach_tag,
    bring_in_a_column_and_a_tag,
]


@pytest.mark.parametrize("act", ACTS)
def test_what_was_written_is_indexed_in_its_transaction(acme, table, act):
    before = dict(SearchEntry.objects.values_list("asset", "words"))
    act(acme, table)
    assert dict(SearchEntry.objects.values_list("asset", "words")) != before
    assert list(differences(acme)) == []
    assert not SearchDue.objects.exists()


def test_a_query_that_was_brought_in_is_indexed(acme, table):
    query = ran("select amount from orders", table)
    index_account(acme, now=NOW)
    catch_up(now=NOW, account=acme)
    assert list(differences(acme)) == []
    type(query).objects.update(is_hidden=True)
    assert len(list(differences(acme))) == 1


def test_a_place_brought_back_is_found_again(acme, table):
    delete_source(acme, table)
    row = {"id": str(table.schema.database.source_id), "deleted_at": None}
    warehouse.update_source(acme, row=row, by=None, now=LATER)
    assert list(differences(acme)) == []


def test_the_next_search_finds_the_new_name_and_no_longer_the_old(acme, table):
    assert [hit.id for hit in find(acme, "orders").items] == [table.pk]
    tables.update_tables(acme, rows=[given(table, name="parcels")], by=None, now=LATER)
    assert [hit.id for hit in find(acme, "parcels").items] == [table.pk]
    assert find(acme, "orders").items == []


def test_a_query_is_found_by_the_new_path_of_its_table(acme, table):
    ran("select amount", table)
    index_account(acme, now=NOW)
    catch_up(now=NOW, account=acme)
    rename_schema(acme, table)
    assert list(differences(acme)) == []
    assert len(search_queries(acme, TableQuery.objects.visible_to(acme), "mart")) == 1


def test_a_full_batch_of_columns_is_found_at_once(acme, table):
    rows = [
        {"table_id": str(table.pk), "external_id": f"n{number}", "name": f"n{number}", "data_type": "INT"}
        for number in range(MAX_ROWS)
    ]
    tables.create_columns(acme, rows=rows, by=None, now=LATER)
    assert list(differences(acme)) == []


def test_what_changes_no_words_asks_no_index(acme, table):
    with CaptureQueriesContext(connection) as captured:
        tables.update_tables(acme, rows=[given(table, name=table.name, popularity=7)], by=None, now=LATER)
    assert not [query for query in captured if "catalog_search" in query["sql"] or "advisory" in query["sql"]]
