"""The verdict of a check on data, from whichever tool it came."""

from dataclasses import dataclass
from datetime import datetime

from ingestion.reading.cells import read_time

SUCCESS, WARNING, ALERT = "SUCCESS", "WARNING", "ALERT"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One run of one check. `run_at` is in UTC, None if nothing says it.

    `table`: the names of the table's path as far as they are said, empty for a dbt test, whose table, column and name
    are in the manifest under `external_id`.
    """

    row: int
    external_id: str
    status: str
    run_at: datetime | None
    result: str | None
    table: tuple[str, ...] = ()
    column: str | None = None
    name: str = ""


def time_of(value: object) -> datetime | None:
    """The time in UTC; None for what is none."""
    try:
        return read_time(value) if isinstance(value, str) else None
    except ValueError:
        return None
