"""A statement that does not parse loses no other."""

import pytest

from ingestion.parser import limits
from tests.ingestion.parser.asking import moved, outcomes


@pytest.mark.parametrize(
    ("sql", "dialect", "what"),
    [
        ("SELECT * FRM x ((; INSERT INTO w SELECT a FROM t; INSERT ALSO FAILING", "", [("w", ["t"])]),
        ("INSERT INTO w SELECT * FROM t INSERT INTO y SELECT * FROM u", "tsql", [("w", ["t"]), ("y", ["u"])]),
        ("UPDATE w SET a = 1 DELETE FROM y WHERE b = 2 SELECT c FROM t", "tsql", [("w", []), ("y", []), ("", ["t"])]),
        (
            "USE d\nGO\nSELECT a INTO w FROM t\nGO\nCREATE VIEW y AS SELECT 1 AS x",
            "tsql",
            [("d.w", ["d.t"]), ("d.y", [])],
        ),
        (
            "DECLARE @n int = 1 IF @n = 1 BEGIN INSERT INTO w SELECT a FROM t END ELSE DELETE FROM y",
            "tsql",
            [("w", ["t"]), ("y", [])],
        ),
        (
            "CREATE PROCEDURE p AS BEGIN INSERT INTO w SELECT a FROM t; INSERT INTO y SELECT b FROM u; END",
            "tsql",
            [("w", ["t"]), ("y", ["u"])],
        ),
        ("CREATE PROCEDURE p() BEGIN INSERT INTO w SELECT a FROM t; END", "bigquery", [("w", ["t"])]),
        (
            "CREATE OR REPLACE PROCEDURE p IS n NUMBER; BEGIN n := 1; INSERT INTO w SELECT a FROM t; COMMIT; END;\n/",
            "oracle",
            [("w", ["t"])],
        ),
        (
            "BEGIN INSERT d.w (a) SELECT a FROM d.t; EXCEPTION WHEN ERROR THEN SELECT 1; END",
            "bigquery",
            [("d.w", ["d.t"])],
        ),
        (
            "CREATE FUNCTION f() RETURNS int AS $$ INSERT INTO w SELECT a FROM t $$ LANGUAGE sql",
            "postgres",
            [("w", ["t"])],
        ),
        ("DO $$ BEGIN INSERT INTO w SELECT a FROM t; END $$", "postgres", [("w", ["t"])]),
        (
            "CREATE PROCEDURE p AS MERGE w USING t ON w.i = t.i WHEN MATCHED THEN UPDATE SET a = 1 SELECT b FROM u",
            "tsql",
            [("w", ["t"]), ("", ["u"])],
        ),
        ("INSERT INTO w SELECT a FROM sample", "snowflake", [("w", ["sample"])]),  # reserved, says the parser
        ("WITH q AS (SELECT * FROM t WHERE ) SELECT * FROM q", "", []),  # q is no table
        ("SELECT ';' AS a FROM t; -- ; SELECT 1 FROM u\n", "", [("", ["t"])]),
        ("CREATE FUNCTION f AS 'F' USING JAR '/x'; SHOW FUNCTIONS trim", "spark", []),
        ("", "", []),
        ("-- nothing\n;;", "", []),
    ],
)
def test_each_statement_is_read_for_itself(sql, dialect, what):
    assert moved(sql, dialect) == what


@pytest.mark.parametrize(
    ("sql", "dialect", "said"),
    [
        ("SELECT a FROM t; SELECT FROM WHERE; SELECT 1", "", ["traced", "failed", "nothing"]),
        ("SELECT 'open", "", ["failed"]),
        ("SHOW CREATE TABLE t", "spark", ["nothing"]),
        ("SELECT " + "(" * 201 + "a" + ")" * 201 + " FROM t; SELECT b FROM u", "", ["too_costly", "traced"]),
        ("SELECT " + "(" * 190 + "a" + ")" * 190 + " FROM t", "", ["traced"]),
        (f"SELECT a FROM t WHERE b = '{'x' * limits.CHARACTERS}'; SELECT b FROM u", "", ["too_costly", "traced"]),
    ],
    ids=["failed", "unread", "unknown", "brackets", "fewer", "length"],
)
def test_an_outcome_is_said_of_each(sql, dialect, said):
    assert outcomes(sql, dialect) == said


def test_a_fault_of_the_parser_on_odd_sql_is_the_statements_alone():
    odd = "CREATE OR REPLACE TEMPORARY FUNCTION f AS 'F' USING JAR '/x'"  # TypeError inside of sqlglot
    assert outcomes(f"{odd}; SELECT a FROM t", "snowflake") == ["failed", "traced"]
