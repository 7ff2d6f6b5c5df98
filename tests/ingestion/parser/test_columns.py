"""What an expression is made of: the cases in which tools go wrong."""

import pytest

from tests.ingestion.parser.asking import STORED, columns, edges, traced

FROM_T = {"db.s.t.id > id", "db.s.t.a > a"}


@pytest.mark.parametrize(
    ("sql", "dialect", "made_of"),
    [
        ("SELECT a FROM w", "", {"w.a > a"}),  # not stored, but the only one it may be of
        ("SELECT c FROM t, u", "", {"db.s.u.c > c"}),
        ("SELECT x FROM t, w", "", {"w.x > x"}),
        ("SELECT x FROM w, y", "", set()),  # of one of two: of none
        ("SELECT id FROM t, u", "", set()),
        ("SELECT z FROM t", "", set()),  # not stored, so not there
        ("SELECT T.A FROM DB.S.t", "", {"db.s.t.a > A"}),  # as it is stored, in any case
        ("SELECT db.s.t.a FROM db.s.t", "", {"db.s.t.a > a"}),
        ("SELECT q.a FROM (SELECT * FROM t) AS q", "", {"db.s.t.a > a"}),
        ("SELECT q.y FROM (SELECT a, b FROM t) AS q (x, y)", "", {"db.s.t.b > y"}),
        ("SELECT CASE WHEN a > 1 THEN b END AS x FROM t", "", {"db.s.t.a > x", "db.s.t.b > x"}),
        ("SELECT rank() OVER (PARTITION BY a ORDER BY b) AS x FROM t", "", {"db.s.t.a > x", "db.s.t.b > x"}),
        ("SELECT sum(a) OVER w AS x FROM t WINDOW w AS (ORDER BY b)", "", {"db.s.t.a > x", "db.s.t.b > x"}),
        ("SELECT (SELECT max(c) FROM u WHERE u.id = t.id) AS x FROM t", "", {"db.s.u.c > x"}),
        ("SELECT a AS x, x + 1 AS y FROM t", "snowflake", {"db.s.t.a > x", "db.s.t.a > y"}),
        ("SELECT DATEDIFF(day, a, b) AS x FROM w", "redshift", {"w.a > x", "w.b > x"}),
        ("SELECT make_date(year, month, day) AS x FROM w", "postgres", {"w.year > x", "w.month > x", "w.day > x"}),
        ("SELECT max(year) AS x, DATE(day) AS y FROM w", "", {"w.year > x", "w.day > y"}),
        ("SELECT count(*) AS n FROM t", "", set()),
        ("SELECT to_json(t) AS x FROM v AS t", "postgres", {"db.s.v.id > x", "db.s.v.a > x", "db.s.v.z > x"}),
    ],
)
def test_a_column_belongs_to_the_one_table_that_has_it(sql, dialect, made_of):
    assert edges(sql, dialect, STORED) == made_of


@pytest.mark.parametrize(
    ("sql", "dialect", "made_of"),
    [
        ("SELECT a.b.c AS x FROM p.w", "bigquery", {"p.w.a > x"}),
        ("SELECT w.a.b.c.d.e AS x FROM p.w", "bigquery", {"p.w.a > x"}),
        ("SELECT e.f AS x FROM s.t, UNNEST(arr) AS e", "bigquery", {"db.s.t.arr > x"}),
        ("SELECT e.f AS x FROM s.t, t.arr AS e", "bigquery", {"db.s.t.arr > x"}),
        ("SELECT f.value:k AS x FROM t, LATERAL FLATTEN(input => t.arr) AS f", "snowflake", {"db.s.t.arr > x"}),
        ("SELECT k FROM t LATERAL VIEW explode(arr) q AS k", "spark", {"db.s.t.arr > k"}),
        ("SELECT v.x FROM t CROSS APPLY (VALUES (a), (b)) AS v (x)", "tsql", {"db.s.t.a > x", "db.s.t.b > x"}),
        (
            "SELECT x, y FROM t PIVOT (sum(a) FOR b IN ('x', 'y')) AS p (id, arr, x, y)",
            "snowflake",
            {"db.s.t.a > x", "db.s.t.a > y"},
        ),
        ("SELECT n, m FROM u UNPIVOT (m FOR n IN (c, d))", "snowflake", {"db.s.u.c > m", "db.s.u.d > m"}),
        ("SELECT transform(arr, x -> x + a) AS q FROM s.t", "spark", {"db.s.t.arr > q", "db.s.t.a > q"}),
    ],
)
def test_structs_arrays_and_functions_that_make_rows_lead_to_the_stored_column(sql, dialect, made_of):
    assert edges(sql, dialect, STORED) == made_of


def test_a_field_of_a_struct_is_named_where_it_is_stored():
    stored = {"p.d.w": ["a", "a.b", "a.b.c", "x"]}
    assert edges("SELECT w.a.b.c AS y FROM d.w", "bigquery", stored) == {"p.d.w.a.b.c > y"}
    assert columns("SELECT * FROM d.w", "bigquery", stored) == ["a", "x"]


@pytest.mark.parametrize(
    ("sql", "dialect", "names"),
    [
        ("SELECT * FROM t JOIN u USING (id)", "", ["id", "a", "b", "arr", "c", "d"]),
        ("SELECT * FROM t NATURAL JOIN u", "postgres", ["id", "a", "b", "arr", "c", "d"]),
        ("SELECT u.*, t.a FROM t JOIN u ON t.id = u.id", "", ["id", "c", "d", "a"]),
        ("SELECT * EXCEPT (a) REPLACE (b + 1 AS b) FROM s.t", "bigquery", ["id", "b", "arr"]),
        ("SELECT * EXCLUDE (a, b) RENAME (arr AS x) FROM t", "snowflake", ["id", "x"]),
        ("SELECT * ILIKE '%A%' FROM t", "snowflake", ["a", "arr"]),
        ("SELECT t.* FROM t LEFT SEMI JOIN u ON t.id = u.id", "spark", ["id", "a", "b", "arr"]),
        ("WITH q (x, y) AS (SELECT id, a FROM t) SELECT * FROM q", "", ["x", "y"]),
        ("SELECT * FROM t UNION ALL BY NAME SELECT * FROM v", "duckdb", ["id", "a", "b", "arr", "z"]),
        ("SELECT * FROM (SELECT id FROM t) JOIN w ON TRUE", "", ["id", "*"]),
        ("SELECT count(*), a::text, coalesce(a, b), a + b FROM t", "postgres", ["count", "a", "coalesce", ""]),
        ("SELECT count(*), s.x.y FROM s.t", "bigquery", ["", "y"]),
    ],
)
def test_a_star_stands_for_the_columns_that_are_stored(sql, dialect, names):
    assert columns(sql, dialect, STORED) == names


def test_a_column_of_using_is_made_of_both_sides():
    assert edges("SELECT id FROM t LEFT JOIN u USING (id)", "", STORED) == {"db.s.t.id > id", "db.s.u.id > id"}


@pytest.mark.parametrize(
    ("sql", "made_of"),
    [
        ("SELECT id, a FROM t UNION ALL SELECT id, c FROM u", FROM_T | {"db.s.u.id > id", "db.s.u.c > a"}),
        ("SELECT a FROM (SELECT a, b FROM w UNION ALL SELECT * FROM y) AS q", {"w.a > a", "y.a > a"}),
        ("SELECT a, b FROM w UNION ALL SELECT * FROM y", {"w.a > a", "w.b > b", "y.* > *"}),
    ],
)
def test_a_union_is_made_of_all_its_queries_by_position(sql, made_of):
    assert edges(sql, "", STORED) == made_of


def test_an_edge_is_exact_when_only_stored_columns_could_be_meant():
    def kinds(sql):
        return [kind for each in traced(sql, "", STORED) for _, _, kind in each.edges]

    assert kinds("SELECT a FROM t") == ["exact"]
    assert kinds("SELECT a FROM t, w") == ["inferred"]  # w may have it, too
    assert kinds("SELECT a FROM w") == ["inferred"]
    assert kinds("INSERT INTO w SELECT a FROM t") == ["inferred"]
