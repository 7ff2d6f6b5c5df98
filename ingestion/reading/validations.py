"""Validation results of Great Expectations, 0.x and 1.x (docs.greatexpectations.io, "Validation Result").

What says which table was checked, and when, often stands behind the results: the file is read twice.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from ingestion.errors import Unusable
from ingestion.kinds import NAME_LENGTH, TEXT_LENGTH
from ingestion.reading.checks import ALERT, SUCCESS, WARNING, CheckResult, time_of
from ingestion.reading.issues import CONTROL, IssueLog, Problem, Word
from ingestion.reading.json_files import PLAIN, WHOLE, Shape, members
from ingestion.reading.manifests import mapping, name_parts

PLACES = ("batch_spec", "batch_kwargs", "active_batch_definition")  # of `meta`; the first says most
MARKS = frozenset({"great_expectations_version", "expectation_suite_name", *PLACES})
META: Shape = dict.fromkeys(
    ("database", "schema", "schema_name", "table", "table_name", "data_asset_name", "run_time"), PLAIN
)  # of each object in `meta`
CONFIG: Shape = {**dict.fromkeys(("id", "type", "expectation_type", "severity"), PLAIN), "kwargs": WHOLE}
RESULT: Shape = {
    "success": PLAIN,
    "expectation_config": CONFIG,
    "result": dict.fromkeys(("observed_value", "element_count", "unexpected_count"), PLAIN),
    "exception_info": WHOLE,
}
SOFT = ("warning", "info")  # severities of an expectation, in 1.5 and later


@dataclass(frozen=True, slots=True)
class Validation:
    """What a file says of all its results. `table`: the names of its path, as far as they are said."""

    suite: str
    table: tuple[str, ...]
    run_at: datetime | None


def find_validation(file: BinaryIO) -> Validation | None:
    """What the file says of itself; None for the JSON of another tool. Raises Unusable for one that is cut off."""
    meta: dict[str, Any] = {}
    is_one = False
    try:
        for section, key, value in members(file, {"meta": META, "suite_name": PLAIN, "results": RESULT}):
            if section == "results":
                is_one = is_one or (isinstance(key, int) and "expectation_config" in mapping(value))
            elif section == "suite_name":
                meta["expectation_suite_name"] = value
            elif isinstance(key, str):
                meta[key] = value
                is_one = is_one or key in MARKS
    except Unusable:
        if is_one:
            raise
        return None
    if not is_one:
        return None
    moments = (meta.get("validation_time"), mapping(meta.get("run_id")).get("run_time"))
    run_at = next(filter(None, map(time_of, moments)), None)
    table = next(filter(None, (table_of(mapping(meta.get(place))) for place in PLACES)), ())
    return Validation(str(meta.get("expectation_suite_name") or ""), table, run_at)


def table_of(said: dict[str, Any]) -> tuple[str, ...]:
    """The path of the table that a batch is of, as far as it is said."""
    table = name_parts(said.get("table_name") or said.get("table") or said.get("data_asset_name"))
    if len(table) != 1:
        return table
    schema = name_parts(said.get("schema_name") or said.get("schema"))
    database = name_parts(said.get("database")) if len(schema) == 1 else ()
    return database + schema + table


def read_validation(file: BinaryIO, validation: Validation, *, name: str, log: IssueLog) -> Iterator[CheckResult]:
    """The results of a file of which `find_validation` said that; `row` counts them from 1. Raises Unusable."""
    for _, key, value in members(file, {"results": RESULT}):
        row = key + 1 if isinstance(key, int) else 1
        config = mapping(mapping(value).get("expectation_config"))
        expectation = config.get("type") or config.get("expectation_type")
        if not isinstance(expectation, str) or not expectation:
            sentence = "A result must say which expectation it is of (expectation_config)."
            problem = Problem(Word.MISSING_VALUE, "expectation_config", "", sentence)
        elif not validation.table:
            sentence = "The file does not say which table was checked: give the batch a table or an asset's name."
            problem = Problem(Word.MISSING_VALUE, "meta", "", sentence)
        else:
            yield check_of(row, value, config, expectation, validation)
            continue
        log.add(problem, file=name, row=row)


def check_of(
    row: int, value: dict[str, Any], config: dict[str, Any], expectation: str, validation: Validation
) -> CheckResult:
    arguments = mapping(config.get("kwargs"))
    column = arguments.get("column")
    passed = value.get("success") is True
    failed = WARNING if config.get("severity") in SOFT else ALERT
    said = said_of(value)
    return CheckResult(
        row,
        external_id=stable_id(config, expectation, arguments, validation),
        status=SUCCESS if passed else failed,
        run_at=validation.run_at,
        result=CONTROL.sub("", said)[:TEXT_LENGTH] if said else None,
        table=validation.table,
        column=CONTROL.sub("", column)[:NAME_LENGTH] if isinstance(column, str) else None,
        name=CONTROL.sub("", expectation)[:NAME_LENGTH],
    )


def stable_id(config: dict[str, Any], expectation: str, arguments: dict[str, Any], validation: Validation) -> str:
    """The expectation's own id, or one made of suite, expectation and arguments: the same in the next run."""
    if isinstance(own := config.get("id"), str) and own:
        return own[:NAME_LENGTH]
    lasting = {key: argument for key, argument in arguments.items() if key != "batch_id"}
    text = json.dumps([validation.suite, validation.table, expectation, lasting], sort_keys=True, default=str)
    return f"{expectation[:200]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def said_of(value: dict[str, Any]) -> str:
    """What the result says, in a few words."""
    result = mapping(value.get("result"))
    exception = mapping(value.get("exception_info"))
    if exception.get("raised_exception") is True:
        return f"It could not be checked: {exception.get('exception_message')}"
    if isinstance(count := result.get("unexpected_count"), int):
        elements = result.get("element_count")
        return f"{count:,} of {elements:,} unexpected" if isinstance(elements, int) else f"{count:,} unexpected"
    observed = result.get("observed_value")
    return "" if observed is None or isinstance(observed, dict) else f"Observed: {observed}"
