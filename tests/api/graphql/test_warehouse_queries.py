"""Sources, databases, schemas, tables and columns, as programs find them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.graphql.reading import found, in_order, refused, rows
from tests.catalog.factories import (
    ColumnFactory,
    ColumnJoinFactory,
    DatabaseFactory,
    SchemaFactory,
    SourceFactory,
    TableFactory,
    TagFactory,
    a_table,
    owned,
    tagged,
)
from tests.factories import NOW

UNKNOWN = "0197f0c0-0000-7000-8000-000000000000"


@pytest.fixture
def orders(acme):
    return a_table(acme, "shop.public.orders")


def column(table, name, **changes):
    return ColumnFactory.create(table=table, name=name, **changes)


def test_sources_are_found_by_what_they_are(acme, reader):
    SourceFactory.create(account=acme, name="Lake", technology="SNOWFLAKE")
    SourceFactory.create(account=acme, name="Programs", origin="API")
    SourceFactory.create(account=acme, name="Charts", type="VISUALIZATION", technology="TABLEAU")
    assert found(reader, "getSources", origin="API") == ["Programs"]
    assert found(reader, "getSources", technology="SNOWFLAKE") == ["Lake"]
    assert found(reader, "getSources", type="VISUALIZATION") == ["Charts"]
    assert found(reader, "getSources", nameContains="HART") == ["Charts"]


def test_all_filters_must_hold(acme, reader):
    SourceFactory.create(account=acme, name="Lake", technology="SNOWFLAKE")
    assert found(reader, "getSources", nameContains="lake", technology="BIGQUERY") == []


def test_places_are_found_by_what_they_lie_in(orders, reader):
    database = orders.schema.database
    assert found(reader, "getDatabases", sourceIds=[str(database.source_id), UNKNOWN]) == ["shop"]
    assert found(reader, "getSchemas", databaseIds=[str(database.pk)]) == ["public"]
    assert found(reader, "getSchemas", sourceIds=[str(database.source_id)]) == ["public"]


def test_tables_are_found_by_what_they_lie_in(acme, orders, reader):
    a_table(acme, "other.public.orders")
    schema = orders.schema
    for scope in (
        {"schemaId": str(schema.pk)},
        {"databaseId": str(schema.database_id)},
        {"warehouseId": str(schema.database.source_id)},
        {"ids": [str(orders.pk), str(orders.pk)]},
        {"pathContains": "SHOP.public.ord"},
    ):
        assert found(reader, "getTables", "id", **scope) == [str(orders.pk)]


@pytest.mark.parametrize("ids", [[], ["x"], [UNKNOWN], ["", "0197f0c0"]])
def test_unknown_ids_find_nothing(orders, reader, ids):
    assert found(reader, "getTables", ids=ids) == []


def test_the_id_of_another_account_is_unknown(umbrella, reader):
    theirs = a_table(umbrella)
    assert found(reader, "getTables", schemaId=str(theirs.schema_id)) == []


@pytest.mark.parametrize("part", ["", "schema", "schema.database", "schema.database.source"])
def test_what_lies_in_something_deleted_is_deleted(orders, reader, part):
    column(orders, "id")
    row = orders
    for name in filter(None, part.split(".")):
        row = getattr(row, name)
    type(row).objects.filter(pk=row.pk).update(deleted_at=NOW)
    assert (found(reader, "getTables"), found(reader, "getColumns")) == ([], [])
    assert found(reader, "getTables", withDeleted=True) == ["orders"]
    assert found(reader, "getColumns", withDeleted=True) == ["id"]


@pytest.mark.parametrize("hidden", ["schema", "database"])
def test_what_lies_in_something_hidden_is_hidden(acme, reader, hidden):
    database = DatabaseFactory.create(source__account=acme, is_hidden=hidden == "database")
    schema = SchemaFactory.create(database=database, is_hidden=hidden == "schema")
    column(a_table(acme), "seen")
    column(TableFactory.create(schema=schema, name="t"), "secret")
    assert found(reader, "getColumns") == ["seen"]
    assert found(reader, "getColumns", withHidden=True) == ["seen", "secret"]
    assert found(reader, "getTables", withHidden=True) == ["orders", "t"]


def test_columns_are_found_by_what_they_lie_in(acme, orders, reader):
    column(orders, "id"), column(a_table(acme, "other.public.orders"), "id")
    schema = orders.schema
    ids = {"table": orders.pk, "schema": schema.pk, "database": schema.database_id, "source": schema.database.source_id}
    for kind, pk in ids.items():
        assert found(reader, "getColumns", "tableId", **{f"{kind}Id": str(pk)}) == [str(orders.pk)]
        assert found(reader, "getColumns", "tableId", **{f"{kind}Ids": [str(pk), UNKNOWN]}) == [str(orders.pk)]


def test_columns_are_found_by_name_and_flags(orders, reader):
    column(orders, "Email", is_pii=True, is_primary_key=False), column(orders, "id", is_pii=False, is_primary_key=True)
    assert found(reader, "getColumns", name="Email") == ["Email"]
    assert found(reader, "getColumns", name="email") == []
    assert found(reader, "getColumns", nameContains="MAIL") == ["Email"]
    assert found(reader, "getColumns", isPii=False) == ["id"]
    assert found(reader, "getColumns", isPrimaryKey=True) == ["id"]


@pytest.mark.parametrize("raw", [None, "", "Who bought"])
@pytest.mark.parametrize("external", [None, "", "From the shop"])
def test_a_column_with_either_text_is_documented(orders, reader, raw, external):
    column(orders, "buyer", description_raw=raw, external_description=external)
    documented = ["buyer"] if raw or external else []
    assert found(reader, "getColumns", isDocumented=True) == documented
    assert found(reader, "getColumns", isDocumented=False) == ([] if documented else ["buyer"])


def test_a_column_is_found_by_a_part_of_either_text(orders, reader):
    column(orders, "a", description_raw="Who bought", external_description="the shop")
    column(orders, "b", description_raw=None)
    assert found(reader, "getColumns", description="BOUGHT") == ["a"]
    assert found(reader, "getColumns", description="The Shop") == ["a"]


def test_joined_columns_are_those_on_either_side(orders, reader):
    join = ColumnJoinFactory.create(first_column=column(orders, "a"), second_column=column(orders, "b"))
    column(join.first_column.table, "c")
    assert found(reader, "getColumns", hasColumnJoins=True) == ["a", "b"]
    assert found(reader, "getColumns", hasColumnJoins=False) == ["c"]


def test_columns_sort_by_their_tables(acme, reader):
    for number, (name, popularity) in enumerate((("b", 1), ("a", 3), ("c", 2))):
        column(a_table(acme, f"w.p.{name}", popularity=popularity), f"of_{name}", source_order=number)
    assert in_order(reader, "getColumns", "name", "tableName") == ["of_a", "of_b", "of_c"]
    assert in_order(reader, "getColumns", "name", "tablePopularity") == ["of_b", "of_c", "of_a"]
    assert in_order(reader, "getColumns", "name", "sourceOrder", direction="DESC") == ["of_c", "of_a", "of_b"]


def test_tables_sort_by_length_and_place(acme, reader):
    for path in ("w.z.aa", "w.y.b", "w.x.ccc"):
        a_table(acme, path)
    assert in_order(reader, "getTables", "name", "nameLength") == ["b", "aa", "ccc"]
    assert in_order(reader, "getTables", "name", "schemaName") == ["ccc", "b", "aa"]


def test_tables_sort_by_how_many_own_them(acme, ada, carol, reader):
    none, both, one = (a_table(acme, f"w.p.{name}") for name in ("none", "both", "one"))
    for table, user in ((both, ada), (both, carol), (one, ada)):
        owned(table, user)
    assert in_order(reader, "getTables", "name", "ownersAndTeamOwnersCount") == [none.name, one.name, both.name]


def test_a_table_is_the_more_complete_the_more_is_said_of_it(acme, ada, carol, reader):
    described = a_table(acme, "w.p.most", description_raw="Yes", external_description="Yes", verified_at=NOW)
    owned(a_table(acme, "w.p.two_owners"), ada), owned(described, ada)
    owned(a_table(acme, "w.p.nothing", description_raw=""), ada).delete()
    tagged(described, TagFactory.create(account=acme)), owned(described, carol)
    assert in_order(reader, "getTables", "name", "levelOfCompletion") == ["nothing", "two_owners", "most"]


def test_a_description_is_ours_then_the_source_s_then_nothing(orders, reader):
    for name, raw, external in (("a", "ours", "theirs"), ("b", "", "theirs"), ("c", None, None)):
        column(orders, name, description_raw=raw, external_description=external)
    assert found(reader, "getColumns", "description") == ["ours", "theirs", ""]


def test_a_list_of_too_many_ids_is_refused(reader):
    assert refused(reader, "getTables", scope={"ids": ["x"] * 10_001})[:2] == (400, "BAD_USER_INPUT")


def test_a_table_comes_with_its_place(orders, reader):
    (row,) = rows(reader, "getTables", "schema { name database { name warehouse { id } } }")
    source = str(orders.schema.database.source_id)
    assert row["schema"] == {"name": "public", "database": {"name": "shop", "warehouse": {"id": source}}}


def test_tables_are_found_by_whether_somebody_verified_or_deprecated_them(orders, reader):
    TableFactory.create(schema=orders.schema, name="old", verified_at=NOW, deprecated_at=NOW)
    for mark in ("isVerified", "isDeprecated"):
        assert found(reader, "getTables", **{mark: True}) == ["old"]
        assert found(reader, "getTables", **{mark: False}) == ["orders"]


def test_a_column_says_where_its_table_lies(orders, reader):
    column(orders, "id")
    (row,) = rows(reader, "getColumns", "databaseId schemaId table { schema { database { name } } }")
    assert row == {
        "databaseId": str(orders.schema.database_id),
        "schemaId": str(orders.schema_id),
        "table": {"schema": {"database": {"name": "shop"}}},
    }


def test_a_column_comes_with_its_table_and_the_table_with_its_place(acme, reader):
    column = ColumnFactory.create(name="id", table__schema__database__source__account=acme)
    [said] = rows(reader, "getColumns", "table { id schema { id database { id } } }")
    schema = column.table.schema
    place = {"id": str(schema.pk), "database": {"id": str(schema.database.pk)}}
    assert said == {"table": {"id": str(column.table.pk), "schema": place}}


def test_a_column_says_it_wherever_it_is_met(orders, reader):
    first = column(orders, "id")
    ColumnJoinFactory.create(first_column=first)
    (row,) = rows(reader, "getColumnJoins", "firstColumn { databaseId schemaId }")
    assert row["firstColumn"] == {"databaseId": str(orders.schema.database_id), "schemaId": str(orders.schema_id)}


def joined(account):
    """A join of two columns, each in a table, a schema and a database of its own."""
    first, second = (column(a_table(account), "id") for _ in range(2))
    ColumnJoinFactory.create(first_column=first, second_column=second)


@pytest.mark.parametrize("place", ["databaseId", "schemaId", "databaseId schemaId"])
@pytest.mark.parametrize(
    ("name", "asked"), [("getColumns", "{}"), ("getColumnJoins", "firstColumn {{ {} }} secondColumn {{ {} }}")]
)
def test_where_columns_lie_is_read_at_once_however_many_they_are(acme, reader, name, asked, place):
    fields, counts = asked.format(place, place), []
    rows(reader, name, fields)  # the first call of all asks for the token as well
    for more in (1, 19):
        for _ in range(more):
            joined(acme)
        with CaptureQueriesContext(connection) as captured:
            rows(reader, name, fields)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_where_a_column_lies_is_read_only_when_somebody_asks(orders, reader, django_assert_max_num_queries):
    column(orders, "id")
    with django_assert_max_num_queries(30) as captured:
        rows(reader, "getColumns", "name")
    assert not [query for query in captured if 'FROM "catalog_table"' in str(query["sql"])]


def test_the_catalog_s_text_has_two_names(orders, reader):
    TableFactory.create(schema=orders.schema, name="told", description_raw="**Told**")
    said = rows(reader, "getTables", "descriptionRaw descriptionMarkdown")
    assert said == [{"descriptionRaw": text, "descriptionMarkdown": text} for text in (None, "**Told**")]
