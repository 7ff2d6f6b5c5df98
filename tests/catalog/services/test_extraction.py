import pytest

from catalog.choices import SourceOrigin, SourceTechnology, SourceType
from catalog.errors import InvalidInput, NotFound
from catalog.models import Column, Database, Schema, Source, Table, TableQuery, Term
from catalog.services.extraction import bring_in
from tests.factories import NOW

KIND = {"technology": SourceTechnology.SNOWFLAKE, "type": SourceType.WAREHOUSE, "origin": SourceOrigin.EXTRACTION}


@pytest.fixture
def rows():
    source = Source(name="Snowflake", **KIND)
    database = Database(source=source, name="raw", external_id="1")
    schema = Schema(database=database, name="shop", external_id="2")
    table = Table(schema=schema, name="orders", external_id="3")
    column = Column(table=table, source=source, name="id", external_id="4", data_type="number")
    return [source, database, schema, table, column]


def test_rows_are_stored_as_the_account_s(acme, rows):
    bring_in(acme, rows, by=None, now=NOW)
    for row in rows:
        row.refresh_from_db()
        assert (row.account, row.created_at, row.updated_at) == (acme, NOW, NOW)


def test_a_table_gets_its_path(acme, rows):
    bring_in(acme, rows, by=None, now=NOW)
    assert Table.objects.get().path == "raw.shop.orders"


def test_a_term_gets_its_depth(acme):
    top = Term(name="Revenue")
    bring_in(acme, [top, Term(name="Net revenue", parent_term=top)], by=None, now=NOW)
    assert list(Term.objects.values_list("depth_level", flat=True)) == [0, 1]


def test_later_rows_may_point_to_what_is_there(acme, rows):
    bring_in(acme, rows, by=None, now=NOW)
    bring_in(acme, [Table(schema=rows[2], name="carts", external_id="5")], by=None, now=NOW)
    assert Table.objects.count() == 2


def test_nothing_points_into_another_account(acme, umbrella, rows):
    bring_in(umbrella, rows, by=None, now=NOW)
    with pytest.raises(NotFound, match="schema not found"):
        bring_in(acme, [Table(schema=rows[2], name="carts", external_id="5")], by=None, now=NOW)
    assert not Table.objects.visible_to(acme).exists()


def test_a_query_names_tables_of_the_account_alone(acme, umbrella, rows):
    bring_in(umbrella, rows, by=None, now=NOW)
    query = TableQuery(hash="a", query="SELECT 1", query_type="SELECT", timestamp=NOW)
    with pytest.raises(NotFound, match="table not found"):
        bring_in(acme, [query, TableQuery.tables.through(tablequery=query, table=rows[3])], by=None, now=NOW)


def test_what_is_there_already_is_refused_with_all_that_came(acme, rows):
    bring_in(acme, rows, by=None, now=NOW)
    again = Schema(database=rows[1], name="shop", external_id="2")
    with pytest.raises(InvalidInput, match="One of these schemas is there already"):
        bring_in(acme, [Source(name="Other", **KIND), again], by=None, now=NOW)
    assert Source.objects.count() == 1
