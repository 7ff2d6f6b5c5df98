"""Statements of one text know of each other: USE, temporary tables, tables that were made and dropped."""

import pytest

from tests.ingestion.parser.asking import STORED, columns, edges, moved, traced


@pytest.mark.parametrize(
    ("sql", "dialect", "what"),
    [
        ("USE d; INSERT INTO w SELECT a FROM t", "snowflake", [("d.w", ["d.t"])]),
        ("USE d.s; SELECT a FROM t; SELECT a FROM x.y.z", "snowflake", [("", ["d.s.t"]), ("", ["x.y.z"])]),
        ("USE d.s; USE e; SELECT a FROM t", "snowflake", [("", ["e.s.t"])]),
        ("USE SCHEMA s; SELECT a FROM t", "snowflake", [("", ["s.t"])]),
        ("USE WAREHOUSE w; USE ROLE r; SELECT a FROM t", "snowflake", [("", ["t"])]),
        ("USE CATALOG c; USE s; SELECT a FROM t", "databricks", [("", ["c.s.t"])]),
        ("USE s; SELECT a FROM t, r.u", "mysql", [("", ["r.u", "s.t"])]),
    ],
)
def test_use_says_what_short_names_mean(sql, dialect, what):
    assert moved(sql, dialect) == what


@pytest.mark.parametrize(
    ("sql", "dialect", "made_of"),
    [
        ("CREATE TEMP TABLE q AS SELECT a FROM t; INSERT INTO v (z) SELECT a FROM q", "postgres", {"a > z"}),
        (
            "SELECT a INTO #q FROM t; INSERT INTO #q SELECT b FROM t; INSERT INTO v (z) SELECT a FROM #q",
            "tsql",
            {"a > z", "b > z"},
        ),
        ("CREATE TABLE q AS SELECT a FROM t; INSERT INTO v (z) SELECT a FROM q; DROP TABLE q", "", {"a > z"}),
        (
            "CREATE VOLATILE TABLE q AS (SELECT a FROM t) WITH DATA; INSERT INTO v (z) SEL a FROM q",
            "teradata",
            {"a > z"},
        ),
        (
            "CREATE TEMP TABLE q (x int); INSERT INTO q (x) SELECT a FROM t; INSERT INTO v (z) SELECT x FROM q",
            "postgres",
            {"a > z"},
        ),
        (
            "SELECT b INTO #q FROM t; SELECT #q.b INTO #r FROM #q; INSERT INTO v (z) SELECT b FROM #r",
            "tsql",
            {"b > z"},
        ),
        (
            "CREATE TEMP TABLE q AS FROM u; CREATE OR REPLACE TEMP TABLE q AS FROM t;INSERT INTO v (z) SELECT b FROM q",
            "duckdb",
            {"b > z"},
        ),
        (
            "DECLARE @q TABLE (x int); INSERT INTO @q SELECT a FROM t; INSERT INTO v (z) SELECT x FROM @q",
            "tsql",
            {"a > z"},
        ),
        (
            "CREATE TEMP VIEW q AS SELECT * FROM t; CREATE TEMP VIEW r AS FROM q; INSERT INTO v (z) SELECT a FROM r",
            "spark",
            {"a > z"},
        ),
    ],
)
def test_what_a_temporary_table_is_made_of_is_passed_on(sql, dialect, made_of):
    assert edges(sql, dialect, STORED) == {f"db.s.t.{edge.replace('> ', '> db.s.v.')}" for edge in made_of}


def test_a_table_that_does_not_outlive_the_text_is_no_target():
    assert moved("CREATE TABLE q AS SELECT 1 AS x; DROP TABLE q") == []
    assert moved("DROP TABLE IF EXISTS q; CREATE TABLE q AS SELECT 1 AS x") == [("q", [])]
    dropped_first = "CREATE TABLE q AS SELECT * FROM t; DROP TABLE q; CREATE TABLE q AS SELECT * FROM u"
    assert moved(dropped_first) == [("", ["t"]), ("q", ["u"])]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("INSERT INTO q SELECT * FROM t; ALTER TABLE q RENAME TO w", [("", ["t"]), ("w", ["t"])]),
        (
            "CREATE TABLE s.n AS FROM t; ALTER TABLE s.w RENAME TO x; ALTER TABLE s.n RENAME TO w; DROP TABLE s.x",
            [("", ["t"]), ("", ["s.w"]), ("s.w", ["t"])],
        ),
    ],
)
def test_a_table_that_gets_another_name_passes_on_what_it_is_made_of(sql, what):
    assert moved(sql, "duckdb") == what


def test_the_columns_of_a_table_that_the_text_made_are_known():
    assert columns("CREATE TABLE q AS SELECT a, b AS c FROM w; SELECT * FROM q") == ["a", "c"]


def test_a_bare_query_feeds_the_table_whose_text_it_is():
    said = edges("SELECT id, a AS z, b AS x FROM t", "", STORED, target=("DB", "S", "V"))
    assert said == {"db.s.t.id > db.s.v.id", "db.s.t.a > db.s.v.z"}


def test_what_is_not_stored_is_told():
    [each] = traced("INSERT INTO w SELECT t.a, y.b FROM t, d.y", "", STORED)
    assert (each.unknown, each.sources) == ([("d", "y"), ("w",)], [("d", "y"), ("db", "s", "t")])


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT a FROM `p-1`.d.t", [("", ["p-1.d.t"])]),  # BigQuery's
        ("SELECT [a] FROM [s].[t]", [("", ["s.t"])]),  # of T-SQL
        ("SELECT a:b::int FROM t", [("", ["t"])]),
        (
            "unload ('SELECT a FROM t') to 's3://x' iam_role 'y'",
            [("s3://x", ["t"])],
        ),  # a Command, which is all there is
        ("WITH q AS (SELECT * FROM `d`.`t`) SELECT * FROM q", [("", ["d.t"])]),
    ],
)
def test_the_dialect_is_found_by_trying(sql, what):
    assert moved(sql, dialect=None) == what


def test_a_part_that_killed_a_child_is_left_out_and_no_other():
    sql = "SELECT a FROM t; SELECT b FROM u; CREATE TEMP TABLE q AS SELECT c FROM v; SELECT c FROM q"
    asked = []

    def begun(number):
        asked.append(number)
        return number != 2

    said = traced(sql, begun=begun)
    assert [each.outcome for each in said] == ["traced", "too_costly", "traced", "traced"]
    assert said[3].sources == [("v",)]
    assert asked == [0, 1, 2, 3, 4, 1, 3, 4]


def test_stars_of_stars_are_too_costly_before_they_fill_the_memory():
    doubled = ", ".join(f"c{n} AS (SELECT x.*, y.* FROM c{n - 1} AS x, c{n - 1} AS y)" for n in range(1, 80))
    sql = f"WITH c0 AS (SELECT a, b FROM t), {doubled} SELECT * FROM c79; SELECT a FROM u"
    assert [each.outcome for each in traced(sql)] == ["too_costly", "traced"]
