"""The rows of a CSV file of a known kind, one after the other, each cell as the value that its column asks for.

What is wrong goes into the log of issues. References and duplicates are not looked at here: they are found in SQL.
"""

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from ingestion.errors import Unusable
from ingestion.filenames import MANUAL_LINEAGE
from ingestion.kinds import LINEAGE_CHILDREN, Kind, Type
from ingestion.reading.cells import cell_reader
from ingestion.reading.checking import HEAD, check_csv, check_head
from ingestion.reading.csv_files import WINDOWS_1252, Records, find_encoding
from ingestion.reading.headers import Header
from ingestion.reading.issues import IssueLog, Problem, Word

CELL_LENGTH = 1024 * 1024  # characters of a cell; SQL may have more (`SQL_LENGTH`)
LEAST_READABLE = 0.99  # share of rows with an id that can be read, below which nothing is deleted

NOT_UTF_8 = (
    "The file is not UTF-8 and was read as Windows-1252: letters with accents may be wrong. Save it as CSV UTF-8."
)


class Row(NamedTuple):
    """One row. `values` stand as the columns of the kind do, None for what is empty, wrong or has no column.

    `loads` is False for a row with an issue that keeps it out; its key can be read, so it is present all the same.
    """

    number: int
    line: int
    values: tuple[object, ...]
    loads: bool


class CsvRows:
    """The rows of one file; iterate once, and look at the counts afterwards.

    `header` says which columns the file has. `read` counts its rows, `keyed` those whose key could be read, `notes` are
    sentences for the report. `why_not_whole` is empty if what the file lacks may be deleted, else a sentence.
    """

    def __init__(self, file: BinaryIO, kind: Kind, *, name: str, log: IssueLog) -> None:
        """Raises Unusable. `name` is the file's in the log; `file` is seekable and stays open."""
        file.seek(0)
        head = file.read(HEAD)
        check_head(head, kind.name)
        self.kind, self.name = kind, name
        self.header: Header = check_csv(head, kind)
        self.encoding, cut = find_encoding(file)
        self.notes = [NOT_UTF_8] if self.encoding == WINDOWS_1252 else []
        self.why_not_whole = "The file ends inside a character: it was cut off. Send it whole." if cut else ""
        self.read = self.keyed = 0
        self._log = log
        self._problems: list[Problem] = []
        self._records = Records(file, self.encoding, self.header.separator)

    def __iter__(self) -> Iterator[Row]:
        columns = self.kind.columns
        readers = [cell_reader(column, self._problems, native=self.header.native) for column in columns]
        width = len(self.header.names)
        pick = itemgetter(*(self.header.places.get(column.name, width) for column in columns))
        places = [place for place, column in enumerate(columns) if column.required]
        required = itemgetter(*places, places[0])  # a tuple, though there be only one
        check = CHECKS.get(self.kind.name)
        padding = [""] * (width + 1)  # one more, for columns that the file does not have
        number = last_short = 0
        for number, line, cells in self._body():
            if len(cells) < width:
                last_short = number
                if self._records.is_unfinished:
                    break  # its last cell may be half of one
            if len(cells) > width or self._records.length > CELL_LENGTH or self._records.misquoted:
                self._check_record(number, line, cells)
            cells.extend(padding[len(cells) :])
            values = tuple([read(cell) for read, cell in zip(readers, pick(cells), strict=True)])
            loads = True
            if check and None not in values:
                self._problems += check(values)
            if self._problems or None in required(values):
                loads = self._log_problems(number, line, values)
                if not loads and not self._has_key(values):
                    continue
            self.keyed += 1
            yield Row(number, line, values, loads)
        self._end(last_is_short=last_short == number > 0)

    def _body(self) -> Iterator[tuple[int, int, list[str]]]:
        """The records below the header that are not blank, counted."""
        records = filter(itemgetter(2), self._records)
        next(records, None)  # the header
        for record in records:
            self.read += 1
            yield record

    def _check_record(self, number: int, line: int, cells: list[str]) -> None:
        """What is rare in a record: too many cells (which go), a very long one, text behind a closing quote."""
        width = len(self.header.names)
        sql = {self.header.places.get(column.name) for column in self.kind.columns if column.type is Type.SQL}
        if any(len(cell) > CELL_LENGTH and place not in sql for place, cell in enumerate(cells)):
            sentence = (
                f"Row {number:,} (line {line:,}) has a cell of more than 1 MB: shorten it, or add a missing quote."
            )
            raise Unusable(sentence, row=number, line=line)
        if len(cells) > width:
            extra = self.header.separator.join(cells[width:])
            sentence = f"The row has {len(cells):,} cells, and the header {width}: quote texts that have the separator."
            self._problems.append(Problem(Word.WRONG_DATATYPE, "", extra, sentence, loads=False))
            del cells[width:]
        if self._records.misquoted:
            sentence = "Text follows a closing quote: write a quote inside a text twice, and quote the whole text."
            self._problems.append(Problem(Word.REPEATED_QUOTES, "", self._records.last_line, sentence))
            if self._records.lines > 1:
                self._not_whole(f"The quotes of row {number:,} (line {line:,}) take in other rows.")

    def _log_problems(self, number: int, line: int, values: tuple[object, ...]) -> bool:
        """Log what is wrong with a row, and say whether it is loaded."""
        settled = {problem.column for problem in self._problems if not problem.loads}
        for column, value in zip(self.kind.columns, values, strict=True):
            if column.required and value is None and column.name not in settled:
                sentence = f"{column.name} is empty, and every row needs one: fill it in."
                self._problems.append(Problem(Word.MISSING_VALUE, column.name, "", sentence, loads=False))
        loads = all(problem.loads for problem in self._problems)
        for problem in self._problems:
            self._log.add(problem, file=self.name, row=number, line=line)
        self._problems.clear()
        return loads

    def _has_key(self, values: tuple[object, ...]) -> bool:
        places = [self.kind.places[name] for name in self.kind.key]
        return bool(places) and all(values[place] is not None for place in places)

    def _end(self, *, last_is_short: bool) -> None:
        """After the last row: is the file whole?"""
        unfinished = self._records.is_unfinished
        if self._records.cut or (last_is_short and unfinished):
            row, line = self._records.place
            self.read += 1 if self._records.cut else 0  # it did not come as a record
            sentence = "The file ends in the middle of this row: it was cut off. Send it whole."
            self._log.add(Problem(Word.MISSING_VALUE, "", "", sentence), file=self.name, row=row, line=line)
            self._not_whole(f"The file ends in the middle of row {row:,} (line {line:,}).")
        elif last_is_short:
            self._not_whole("The last row has too few cells: the file may have been cut off.")
        elif unfinished and self._records.last_line.endswith(self.header.separator):
            self._not_whole("The file ends behind a separator, without a line end: it may have been cut off.")
        elif self.kind.key and self.keyed < LEAST_READABLE * self.read:
            self._not_whole(f"Of {self.read:,} rows only {self.keyed:,} have an id that can be read.")

    def _not_whole(self, why: str) -> None:
        self.why_not_whole = self.why_not_whole or why


def check_lineage(values: tuple[object, ...]) -> Iterator[Problem]:
    """What a row of manual lineage may not say: a child that its parent cannot have, or itself as its parent."""
    parent_type, parent_key, child_type, child_key = map(str, values)
    allowed = LINEAGE_CHILDREN[parent_type]
    if child_type not in allowed:
        sentence = f"child_type of a {parent_type} must be one of {', '.join(allowed)}."
        yield Problem(Word.UNAUTHORIZED_VALUE, "child_type", child_type, sentence, loads=False)
    elif (parent_type, parent_key) == (child_type, child_key):
        sentence = "child_key is the parent itself: nothing is made from itself."
        yield Problem(Word.UNAUTHORIZED_VALUE, "child_key", child_key, sentence, loads=False)


CHECKS: dict[str, Callable[[tuple[object, ...]], Iterator[Problem]]] = {MANUAL_LINEAGE: check_lineage}
