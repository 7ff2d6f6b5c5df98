"""The header of a CSV file: under which separator it has the columns of its kind, and where they stand."""

import csv
import io
from dataclasses import dataclass
from itertools import islice

from ingestion.errors import Unusable
from ingestion.kinds import Column, Kind

MOST_COLUMNS = 200
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: all its names in small letters, and where the kind's columns stand, as far as it has them.

    `native`: it has the names that an extractor of the warehouse writes.
    """

    separator: str
    names: tuple[str, ...]
    places: dict[str, int]
    native: bool


def find_header(head: str, kind: Kind) -> Header:
    """The header, under the first separator that shows all required columns; unknown columns are ignored.

    `head` is the beginning of a file. Raises Unusable with the columns that are missing or stand twice.
    """
    found = [layout(head, separator, kind, native=native) for separator in SEPARATORS for native in (False, True)]
    missing, header = min(found, key=lambda each: len(each[0]))  # the first of those that are equally good
    if len(header.names) > MOST_COLUMNS:
        raise Unusable(f"The header has {len(header.names):,} columns, and {MOST_COLUMNS} are the most.", row=1, line=1)
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise Unusable(
            f"This is no {kind.name}.csv: its header lacks the {columns} {', '.join(missing)}. "
            "Name all columns in the first row, with commas between them.",
            row=1,
            line=1,
        )
    for name, place in header.places.items():
        if header.names.count(header.names[place]) > 1:
            raise Unusable(f"The header has the column {name} twice: leave one of them out.", row=1, line=1)
    return header


def layout(head: str, separator: str, kind: Kind, *, native: bool) -> tuple[list[str], Header]:
    """What the head says under that separator, and the required columns that it lacks, by the names it should have."""
    names = next(iter(first_records(head, separator, 1)), ())
    wanted = {column.name: header_name(column, native=native) for column in kind.columns}
    places = {column: names.index(name) for column, name in wanted.items() if name in names}
    missing = [wanted[column.name] for column in kind.columns if column.required and column.name not in places]
    return missing, Header(separator, names, places, native)


def header_name(column: Column, *, native: bool) -> str:
    return (native and column.native) or column.name


def first_records(head: str, separator: str, most: int) -> list[tuple[str, ...]]:
    """The first records that are not blank, trimmed and in small letters; none of a text that cannot be parsed."""
    records = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        return [tuple(map(trimmed, record)) for record in islice(filter(None, records), most)]
    except csv.Error:
        return []


def trimmed(name: str) -> str:
    return name.strip().lower()
