"""Which SQL a text is written in, and what of it matters to lineage beside its grammar."""

from dataclasses import dataclass, field

BY_TECHNOLOGY = {
    "AMAZON_ATHENA": "athena",
    "BIGQUERY": "bigquery",
    "DATABRICKS": "databricks",
    "DELTALAKE": "databricks",
    "DREMIO": "dremio",
    "DRUID": "druid",
    "EXASOL": "exasol",
    "FIREBOLT": "postgres",
    "GLUE": "hive",
    "HIVE": "hive",
    "MARIADB": "mysql",
    "MYSQL": "mysql",
    "ORACLE": "oracle",
    "POSTGRES": "postgres",
    "PRESTODB": "presto",
    "REDSHIFT": "redshift",
    "SNOWFLAKE": "snowflake",
    "SQLSERVER": "tsql",
    "SYNAPSE": "tsql",
    "TERADATA": "teradata",
    "TRINO": "trino",
    "VERTICA": "postgres",
}
"""The technology of a source to sqlglot's name of its SQL. For others it is found by trying."""

TRIED = ("", "snowflake", "bigquery", "postgres", "tsql", "databricks", "mysql", "oracle", "redshift")
"""In this order, until one reads all of a text. The first is sqlglot's own, which reads most of what all share."""

STRUCTS = {"", "athena", "bigquery", "clickhouse", "databricks", "duckdb", "hive", "presto", "spark", "trino"}
LATERAL_ALIASES = {"databricks", "duckdb", "redshift", "snowflake", "spark", "teradata"}
TWO_LEVELS = {"athena", "clickhouse", "databricks", "doris", "hive", "mysql", "spark", "starrocks", "teradata"}
RECURSIVE_UNSAID = {"oracle", "teradata", "tsql"}
POSTGRES_NAMES = {"materialize", "postgres", "redshift", "risingwave"}

CONSTANTS = frozenset({"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DEFAULT", "SYSDATE"})
"""Words that look like columns and never are."""

UNITS = {
    "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "DAYOFWEEK", "DAYOFYEAR", "WEEK", "ISOWEEK",
    "MONTH", "QUARTER", "YEAR", "ISOYEAR", "EPOCH", "DD", "MM", "YY", "YYYY", "HH", "MI", "SS",
}  # fmt: skip
"""Words of time that functions take beside columns: DATEDIFF(day, a, b)."""


@dataclass(frozen=True)
class Traits:
    """What matters beside grammar."""

    name: str
    structs: bool = False  # `a.b` may be field b of column a
    lateral_aliases: bool = False  # `SELECT a AS b, b + 1`
    recursive_unsaid: bool = False  # WITH refers to itself without RECURSIVE
    levels: int = 3  # USE names a schema where there are two
    named_expressions: bool = False  # `SELECT count(*)` is called count
    constants: frozenset[str] = field(default=CONSTANTS)


def traits_of(name: str) -> Traits:
    return Traits(
        name,
        structs=name in STRUCTS,
        lateral_aliases=name in LATERAL_ALIASES,
        recursive_unsaid=name in RECURSIVE_UNSAID,
        levels=2 if name in TWO_LEVELS else 3,
        named_expressions=name in POSTGRES_NAMES,
        constants=CONSTANTS | {"ROWNUM", "LEVEL", "SYSTIMESTAMP"} if name == "oracle" else CONSTANTS,
    )
