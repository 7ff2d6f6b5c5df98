"""What statements that write make of what they read."""

import pytest

from tests.ingestion.parser.asking import STORED, edges, moved


@pytest.mark.parametrize(
    ("sql", "dialect", "made_of"),
    [
        ("INSERT INTO v SELECT id, b, a FROM t", "", {"id > id", "b > a", "a > z"}),  # by the target's positions
        ("INSERT INTO v (id, z) SELECT id, a FROM t", "", {"id > id", "a > z"}),
        ("INSERT INTO v (z) VALUES ((SELECT max(a) FROM t))", "", {"a > z"}),
        ("INSERT OVERWRITE TABLE v PARTITION (a = 1) SELECT id, b FROM t", "hive", {"id > id", "b > z"}),
        ("INSERT INTO v TABLE t", "spark", {"id > id", "a > a"}),
        ("REPLACE INTO v (z) SELECT a FROM t", "mysql", {"a > z"}),
        ("CREATE VIEW v (id, z) AS SELECT a, b FROM t", "", {"a > id", "b > z"}),
        ("CREATE TABLE v AS ((SELECT id, b AS z FROM t))", "", {"id > id", "b > z"}),
        ("CREATE TABLE v AS SELECT id, b AS nowhere FROM t", "", {"id > id"}),  # the stored v has no such column
        ("CREATE TABLE v CLONE t", "snowflake", {"id > id", "a > a"}),
        ("ALTER TABLE v SWAP WITH t", "snowflake", {"id > id", "a > a"}),
        ("SELECT id, a INTO v FROM t UNION ALL SELECT id, b FROM t", "tsql", {"id > id", "a > a", "b > a"}),
        ("MERGE INTO v USING t ON v.id = t.id WHEN MATCHED THEN UPDATE SET z = t.b", "", {"b > z"}),
        (
            "MERGE INTO v USING t ON TRUE WHEN NOT MATCHED THEN INSERT (id, z) VALUES (t.id, t.a)",
            "",
            {"id > id", "a > z"},
        ),
        ("MERGE s.v USING s.t ON FALSE WHEN NOT MATCHED THEN INSERT ROW", "bigquery", {"id > id", "a > a"}),
        ("MERGE INTO v USING t ON v.id = t.id WHEN MATCHED THEN UPDATE SET *", "databricks", {"id > id", "a > a"}),
        ("UPDATE v SET z = t.a FROM t WHERE t.id = v.id", "postgres", {"a > z"}),
        ("UPDATE v SET (a, z) = (SELECT b, a FROM t)", "postgres", {"b > a", "a > z"}),
        ("UPDATE x SET x.z += y.a FROM v AS x JOIN t AS y ON x.id = y.id", "tsql", {"a > z"}),
        ("UPDATE v JOIN t ON v.id = t.id SET v.z = t.a, v.a = b", "mysql", {"a > z", "b > a"}),
        ("REPLACE VIEW v AS SELECT id, b (TITLE 'B') AS z FROM t", "teradata", {"id > id", "b > z"}),
    ],
)
def test_columns_that_are_written_are_made_of_columns_that_are_read(sql, dialect, made_of):
    said = edges(sql, dialect, STORED)
    assert said == {f"db.s.t.{edge.replace('> ', '> db.s.v.')}" for edge in made_of}


@pytest.mark.parametrize(
    ("sql", "dialect", "what"),
    [
        ("CREATE TABLE w (a int)", "", [("w", [])]),
        ("CREATE TABLE w LIKE t", "hive", [("w", ["t"])]),
        ("DELETE FROM w USING t WHERE w.a IN (SELECT b FROM u)", "postgres", [("w", ["t", "u"])]),
        ("DELETE x FROM w AS x JOIN t ON x.i = t.i", "tsql", [("w", ["t"])]),
        ("ALTER TABLE t RENAME TO w", "postgres", [("w", ["t"])]),
        ("ALTER TABLE w ADD COLUMN a int", "postgres", [("w", [])]),
        ("ALTER TABLE w DROP COLUMN a", "postgres", [("w", [])]),
        ("ALTER TABLE s.t RENAME TO w", "postgres", [("s.w", ["s.t"])]),
        ("ALTER TABLE w EXCHANGE PARTITION (p = 1) WITH TABLE t", "hive", [("w", ["t"])]),
        ("UNLOAD ('SELECT * FROM t') TO 's3://x/y'", "redshift", [("s3://x/y", ["t"])]),
        ("UNLOAD (SELECT * FROM t) TO 's3://x'", "athena", [("s3://x", ["t"])]),
        ("COPY INTO w FROM 's3://x'", "snowflake", [("w", ["s3://x"])]),
        ("COPY (SELECT a FROM t) TO '/x'", "postgres", [("/x", ["t"])]),
        ("LOAD DATA INPATH 'x' INTO TABLE w", "hive", [("w", ["x"])]),
        ("EXPORT DATA OPTIONS (uri = 'gs://x') AS SELECT a FROM d.t", "bigquery", [("", ["d.t"])]),
        ("INSERT OVERWRITE DIRECTORY 'hdfs://x' SELECT * FROM t", "hive", [("hdfs://x", ["t"])]),
        ("FROM t INSERT INTO w SELECT a INSERT INTO y SELECT b", "hive", [("w", ["t"]), ("y", ["t"])]),
        ("INSERT ALL INTO w (x) VALUES (a) INTO y SELECT a FROM t", "oracle", [("w", ["t"]), ("y", ["t"])]),
        (
            "WITH x AS (INSERT INTO w SELECT a FROM t RETURNING a) SELECT a FROM x",
            "postgres",
            [("", ["t"]), ("w", ["t"])],
        ),
        ("CREATE MATERIALIZED VIEW m TO w AS SELECT a FROM t", "clickhouse", [("m", ["t"]), ("w", ["t"])]),
        ("CREATE SNAPSHOT TABLE w CLONE t", "bigquery", [("w", ["t"])]),
        ("SELECT swap_partitions_between_tables('s.t', 1, 2, 'w')", "postgres", [("w", ["s.t"])]),
        ("COPY INTO w FROM (SELECT t.$1 FROM @x.stage AS t)", "snowflake", [("w", ["@x.stage"])]),
        ("INSERT INTO w SELECT w.a FROM w JOIN t ON w.i = t.i", "", [("w", ["t"])]),  # nothing is its own parent
        ("DROP TABLE t; TRUNCATE TABLE t; GRANT SELECT ON t TO x; ANALYZE t; EXPLAIN SELECT * FROM t", "postgres", []),
        ("RENAME TABLE t TO w", "mysql", []),
        ("CACHE TABLE w SELECT * FROM t; SHOW CREATE TABLE t; REFRESH TABLE t", "spark", []),
    ],
)
def test_tables_that_are_written_and_those_that_they_are_made_of(sql, dialect, what):
    assert moved(sql, dialect) == what
