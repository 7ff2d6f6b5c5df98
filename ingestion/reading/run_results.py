"""dbt's run_results.json, versions 1 to 6 and later ones: what became of each test.

Of the results of models nothing is read: that a table could not be built says nothing of its data.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from ingestion.errors import Unusable
from ingestion.kinds import NAME_LENGTH, TEXT_LENGTH, Column, Type
from ingestion.reading.cells import cell_reader
from ingestion.reading.checks import ALERT, SUCCESS, WARNING, CheckResult, time_of
from ingestion.reading.issues import IssueLog, Problem, Word
from ingestion.reading.json_files import PLAIN, Shape, members
from ingestion.reading.manifests import ARTIFACT, mapping

STATUSES = {"pass": SUCCESS, "success": SUCCESS, "warn": WARNING, "fail": ALERT, "error": ALERT, "runtime error": ALERT}
NOTHING = ("no-op", "partial success", "skipped")  # of which a test says nothing
RESULT: Shape = {
    **dict.fromkeys(("unique_id", "status", "message", "failures"), PLAIN),
    "timing": {"name": PLAIN, "completed_at": PLAIN},
}
WANTED: Shape = {"metadata": PLAIN, "results": RESULT}


def read_run_results(file: BinaryIO, *, name: str, log: IssueLog) -> Iterator[CheckResult]:
    """The results of tests; `row` counts all results from 1. Raises Unusable, also after the first ones."""
    problems: list[Problem] = []
    message = cell_reader(Column("message", type=Type.TEXT, length=TEXT_LENGTH), problems)
    generated_at, seen = None, False
    for section, key, value in members(file, WANTED):
        seen = seen or section == "results"
        if section == "metadata":
            generated_at = value if key == "generated_at" else generated_at
            check_artifact(key, value)
            continue
        row = key + 1 if isinstance(key, int) else 1
        result = mapping(value)
        if not str(result.get("unique_id", "test.")).startswith("test.") or result.get("status") in NOTHING:
            continue
        said = message(result["message"]) if isinstance(result.get("message"), str) else None
        found = CheckResult(
            row,
            external_id=str(result.get("unique_id", "")),
            status=STATUSES.get(str(result.get("status")), ""),
            run_at=time_of(completed_at(result.get("timing")) or generated_at),
            result=str(said) if said else None,
        )
        problems += wrong(found, result)
        loads = all(problem.loads for problem in problems)
        for problem in problems:
            log.add(problem, file=name, row=row)
        problems.clear()
        if loads:
            yield found
    if not seen:
        raise Unusable(
            "These are no run results of dbt: they have no `results`. dbt writes run_results.json to target/."
        )


def check_artifact(key: str | int | None, value: Any) -> None:
    artifact = ARTIFACT.search(str(value)) if key == "dbt_schema_version" else None
    if artifact and artifact[1] != "run-results":
        raise Unusable(f"These are no run results, but dbt's {artifact[1].replace('-', '_')}.json.")


def completed_at(timing: object) -> object:
    """When the test itself ended, else the last step before it."""
    steps = [mapping(step) for step in timing] if isinstance(timing, list) else []
    ended = {str(step.get("name")): step.get("completed_at") for step in steps if step.get("completed_at")}
    return ended.get("execute") or next(reversed(ended.values()), None)


def wrong(found: CheckResult, result: dict[str, Any]) -> Iterator[Problem]:
    """What keeps a result out."""
    if not found.external_id:
        yield Problem(Word.MISSING_VALUE, "unique_id", "", "A result must say of which test it is.", loads=False)
    elif len(found.external_id) > NAME_LENGTH:
        sentence = f"unique_id has more than {NAME_LENGTH} characters: shorten the test's name."
        yield Problem(Word.UNAUTHORIZED_VALUE, "unique_id", found.external_id, sentence, loads=False)
    if not found.status:
        sentence = f"status must be one of {', '.join(STATUSES)}, {', '.join(NOTHING)}."
        yield Problem(Word.UNAUTHORIZED_VALUE, "status", str(result.get("status", "")), sentence, loads=False)
