"""Rules for quality checks as callers send them, and for questions to the search in queries."""

from datetime import datetime
from typing import Required, TypedDict

from catalog.errors import InvalidInput
from catalog.rules.batches import Check, check_fields, check_rows
from catalog.rules.values import check_given, check_optional, check_required, check_url

MAX_QUESTION_WORDS = 256
MAX_QUESTION_LENGTH = 1_024  # characters


class QualityRun(TypedDict, total=False):
    """The last run of a check on the table, or on one of its columns."""

    external_id: Required[str]
    name: Required[str]
    run_at: Required[datetime]
    status: Required[str]
    column_id: str | None
    description: str | None
    url: str | None


class QualityRuns(TypedDict):
    """Of one table."""

    table_id: str
    quality_checks: list[QualityRun]


class FormerQualityCheck(TypedDict):
    table_id: str
    external_id: str


class FormerQualityChecks(TypedDict):
    quality_checks: list[FormerQualityCheck]


RUN: dict[str, Check] = {
    "external_id": check_required,
    "name": check_required,
    "run_at": check_given,
    "status": check_given,
    "description": check_optional,
    "url": check_url,
}


def check_quality_runs(row: QualityRuns) -> None:
    check_fields(row, QualityRuns)
    check_rows(row["quality_checks"], QualityRun, RUN)


def check_former_quality_checks(row: FormerQualityChecks) -> None:
    check_fields(row, FormerQualityChecks)
    check_rows(row["quality_checks"], FormerQualityCheck, {})


def check_question(question: str) -> None:
    """InvalidInput for more than 256 words or 1,024 characters."""
    if len(question) > MAX_QUESTION_LENGTH:
        raise InvalidInput(f"The question may have at most {MAX_QUESTION_LENGTH:,} characters, not {len(question):,}.")
    if (words := len(question.split())) > MAX_QUESTION_WORDS:
        raise InvalidInput(f"The question may have at most {MAX_QUESTION_WORDS} words, not {words}.")
