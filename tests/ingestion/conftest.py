"""Reading a CSV file of a test from its bytes."""

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from catalog.choices import SourceTechnology, SourceType
from ingestion.kinds import KINDS
from ingestion.reading.issues import IssueLog
from ingestion.reading.rows import CsvRows, Row
from tests.catalog.factories import SourceFactory
from tests.ingestion.uploading import open_door, warehouse, writer  # noqa: F401


class Read(NamedTuple):
    """What came of a file. `values` are those of the rows that are loaded, by column."""

    file: CsvRows
    rows: list[Row]
    log: IssueLog

    @property
    def values(self) -> list[dict[str, Any]]:
        columns = [column.name for column in self.file.kind.columns]
        return [dict(zip(columns, row.values, strict=True)) for row in self.rows if row.loads]

    @property
    def words(self) -> list[tuple[int, str, str]]:
        """Row, column and word of each issue."""
        return [(issue.row, issue.column, str(issue.word)) for issue in self.log.kept]


@pytest.fixture
def read() -> Callable[[str, str | bytes], Read]:
    def reading(kind: str, content: str | bytes) -> Read:
        content = content.encode() if isinstance(content, str) else content
        log = IssueLog()
        file = CsvRows(io.BytesIO(content), KINDS[kind], name=f"{kind}.csv", log=log)
        return Read(file, list(file), log)

    return reading


@pytest.fixture
def dbt(acme):
    return SourceFactory.create(
        account=acme, technology=SourceTechnology.DBT, type=SourceType.TRANSFORMATION, name="Models"
    )
