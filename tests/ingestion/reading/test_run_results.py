import io
import json
from datetime import UTC, datetime

import pytest

from ingestion.errors import Unusable
from ingestion.reading.issues import IssueLog
from ingestion.reading.run_results import read_run_results
from tests.ingestion.corpora import read_corpus


def read(content):
    log = IssueLog()
    content = json.dumps(content).encode() if isinstance(content, dict) else content
    return list(read_run_results(io.BytesIO(content), name="run_results.json", log=log)), log


def result(status, unique_id="test.p.t", **more):
    return {"unique_id": unique_id, "status": status, **more}


def test_results_of_a_real_run_are_read():
    found, log = read(read_corpus("dbt/run-results-v3/run_results.json.gz"))
    assert (len(found), {each.status for each in found}, len(log)) == (20, {"SUCCESS"}, 0)
    assert found[0].run_at == datetime(2021, 11, 8, 9, 34, 30, 185280, tzinfo=UTC)


def test_verdicts_of_tests_alone_are_ours():
    statuses = ["pass", "success", "warn", "fail", "error", "skipped"]
    found, log = read({"results": [*map(result, statuses), result("error", "model.p.m")]})
    assert [each.status for each in found] == ["SUCCESS", "SUCCESS", "WARNING", "ALERT", "ALERT"]
    assert ([each.row for each in found], len(log)) == ([1, 2, 3, 4, 5], 0)


def test_run_at_is_when_the_test_ended_else_when_the_file_was_written():
    steps = [{"name": "compile", "completed_at": "2026-01-01T00:00:01Z"}, {"name": "execute"}]
    ran = [*steps[:1], {"name": "execute", "completed_at": "2026-01-01T00:00:02"}]
    metadata = {"generated_at": "2026-01-01T00:00:03Z"}
    rows = [
        result("pass", timing=ran),
        result("pass", timing=steps),
        result("pass", timing=[7, {"name": []}]),
        result("pass"),
    ]
    found, _ = read({"metadata": metadata, "results": rows})
    assert [each.run_at.second for each in found] == [2, 1, 3, 3]


def test_odd_results_are_issues():
    found, log = read({"results": [7, result({}), result("pass", "test." + "x" * 500), result("pass", message="a\0")]})
    assert [each.result for each in found] == ["a"]
    assert [(issue.row, issue.column, str(issue.word)) for issue in log.kept] == [
        (1, "unique_id", "missing_value"),
        (1, "status", "unauthorized_value"),
        (2, "status", "unauthorized_value"),
        (3, "unique_id", "unauthorized_value"),
        (4, "message", "unauthorized_value"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"nodes": {}}, "no run results"),
        ({"metadata": {"dbt_schema_version": "https://x/dbt/manifest/v4.json"}, "results": []}, "dbt's manifest.json"),
        (b'{"results": [{', "cut off"),
    ],
)
def test_what_has_no_results_is_refused(content, sentence):
    with pytest.raises(Unusable, match=sentence):
        read(content)
