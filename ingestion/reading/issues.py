"""What is wrong with rows: six words, counted exactly, the first of each kept, all of them in a report to download."""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import BinaryIO, NamedTuple, Self

KEPT = 1_000  # issues of one file and word
VALUE_LENGTH = 200  # characters of a value that an issue quotes
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # but newline and tab; half characters
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run (OWASP, "CSV Injection")


class Word(StrEnum):
    """What can be wrong with a row; the words are those of castor-file-check."""

    MISSING_VALUE = "missing_value"
    UNAUTHORIZED_VALUE = "unauthorized_value"
    WRONG_DATATYPE = "wrong_datatype"
    UNKNOWN_REFERENCE = "unknown_reference"
    DUPLICATE_VALUE = "duplicate_value"
    REPEATED_QUOTES = "repeated_quotes"


class Problem(NamedTuple):
    """One thing wrong with a cell. `loads`: whether its row is loaded all the same; `sentence` also says what to do."""

    word: Word
    column: str
    value: str
    sentence: str
    loads: bool = True


class Issue(NamedTuple):
    """One thing wrong with one row of a file. `row`: as a spreadsheet counts, the header being 1; `line`: of the text.

    In JSON, `row` counts the members of the section that is read, and there is no line.
    """

    file: str
    row: int
    line: int | None
    column: str
    word: Word
    value: str
    sentence: str


class IssueLog:
    """The issues of a batch: `counts` by file and word, the first 1,000 of each `kept`, and all of them to `sink`."""

    def __init__(self, sink: Callable[[Issue], object] | None = None) -> None:
        self.counts: Counter[tuple[str, Word]] = Counter()
        self.kept: list[Issue] = []
        self._sink = sink

    def add(self, problem: Problem, *, file: str, row: int, line: int | None = None) -> None:
        value = CONTROL.sub("\N{REPLACEMENT CHARACTER}", problem.value[: VALUE_LENGTH + 1])
        value = value if len(value) <= VALUE_LENGTH else value[: VALUE_LENGTH - 1] + "…"
        issue = Issue(file, row, line, problem.column, problem.word, value, problem.sentence)
        counted = (file, problem.word)
        self.counts[counted] += 1
        if self.counts[counted] <= KEPT:
            self.kept.append(issue)
        if self._sink:
            self._sink(issue)

    def __len__(self) -> int:
        return self.counts.total()


class ReportFile:
    """`report.csv.gz`, as Excel opens it: UTF-8 with its mark, and no cell that begins like a formula. A context.

    Called with an issue, it writes a line. The file below is the caller's to close.
    """

    HEADER = ("file", "row", "line", "column", "issue", "value", "what is wrong")

    def __init__(self, file: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(filename="report.csv", mode="wb", compresslevel=3, fileobj=file, mtime=0)
        self._text = io.TextIOWrapper(self._gzip, encoding="utf-8-sig", errors="replace", newline="")
        self._rows = csv.writer(self._text)
        self._rows.writerow(self.HEADER)

    def __call__(self, issue: Issue) -> None:
        self._rows.writerow([f"'{cell}" if str(cell).startswith(FORMULA) else cell for cell in issue])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._text.close()
