"""CSV as it comes: its encoding, and its records with the numbers of their rows and lines.

RFC 4180 with every line end (CR LF, LF, CR). Python's `csv` parses; this module gives it lines, and knows where a
record began, whether its quotes are sound, and whether the file ends in the middle of a record.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import BinaryIO

from ingestion.errors import Unusable
from ingestion.kinds import SQL_LENGTH

CHUNK = 256 * 1024  # bytes
ROW_LENGTH = 16 * 1024 * 1024  # characters of a record
MOST_SEPARATORS = 1_000_000  # in one line, quoted ones too: a list of 16 million cells would take 128 MB
LINE_ENDS = ("\n", "\r")
UTF_8, WINDOWS_1252 = "utf-8-sig", "cp1252"

csv.field_size_limit(SQL_LENGTH)  # one for the process: the longest cell of any kind


def find_encoding(file: BinaryIO) -> tuple[str, bool]:
    """UTF-8, or Windows-1252 for the whole file if any of its bytes is not UTF-8; whether it ends inside a character.

    Reads the whole file and goes back to its beginning.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    wide = False
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            wide = not decoder.decode(chunk).isascii() or wide
    except UnicodeDecodeError:
        return WINDOWS_1252, False
    finally:
        file.seek(0)
    if decoder.getstate()[0]:  # the first bytes of a character, at the end
        return (UTF_8, True) if wide else (WINDOWS_1252, False)
    return UTF_8, False


class Records:
    """The records of a file, once: each with row, line and cells. A row without anything in it has no cells.

    Row 1 is the first, a record with line breaks counts once; `line` is where it begins. Of the record that came last,
    `length` is the number of its characters, `last_line` its last line, and `misquoted` says that text follows a
    closing quote. `cut`: the file ended inside quotes, in the row after the last that came.

    Raises Unusable for a quote that never closes and for rows and cells that are too long.
    """

    def __init__(self, file: BinaryIO, encoding: str, separator: str) -> None:
        self.length = 0
        self.last_line = ""
        self.misquoted = self.cut = False
        self._text = io.TextIOWrapper(
            file, encoding=encoding, errors="replace" if encoding == WINDOWS_1252 else "ignore", newline=""
        )
        self._separator = separator
        self._row = self._line = self._begun = 0
        self._held: list[str] = []  # lines of the record that is read
        self._ended = False

    def __iter__(self) -> Iterator[tuple[int, int, list[str]]]:
        lines = self._lines()
        reader = csv.reader(lines, delimiter=self._separator, strict=True)
        for self._row in count(1):
            self._begun = self._line + 1
            self.length, self.misquoted = 0, False
            self._held.clear()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                cells = self._odd_record(error, lines)
            if cells is None:
                return
            yield self._row, self._begun, cells

    def _lines(self) -> Iterator[str]:
        try:
            while line := self._text.readline(ROW_LENGTH + 1):
                self._line += 1
                self.length += len(line)
                self.last_line = line
                self._held.append(line)
                if self.length > SQL_LENGTH:
                    self._check_length(line)
                yield line
            self._ended = True
        finally:
            self._text.detach()  # the file is the caller's to close

    def _check_length(self, line: str) -> None:
        if self.length > ROW_LENGTH:
            raise self._unusable("is longer than 16 MB: is a quote missing?")
        if line.count(self._separator) > MOST_SEPARATORS:
            raise self._unusable(f"has more than {MOST_SEPARATORS:,} cells.")

    def _odd_record(self, error: csv.Error, lines: Iterable[str]) -> list[str] | None:
        """The cells of a record with quotes that RFC 4180 does not allow; None if the file was cut in it."""
        if "field limit" in str(error):
            raise self._unusable(f"has a cell of more than {SQL_LENGTH:,} characters: shorten it.")
        held = tuple(self._held)
        try:
            cells = next(csv.reader(held if self._ended else chain(held, lines), delimiter=self._separator))
        except csv.Error:
            raise self._unusable(f"has a cell of more than {SQL_LENGTH:,} characters: is a quote missing?") from None
        if not self._ended:
            self.misquoted = True
            return cells
        if any(end in cells[-1] for end in LINE_ENDS):
            raise self._unusable(
                "opens a quote that never closes: close it, and write a quote inside a text twice. "
                "If the file was cut off there, send it again."
            )
        self.cut = True
        return None

    @property
    def is_unfinished(self) -> bool:
        """Whether the last line that was read lacks its line end, so that it is the last of the file."""
        return not self.last_line.endswith(LINE_ENDS)

    @property
    def lines(self) -> int:
        """How many lines the record takes."""
        return len(self._held)

    @property
    def place(self) -> tuple[int, int]:
        """Row and line of the record that is read."""
        return self._row, self._begun

    def _unusable(self, what: str) -> Unusable:
        return Unusable(f"Row {self._row:,} (line {self._begun:,}) {what}", row=self._row, line=self._begun)
