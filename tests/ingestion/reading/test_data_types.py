import pytest

from ingestion.kinds import DATA_TYPES
from ingestion.reading.data_types import NATIVE, data_type, native_data_type, table_type


@pytest.mark.parametrize(
    ("native", "told"),
    [
        ("integer", "INTEGER"),
        ("numeric(10, 2)", "DECIMAL"),
        ("character varying(20)", "STRING"),
        ("timestamp without time zone", "TIMESTAMP"),
        ("TIMESTAMP_NTZ(9)", "TIMESTAMP"),
        ("int[]", "ARRAY"),
        ("_int4", "ARRAY"),
        ("ARRAY<STRUCT<a INT64>>", "ARRAY"),
        ("STRUCT<a INT64>", "OBJECT"),
        ("Nullable(LowCardinality(String))", "STRING"),
        ("double precision", "FLOAT"),
        ("time with time zone", "TIME"),
        ("hllsketch", "CUSTOM"),
        ("?", "CUSTOM"),
    ],
)
def test_types_of_warehouses_are_ours(native, told):
    assert native_data_type(native) == told


def test_every_known_type_is_one_of_the_closed_list():
    assert set(NATIVE.values()) < set(DATA_TYPES)


def test_other_names_than_ours_are_custom():
    assert [data_type(text) for text in ("string", "Boolean", "varchar")] == ["STRING", "BOOLEAN", "CUSTOM"]


@pytest.mark.parametrize(
    ("native", "told"),
    [
        ("BASE TABLE", "TABLE"),
        ("view", "VIEW"),
        ("MATERIALIZED_VIEW", "VIEW"),
        ("FOREIGN", "EXTERNAL"),
        ("EXTERNAL TABLE", "EXTERNAL"),
        ("DYNAMIC TABLE", "DYNAMIC_TABLE"),
        ("topic", "TOPIC"),
        ("reviews", "TABLE"),
    ],
)
def test_types_of_tables_are_ours(native, told):
    assert table_type(native) == told
