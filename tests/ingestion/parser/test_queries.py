"""Which tables a query reads, wherever in it they stand."""

import pytest

from tests.ingestion.parser.asking import STORED, edges, moved


@pytest.mark.parametrize(
    ("sql", "dialect", "read"),
    [
        ("WITH w AS (SELECT 1 AS x FROM t) SELECT * FROM w", "", ["t"]),
        ("WITH t AS (SELECT * FROM t) SELECT * FROM t", "", ["t"]),  # before it is defined, it is the table
        ("WITH t AS (SELECT * FROM u) SELECT * FROM t, s.t", "", ["s.t", "u"]),  # with a schema, too
        ("SELECT * FROM (WITH w AS (SELECT 1) SELECT * FROM w) AS q, w", "", ["w"]),  # and outside of it
        ("WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a, t) SELECT * FROM b", "", ["t"]),
        ("SELECT a FROM t WHERE a IN (SELECT b FROM u WHERE EXISTS (SELECT 1 FROM v))", "", ["t", "u", "v"]),
        ("SELECT a FROM t GROUP BY a HAVING count(*) > (SELECT max(x) FROM u)", "", ["t", "u"]),
        ("SELECT a FROM t JOIN u ON u.i IN (SELECT i FROM v)", "", ["t", "u", "v"]),
        ("SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.i = t.i) AS q", "postgres", ["t", "u"]),
        ("SELECT * FROM t, LATERAL f(t.i) AS q", "postgres", ["t"]),
        ("SELECT * FROM (t LEFT JOIN u ON t.i = u.i)", "", ["t", "u"]),
        ("SELECT * FROM t MINUS SELECT * FROM u", "oracle", ["t", "u"]),
        ("SELECT * FROM (VALUES (1, 2)) AS q", "", []),
        ("SELECT * FROM `p.d.t$__UNPARTITIONED__`, `p.d`.t$20260101", "bigquery", ["p.d.t"]),
        ("SELECT * FROM p.d.INFORMATION_SCHEMA.TABLES", "bigquery", ["p.d.INFORMATION_SCHEMA.TABLES"]),
        ("SELECT * FROM p.d.t, t.arr AS e", "bigquery", ["p.d.t"]),
        ("SELECT * FROM IDENTIFIER('a.b'), TABLE('c.d'), @stage/x", "snowflake", ["@stage/x", "a.b", "c.d"]),
        ("SELECT * FROM t FINAL", "clickhouse", ["t"]),
        ("PIVOT t ON a USING sum(b)", "duckdb", ["t"]),
    ],
)
def test_names_of_with_are_tables_only_where_they_are_not_visible(sql, dialect, read):
    assert [name for _, names in moved(sql, dialect) for name in names] == read


@pytest.mark.parametrize(("recursive", "dialect"), [("RECURSIVE ", "postgres"), ("", "tsql")])
def test_a_recursive_query_is_made_of_what_all_of_it_reads(recursive, dialect):
    body = "SELECT id, a FROM t UNION ALL SELECT u.id, r.a FROM u JOIN r ON u.c = r.id"
    sql = f"WITH {recursive}r AS ({body}) SELECT * FROM r"
    assert edges(sql, dialect, STORED) == {"db.s.t.id > id", "db.s.u.id > id", "db.s.t.a > a"}


def test_a_thousand_queries_that_hang_in_one_another_are_no_matter():
    union = " UNION ALL ".join(["SELECT a FROM t"] * 1_000)
    chain = ", ".join(f"c{n} AS (SELECT a FROM c{n - 1})" for n in range(1, 1_000))
    assert edges(union) == {"t.a > a"}
    assert edges(f"WITH c0 AS (SELECT a FROM t), {chain} SELECT a FROM c999") == {"t.a > a"}
