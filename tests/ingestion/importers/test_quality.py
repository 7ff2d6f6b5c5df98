"""Runs of quality checks, from a CSV file and from Great Expectations."""

import json
from datetime import UTC, datetime

import pytest

from catalog.models import QualityCheck
from ingestion.models import Batch, Family
from tests.ingestion.corpora import read_corpus
from tests.ingestion.importing import SHOP, STAMP, bring

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = ["table_key", "column_name", "external_id", "name", "status", "run_at", "result"]
ORDERS = "Lake.shop.public.orders"


@pytest.fixture(autouse=True)
def filled(warehouse):
    bring(warehouse, SHOP)


def told():
    rows = QualityCheck.objects.order_by("external_id")
    return list(rows.values_list("external_id", "status", "column__name", "result"))


def check(source, *rows, stamp=STAMP):
    return bring(source, {"quality_checks": [HEAD, *rows]}, family=Family.QUALITY, stamp=stamp)


def test_of_each_check_the_newest_run_is_kept(checks):
    batch = check(
        checks,
        [ORDERS, "ID", "c1", "Unique", "success", "2026-01-02T00:00:00Z", "fine"],
        [ORDERS.upper(), "", "c2", "Fresh", "ALERT", "2026-01-02T00:00:00Z", ""],
    )
    assert (batch.state, batch.counts["quality_checks"]["created"]) == (Batch.State.IMPORTED, 2)
    assert told() == [("c1", "SUCCESS", "id", "fine"), ("c2", "ALERT", None, None)]
    batch = check(
        checks,
        [ORDERS, "id", "c1", "Unique", "ALERT", "2026-01-01T00:00:00Z", "older"],
        [ORDERS, "", "c2", "Fresh", "SUCCESS", "2026-01-03T00:00:00Z", "newer"],
        stamp=STAMP + 1,
    )
    assert told() == [("c1", "SUCCESS", "id", "fine"), ("c2", "SUCCESS", None, "newer")]
    assert batch.counts["quality_checks"]["notes"] == ["1 are older than what is stored, which stays."]
    assert (batch.counts["quality_checks"]["changed"], batch.changes.get().kind) == (1, "qualitycheck")
    assert set(QualityCheck.objects.values_list("source", flat=True)) == {"Soda"}


def test_what_is_wrong_is_told_and_a_removed_check_comes_back(checks):
    check(checks, [ORDERS, "", "c1", "Unique", "SUCCESS", "2026-01-02", ""])
    QualityCheck.objects.update(deleted_at=datetime(2026, 1, 3, tzinfo=UTC))
    batch = check(
        checks,
        ["Lake.shop.public.lost", "", "c1", "Unique", "SUCCESS", "2026-01-02", ""],
        [ORDERS, "lost", "c1", "Unique", "WARNING", "2026-01-01", ""],
        [ORDERS, "", "c1", "Unique", "ALERT", "2025-01-01", ""],
        stamp=STAMP + 1,
    )
    assert sorted(batch.issues.values_list("row", "column", "word")) == [
        (2, "table_key", "unknown_reference"),
        (3, "column_name", "unknown_reference"),
        (4, "external_id", "duplicate_value"),
    ]
    assert (told(), QualityCheck.objects.get().deleted_at) == ([("c1", "WARNING", None, None)], None)


def test_results_of_great_expectations_find_their_table_by_what_they_know(checks):
    result = json.loads(read_corpus("quality/titanic.json.gz"))
    batch = bring(checks, {"run.json": json.dumps(result).encode()}, family=Family.QUALITY)
    assert batch.state in {Batch.State.IMPORTED_WITH_ISSUES, Batch.State.IMPORTED}
    assert not QualityCheck.objects.exists()
    made = {
        "meta": {
            "expectation_suite_name": "s",
            "batch_spec": {"schema_name": "public", "table_name": "orders"},
            "run_id": {"run_time": "2026-01-02T00:00:00+00:00"},
        },
        "results": [
            {"success": False, "expectation_config": {"type": "not_null", "id": "x", "kwargs": {"column": "id"}}},
        ],
    }
    batch = bring(checks, {"run.json": json.dumps(made).encode()}, family=Family.QUALITY, stamp=STAMP + 1)
    assert (batch.state, told()) == (Batch.State.IMPORTED, [("x", "ALERT", "id", None)])


def test_json_of_another_tool_is_stored_and_a_sentence_says_so(checks):
    batch = bring(checks, {"scan.json": b'{"checks": []}'}, family=Family.QUALITY)
    assert (batch.state, "Great Expectations" in batch.note) == (Batch.State.STORED, True)
