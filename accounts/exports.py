"""Tables as CSV files (RFC 4180) that a spreadsheet can open without running what somebody wrote into a name."""

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.http import StreamingHttpResponse

# How a formula begins, for Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"); the wide signs are Excel's.
# Also behind a semicolon: where that separates numbers, spreadsheets take it for the end of a cell.
FORMULA = re.compile(r"(?:.*;)?\s*[=+\-@\t\r＝＋－＠]", re.DOTALL)

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


class LineWriter:
    """A file for csv.writer, whose `write` returns the text instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """The rows as a download, written while they are read. `name` is our own."""
    writer = csv.writer(LineWriter())
    lines = (writer.writerow([harmless(cell) for cell in row]) for row in rows)
    response = StreamingHttpResponse(chain([BYTE_ORDER_MARK], lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def harmless(cell: object) -> object:
    """The cell; with an apostrophe before a text that a spreadsheet would take for a formula."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
