"""Types of columns and tables, from the words of warehouses to the catalog's closed lists."""

import re

from ingestion.kinds import DATA_TYPES

WORDS = {
    "ARRAY": "array list",
    "BINARY": (
        "binary blob bytea bytes image longblob longvarbinary mediumblob raw rowversion tinyblob varbinary varbyte"
    ),
    "BOOLEAN": "bit bool boolean logical",
    "DATE": "date date32",
    "DECIMAL": "bigdecimal bignumeric dec decimal money number numeric smallmoney",
    "ENUM": "enum enum8 enum16 set",
    "FLOAT": "binary_double binary_float double float float4 float8 float32 float64 real",
    "GEOGRAPHY": (
        "geography geometry geometrycollection linestring multilinestring multipoint multipolygon point polygon"
    ),
    "INTEGER": (
        "bigint bigserial byteint hugeint int int2 int4 int8 int16 int32 int64 int128 int256 integer long mediumint "
        "serial short smallint smallserial tinyint ubigint uint8 uint16 uint32 uint64 uinteger usmallint utinyint year"
    ),
    "INTERVAL": "interval",
    "OBJECT": "hstore json jsonb map object record row struct super tuple variant xml",
    "STRING": (
        "bpchar char character fixedstring nchar nvarchar nvarchar2 string sysname uniqueidentifier uuid varchar "
        "varchar2"
    ),
    "TEXT": "clob citext long_varchar longtext mediumtext nclob ntext text tinytext",
    "TIME": "time timetz",
    "TIMESTAMP": (
        "datetime datetime2 datetime64 datetimeoffset smalldatetime timestamp timestamp_ltz timestamp_ntz timestamp_tz "
        "timestampltz timestampntz timestamptz"
    ),
}
NATIVE = {word: kind for kind, words in WORDS.items() for word in words.split()}
WRAPPER = re.compile(r"(?:nullable|lowcardinality)\((.*)\)", re.DOTALL)  # of ClickHouse
FIRST_WORD = re.compile(r"[\w]+", re.ASCII)


def data_type(text: str) -> str:
    """The catalog's type of that name, in any case of letters; CUSTOM for any other."""
    return name if (name := text.upper()) in DATA_TYPES else "CUSTOM"


def native_data_type(text: str) -> str:
    """The catalog's type of a warehouse's: `numeric(10,2)` is DECIMAL, `int[]` ARRAY; CUSTOM for one not known."""
    text = text.strip().lower()
    while wrapped := WRAPPER.fullmatch(text):
        text = wrapped[1]
    if text.endswith("[]"):
        return "ARRAY"
    word = FIRST_WORD.match(text)
    name = word[0] if word else ""
    if name.startswith("_") and name[1:] in NATIVE:
        return "ARRAY"  # PostgreSQL's own name of an array's type
    return NATIVE.get(name, "CUSTOM")


def table_type(text: str) -> str:
    """TABLE, VIEW, EXTERNAL, TOPIC or DYNAMIC_TABLE, from words such as BASE TABLE or MATERIALIZED VIEW."""
    words = set(re.split(r"[\W_]+", text.upper()))
    if "TOPIC" in words:
        return "TOPIC"
    if "VIEW" in words:
        return "VIEW"
    if words & {"EXTERNAL", "FOREIGN"}:
        return "EXTERNAL"
    return "DYNAMIC_TABLE" if "DYNAMIC" in words else "TABLE"
