"""Files of real warehouses, as an importer and as an extractor of the warehouse writes them."""

import pytest

from catalog.models import Column, Database, Schema, Table, TableQuery
from ingestion.models import Batch
from tests.ingestion.corpora import read_expected
from tests.ingestion.importing import SHOP, STAMP, bring, corpus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("folder", ["warehouse", "warehouse_native"])
def test_a_real_warehouse_is_there_without_an_issue(warehouse, folder):
    expected = read_expected("warehouse/jaffle/expected.json")
    batch = bring(warehouse, corpus(f"{folder}/jaffle"))
    assert (batch.state, batch.issues.count()) == (Batch.State.IMPORTED, 0)
    for model, name in ((Database, "databases"), (Schema, "schemas"), (Table, "tables"), (Column, "columns")):
        assert (name, model.objects.count()) == (name, expected[name])
    assert Table.objects.filter(path="SHAMAN.DUMMY.CUSTOMERS", table_type="TABLE").exists()


def test_what_an_extractor_says_of_nulls_is_kept_and_nothing_else_touches_it(warehouse):
    native = {
        "column": [
            ["column_id", "table_id", "column_name", "data_type", "is_nullable"],
            ["c1", "t1", "id", "bigint", "NO"],
            ["c2", "t2", "name", "varchar", ""],
        ]
    }
    bring(warehouse, SHOP | native)
    told = Column.objects.order_by("external_id").values_list("is_nullable", "data_type")
    assert list(told) == [(False, "INTEGER"), (True, "STRING")]
    bring(warehouse, SHOP, stamp=STAMP + 1)
    assert list(told.all().values_list("is_nullable", flat=True)) == [False, True]


def test_tags_of_a_schema_have_no_place_and_a_note_says_so(warehouse):
    header, row = SHOP["schema"]
    assert bring(warehouse, SHOP).counts["schema"]["notes"] == []
    batch = bring(warehouse, SHOP | {"schema": [header, [*row[:-1], "['finance']"]]}, stamp=STAMP + 1)
    assert (batch.state, len(batch.counts["schema"]["notes"])) == (Batch.State.IMPORTED, 1)


def test_queries_of_the_day_before_are_stored_once_a_text(warehouse):
    header, row = SHOP["query"]
    when = ["2025-11-23T10:00:00", "2025-11-23T12:00:00", "2025-11-22T10:00:00", "2025-11-23T11:00:00"]
    rows = [
        [*row[:2], "select 1;\n", "u1", when[0]],
        [*row[:2], "  select 1", "u1", when[1]],
        [*row[:2], "select 2", "u1", when[2]],
        [*row[:2], "-- a\n/* b */ (with x as (select 1) insert into t select * from x)", "u1", when[3]],
        [*row[:2], "select 3", "u9", when[3]],
    ]
    batch = bring(warehouse, SHOP | {"query": [header, *rows]})
    stored = TableQuery.objects.order_by("timestamp")
    assert list(stored.values_list("query_type", "timestamp__hour", "source_user__email")) == [
        ("WRITE", 11, "carol@acme.test"),
        ("SELECT", 12, "carol@acme.test"),
    ]
    assert list(batch.issues.values_list("row", "column", "value")) == [(6, "user_id", "u9")]
    assert batch.counts["query"]["notes"] == ["Queries of another day than 2025-11-23 were left out: 1."]
    later = [*row[:2], "select 1", "u1", "2025-11-24T01:00:00"]
    bring(warehouse, SHOP | {"query": [header, later]}, stamp=STAMP + 86_400)
    assert [query.timestamp.day for query in stored.all()] == [23, 24]
