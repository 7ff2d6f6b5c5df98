"""Joins, quality checks and queries, as programs find them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.index.catching_up import index_account
from catalog.queries import search
from tests.api.graphql.asking import ask, codes, data
from tests.api.graphql.reading import found, in_order, rows
from tests.catalog.factories import (
    ColumnFactory,
    ColumnJoinFactory,
    QualityCheckFactory,
    SourceUserFactory,
    a_table,
    ran,
)
from tests.catalog.keeping import index_all, work_off
from tests.factories import NOW

SEARCH = "query($q: String!, $s: SearchQueriesScope) { searchQueries(data: {question: $q}, scope: $s) { data { %s } } }"


@pytest.fixture
def orders(acme):
    return a_table(acme, "shop.public.orders")


@pytest.fixture
def parcels(acme):
    return a_table(acme, "shop2.public.parcels")


def test_joins_are_found_from_either_side(orders, parcels, reader):
    join = ColumnJoinFactory.create(
        first_column=ColumnFactory.create(table=orders), second_column=ColumnFactory.create(table=parcels), count=7
    )
    for scope in (
        {"columnIds": [str(join.first_column_id)]},
        {"columnIds": [str(join.second_column_id)]},
        {"tableIds": [str(parcels.pk)]},
        {"ids": [str(join.pk)]},
    ):
        assert found(reader, "getColumnJoins", "count", **scope) == [7]
    assert found(reader, "getColumnJoins", "count", columnIds=[str(orders.pk)]) == []


def test_joins_sort_by_how_often_they_were_seen(orders, reader):
    for count in (3, 9, 1):
        ColumnJoinFactory.create(first_column=ColumnFactory.create(table=orders), count=count)
    assert in_order(reader, "getColumnJoins", "count", "count", direction="DESC") == [9, 3, 1]


def test_a_join_comes_with_its_columns_and_their_tables(orders, reader):
    join = ColumnJoinFactory.create(first_column=ColumnFactory.create(table=orders, name="id"))
    (row,) = rows(reader, "getColumnJoins", "firstColumn { name table { name } } secondColumn { accountId sourceId }")
    assert row["firstColumn"] == {"name": "id", "table": {"name": "orders"}}
    source = str(orders.schema.database.source_id)
    assert row["secondColumn"] == {"accountId": str(join.account.uuid), "sourceId": source}


def test_checks_are_found_by_their_table(orders, parcels, reader):
    QualityCheckFactory.create(table=orders, name="unique", status="ALERT")
    QualityCheckFactory.create(table=parcels)
    assert found(reader, "getDataQualities", tableId=str(orders.pk)) == ["unique"]
    assert found(reader, "getDataQualities", "status", tableId=str(orders.pk)) == ["ALERT"]


def test_a_removed_check_is_found_only_if_it_is_asked_for(orders, reader):
    QualityCheckFactory.create(table=orders, name="old", deleted_at=NOW)
    assert found(reader, "getDataQualities") == []
    assert found(reader, "getDataQualities", withDeleted=True) == ["old"]


def test_queries_are_found_by_all_of_their_tables_or_any(orders, parcels, reader):
    ran("one", orders), ran("both", orders, parcels)
    ids = [str(orders.pk), str(parcels.pk)]
    assert found(reader, "getTableQueries", "hash", tableIds=ids) == ["both"]
    assert found(reader, "getTableQueries", "hash", tableIds=ids, tableIdsFilterMode="ALL") == ["both"]
    assert found(reader, "getTableQueries", "hash", tableIds=ids, tableIdsFilterMode="ANY") == ["one", "both"]


def test_queries_are_found_by_place_and_type(orders, parcels, reader):
    ran("select", orders), ran("insert", parcels, query_type="WRITE")
    schema = orders.schema
    ids = {"schema": schema.pk, "database": schema.database_id, "warehouse": schema.database.source_id}
    for place, pk in ids.items():
        assert found(reader, "getTableQueries", "hash", **{f"{place}Id": str(pk)}) == ["select"]
    assert found(reader, "getTableQueries", "hash", queryType="WRITE") == ["insert"]


def test_queries_sort_by_hash_type_and_time(orders, reader):
    ran("b", orders, timestamp=NOW.replace(year=2025)), ran("a", orders, query_type="WRITE")
    assert in_order(reader, "getTableQueries", "hash", "hash") == ["a", "b"]
    assert in_order(reader, "getTableQueries", "hash", "timestamp") == ["b", "a"]
    assert in_order(reader, "getTableQueries", "hash", "queryType", direction="DESC") == ["a", "b"]


def test_a_query_says_what_it_reads_and_where(orders, reader):
    ran("select 1", orders, author="Ada", queries_duration=1.5)
    fields = "tables { id name path } schemaIds warehouseIds author queriesDuration timestamp"
    (row,) = rows(reader, "getTableQueries", fields)
    assert row == {
        "tables": [{"id": str(orders.pk), "name": "orders", "path": "shop.public.orders"}],
        "schemaIds": [str(orders.schema_id)],
        "warehouseIds": [str(orders.schema.database.source_id)],
        "author": "Ada",
        "queriesDuration": 1.5,
        "timestamp": int(NOW.timestamp() * 1000),
    }


def asked(reader, question, fields="query", scope=None):
    index_all()
    return data(reader, SEARCH % fields, q=question, s=scope)["searchQueries"]["data"]


def test_a_question_finds_the_queries_with_most_of_its_words(orders, parcels, reader):
    ran("select country, sum(revenue) from orders", orders)
    ran("select weight from parcels", parcels)
    found_queries = [row["query"] for row in asked(reader, "Which countries have the most revenue?")]
    assert found_queries == ["select country, sum(revenue) from orders"]


def test_a_german_question_is_understood_unless_it_shall_not_be(orders, reader):
    ran("select sum(revenue) from orders", orders)
    index_all()
    document = (
        'query($e: Boolean) { searchQueries(data: {question: "Wie hoch ist der Umsatz?", '
        "translateQuestionToEnglish: $e}) { data { query } } }"
    )
    found_with = [
        len(data(reader, document, e=translate)["searchQueries"]["data"]) for translate in (None, True, False)
    ]
    assert found_with == [1, 1, 0]


def test_an_answer_says_that_the_index_is_behind_as_long_as_it_is(acme, orders, reader):
    index_account(acme, now=timezone.now() - timedelta(minutes=1))
    behind = ask(reader, SEARCH % "query", q="orders").json()
    assert behind["extensions"] == {"searchIsBehind": True}
    work_off(acme)
    assert ask(reader, SEARCH % "query", q="orders").json().keys() == {"data"}


def test_a_value_in_a_query_is_not_found(orders, reader):
    ran("select revenue from orders where email = 'bob@secret.test'", orders)
    assert asked(reader, "secret") == []


def test_a_question_that_nothing_answers_finds_nothing(orders, reader):
    ran("select 1", orders)
    assert asked(reader, "weather") == asked(reader, "the of and") == asked(reader, "") == []


def test_a_query_found_by_a_question_says_who_wrote_it(orders, reader):
    user = SourceUserFactory.create(source=orders.schema.database.source, name="Ada", email="ada@acme.test")
    ran("select revenue", orders, source_user=user)
    (row,) = asked(reader, "revenue", "tableIds author { name email }")
    assert row == {"tableIds": [str(orders.pk)], "author": {"name": "Ada", "email": "ada@acme.test"}}


def test_a_question_is_asked_about_all_of_some_tables_or_any(orders, parcels, reader):
    ran("select revenue one", orders), ran("select revenue both", orders, parcels)
    ids = [str(orders.pk), str(parcels.pk)]
    assert [row["query"] for row in asked(reader, "revenue", scope={"tableIds": ids})] == ["select revenue both"]
    assert len(asked(reader, "revenue", scope={"tableIds": ids, "filterMode": "ANY"})) == 2


@pytest.mark.parametrize(
    ("question", "status"),
    [("a " * 256, 200), ("a " * 257, 400), ("x" * 1024, 200), ("x" * 1025, 400)],
    ids=["256 words", "257 words", "1024 characters", "1025 characters"],
)
def test_a_question_has_a_length(reader, question, status):
    assert ask(reader, SEARCH % "query", q=question).status_code == status


def test_a_question_about_eleven_tables_is_refused(reader):
    assert codes(ask(reader, SEARCH % "query", q="x", s={"tableIds": ["x"] * 11})) == (400, ["BAD_USER_INPUT"])


def test_of_some_tables_those_are_found_that_are_not_among_the_best_of_all(orders, parcels, reader, monkeypatch):
    monkeypatch.setattr(search, "MAX_POSTINGS", 2)
    for number in range(4):
        ran(f"select revenue limit {number}", orders)
    ran("select revenue, weight, height, width, length, carrier, label from parcels", parcels)
    ran("select weight from parcels where true", parcels)
    scope = {"tableIds": [str(parcels.pk)]}
    found_queries = [row["query"] for row in asked(reader, "revenue", scope=scope)]
    assert found_queries == ["select revenue, weight, height, width, length, carrier, label from parcels"]
    assert asked(reader, "weather", scope=scope) == []


def test_ten_queries_are_found_the_newest_first_of_those_as_good(orders, reader):
    for year in range(2010, 2023):
        ran(f"select revenue limit {year}", orders, timestamp=NOW.replace(year=year))
    assert [row["query"][-4:] for row in asked(reader, "revenue")] == [str(year) for year in range(2022, 2012, -1)]


def test_hidden_and_other_accounts_queries_are_not_found(orders, umbrella, reader):
    ran("select revenue hidden", orders, is_hidden=True)
    ran("select revenue theirs", a_table(umbrella, "shop.public.orders"))
    assert asked(reader, "revenue") == []


@pytest.mark.parametrize(
    "literal", ["'bob secret'", "4711", "-- bob secret\n", "/* bob 4711 */", "'it''s secret'", "$$bob secret$$"]
)
def test_no_literal_and_no_comment_is_found(orders, reader, literal):
    ran(f"select revenue where email = {literal} and true", orders)
    assert asked(reader, "bob") == asked(reader, "secret") == asked(reader, "4711") == []
    assert len(asked(reader, "revenue")) == 1


@pytest.mark.parametrize("is_narrowed", [False, True])
def test_a_question_takes_as_many_queries_however_many_are_searched(orders, reader, is_narrowed):
    scope = {"tableIds": [str(orders.pk)]} if is_narrowed else None
    counts = []
    for number in range(40):
        ran(f"select revenue limit {number}", orders)
        if number in {1, 2, 4, 39}:
            index_all()
            with CaptureQueriesContext(connection) as captured:
                assert data(reader, SEARCH % "query", q="Which revenue and orders?", s=scope)["searchQueries"]["data"]
            counts.append(len(captured))
    first, few, more, many = counts
    assert max(few, more, many) <= first <= 16  # the first call of a token is noted
    assert many <= more == few  # with ten found, none is looked for behind them
