import io
import json
from datetime import UTC, datetime

import pytest

from ingestion.errors import Unusable
from ingestion.reading.issues import IssueLog
from ingestion.reading.validations import Validation, find_validation, read_validation
from tests.ingestion.corpora import read_corpus


def read(content):
    """What the file says of itself, its results, its issues."""
    file = io.BytesIO(json.dumps(content).encode() if isinstance(content, dict) else content)
    validation = find_validation(file)
    log = IssueLog()
    return validation, list(read_validation(file, validation, name="v.json", log=log)) if validation else [], log


def result(success, kind="expect_column_to_exist", config=(), **more):
    config = {"expectation_type": kind, "kwargs": {"column": "a", "batch_id": "b"}, **dict(config)}
    return {"success": success, "expectation_config": config, **more}


META = {"expectation_suite_name": "s", "batch_spec": {"schema_name": "sales", "table_name": "orders"}}


def test_real_file_that_names_no_table_is_all_issues():
    validation, found, log = read(read_corpus("quality/titanic.json.gz"))
    assert validation == Validation("titanic", (), datetime(1955, 11, 5, tzinfo=UTC))
    assert (found, len(log), log.kept[0].column) == ([], 10, "meta")


def test_results_have_verdict_column_and_words():
    rows = [
        result(True, result={"observed_value": 3, "unexpected_list": ["x"]}),
        result(False, result={"unexpected_count": 1, "element_count": 1313}),
        result(False, config={"severity": "warning"}.items(), exception_info={"raised_exception": False}),
        result(
            False,
            config={"severity": []}.items(),
            exception_info={"raised_exception": True, "exception_message": "no\0 table"},
        ),
    ]
    _, found, log = read({"results": rows, "meta": META | {"validation_time": "20260131T093000.000000Z"}})
    assert [(each.status, each.result) for each in found] == [
        ("SUCCESS", "Observed: 3"),
        ("ALERT", "1 of 1,313 unexpected"),
        ("WARNING", None),
        ("ALERT", "It could not be checked: no table"),
    ]
    assert {(each.table, each.column, each.name) for each in found} == {
        (("sales", "orders"), "a", "expect_column_to_exist")
    }
    assert (found[0].run_at, len(log)) == (datetime(2026, 1, 31, 9, 30, tzinfo=UTC), 0)


def test_id_is_the_same_in_the_next_run_and_another_for_other_arguments():
    def id_of(**config):
        _, found, _ = read({"results": [result(True, config=config.items())], "meta": META})
        return found[0].external_id

    assert id_of() == id_of(kwargs={"batch_id": "other", "column": "a"})
    assert len({id_of(), id_of(kwargs={"column": "b"}), id_of(type="expect_table_row_count_to_equal")}) == 3
    assert id_of(id="9a") == "9a"


@pytest.mark.parametrize(
    ("meta", "table"),
    [
        ({"batch_kwargs": {"table": "t", "schema": "s", "database": "d"}}, ("d", "s", "t")),
        ({"batch_spec": {"table_name": "public.t", "schema_name": "x"}}, ("public", "t")),
        ({"batch_spec": {}, "active_batch_definition": {"data_asset_name": "t"}}, ("t",)),
        ({"active_batch_definition": {"data_asset_name": "my asset"}}, ()),
        ({"batch_spec": "odd", "great_expectations_version": "1.0"}, ()),
    ],
)
def test_table_is_what_the_batch_says(meta, table):
    assert read({"meta": meta, "suite_name": "s"})[0] == Validation("s", table, None)


@pytest.mark.parametrize(
    "content", [read_corpus("quality/rendered_page.json.gz"), b"[]", b'{"checks": [', {"results": [{"status": "ok"}]}]
)
def test_json_of_another_tool_is_none(content):
    assert read(content)[0] is None


def test_file_that_was_cut_is_refused():
    with pytest.raises(Unusable, match="cut off"):
        read(json.dumps({"results": [result(True)], "meta": META}).encode()[:-1])


def test_odd_result_is_an_issue():
    _, found, log = read({"results": [result(True), 7, {"expectation_config": {"type": 7}}], "meta": META})
    assert ([each.row for each in found], [issue.row for issue in log.kept]) == ([1], [2, 3])
