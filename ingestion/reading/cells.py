"""A cell's text as the value that its column asks for, or None and what was wrong with it.

`cell_reader` makes one function a column, since a file has millions of cells. Each function is quick with an ordinary
cell and leaves an odd one to slower code; what is wrong goes into the list of problems that the caller looks at after
each row.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from ingestion.kinds import LARGEST_INTEGER, Column, Type
from ingestion.reading.data_types import data_type, native_data_type, table_type
from ingestion.reading.issues import CONTROL, Problem, Word
from ingestion.reading.lists import NotAList, read_list

LINE_END = re.compile(r"\r\n?")
STILL_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
ALONE = re.compile(r'"[^\[({\'"][^"]*"')  # a list of one
INTEGER = re.compile(r"([+-]?\d{1,18})(?:\.0*)?", re.ASCII)
WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
UNIX_SECONDS = re.compile(r"-?\d{1,12}(?:\.\d+)?", re.ASCII)
COMPACT_DATE = re.compile(r"\d{8}", re.ASCII)
ZONE_APART = re.compile(r"\s+(?:UTC|GMT|(?=[+-]\d))", re.IGNORECASE)
BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

CellReader = Callable[[str], object]


def cell_reader(column: Column, problems: list[Problem], *, native: bool = False) -> CellReader:
    """The function that reads the cells of that column. An empty cell, or one of blanks, is None in every type."""
    kind = (native and column.native_type) or column.type
    if kind in {Type.TEXT, Type.SQL}:
        return _text_reader(column, problems)
    if kind is Type.NAME:
        return _name_reader(column, problems)
    return _parsed_reader(column, problems, PARSERS[kind])


def clean(text: str, column: Column, problems: list[Problem]) -> str:
    """The text without quotes that are still around it, line ends as newlines, without control characters."""
    text = LINE_END.sub("\n", text)
    if STILL_QUOTED.fullmatch(text.strip()) and not (column.type is Type.LIST and ALONE.fullmatch(text.strip())):
        problems.append(
            Problem(Word.REPEATED_QUOTES, column.name, text, f"{column.name} was quoted twice: write it quoted once.")
        )
        while STILL_QUOTED.fullmatch(text := text.strip()):
            text = text[1:-1].replace('""', '"')
    if CONTROL.search(text):
        sentence = f"{column.name} has control characters, which were left out: take them out at the source."
        problems.append(Problem(Word.UNAUTHORIZED_VALUE, column.name, CONTROL.sub("", text), sentence))
        text = CONTROL.sub("", text)
    return text


def _name_reader(column: Column, problems: list[Problem]) -> CellReader:
    length = column.length

    def read(cell: str) -> str | None:
        name = cell.strip()
        if len(name) <= length and name.isprintable() and name[:1] != '"':
            return name or None
        name = clean(name, column, problems).strip()
        if len(name) <= length:
            return name or None
        sentence = f"{column.name} has {len(name):,} characters, and {length:,} are the most: shorten it."
        problems.append(Problem(Word.UNAUTHORIZED_VALUE, column.name, name, sentence, loads=False))
        return None

    return read


def _text_reader(column: Column, problems: list[Problem]) -> CellReader:
    length = column.length

    def read(cell: str) -> str | None:
        if not cell or cell.isspace():
            return None
        if len(cell) <= length and cell.isprintable() and cell[0] != '"':
            return cell
        text = clean(cell, column, problems)
        if len(text) > length:
            sentence = f"{column.name} has {len(text):,} characters and was cut after {length:,}: shorten it."
            problems.append(Problem(Word.UNAUTHORIZED_VALUE, column.name, text, sentence))
            text = text[:length]
        return None if not text or text.isspace() else text

    return read


def _parsed_reader(column: Column, problems: list[Problem], parse: Callable[[str, Column], object]) -> CellReader:
    known: dict[str, object] = {"": None}  # closed lists and small numbers come again and again

    def read(cell: str) -> object:
        if cell in known:
            return known[cell]
        before = len(problems)
        text = clean(cell, column, problems).strip()
        value = None
        try:
            value = parse(text, column) if text else None
        except Refused as refused:
            loads = refused.loads and not column.required
            problems.append(Problem(refused.word, column.name, cell, refused.sentence, loads))
        if len(problems) == before and len(cell) < SHORT and len(known) < MANY:
            known[cell] = value
        return value

    return read


SHORT, MANY = 40, 1_000  # characters of a cell, and cells, that a reader remembers


class Refused(Exception):
    """A cell is not what its column asks for."""

    def __init__(self, word: Word, sentence: str, *, loads: bool = True) -> None:
        super().__init__(sentence)
        self.word, self.sentence, self.loads = word, sentence, loads


def parse_choice(text: str, column: Column) -> str:
    if (choice := text.upper()) in column.choices:
        return choice
    sentence = f"{column.name} must be one of {', '.join(column.choices)}."
    raise Refused(Word.UNAUTHORIZED_VALUE, sentence, loads=False)


def parse_email(text: str, column: Column) -> str:
    if len(text) <= column.length:
        return text
    sentence = f"{column.name} has more than {column.length} characters and was left out: correct it."
    raise Refused(Word.UNAUTHORIZED_VALUE, sentence)


def parse_url(text: str, column: Column) -> str:
    if not WEB_ADDRESS.fullmatch(text):
        raise Refused(Word.WRONG_DATATYPE, f"{column.name} must begin with http:// or https://, and have no blanks.")
    if len(text) > column.length:
        sentence = f"{column.name} has more than {column.length:,} characters and was left out: shorten it."
        raise Refused(Word.UNAUTHORIZED_VALUE, sentence)
    return text


def parse_integer(text: str, column: Column) -> int:
    from_to = range(column.least, LARGEST_INTEGER + 1)
    found = INTEGER.fullmatch(text)
    if found and int(found[1]) in from_to:
        return int(found[1])
    raise Refused(Word.WRONG_DATATYPE, f"{column.name} must be a whole number from {column.least} to {from_to[-1]:,}.")


def parse_boolean(text: str, column: Column) -> bool:
    try:
        return BOOLEANS[text.lower()]
    except KeyError:
        raise Refused(Word.WRONG_DATATYPE, f"{column.name} must be true or false, 1 or 0, yes or no.") from None


def parse_list(text: str, column: Column) -> tuple[str, ...]:
    try:
        items = tuple(CONTROL.sub("", item) for item in read_list(text))
    except NotAList:
        sentence = f"{column.name} must be a list such as ['a','b'], with quotes around each item."
        raise Refused(Word.WRONG_DATATYPE, sentence) from None
    if any(len(item) > column.length for item in items):
        sentence = f"{column.name} has an item of more than {column.length:,} characters: shorten it."
        raise Refused(Word.UNAUTHORIZED_VALUE, sentence)
    return items


def parse_time(text: str, column: Column) -> datetime:
    try:
        return read_time(text)
    except ValueError:
        sentence = f"{column.name} must be a time such as 2026-01-31 09:30:00 or 2026-01-31T09:30:00+01:00."
        raise Refused(Word.WRONG_DATATYPE, sentence) from None


def read_time(text: str) -> datetime:
    """A time in UTC from ISO 8601, `YYYY-MM-DD HH:MM:SS[.f]` or unix seconds; without a zone it is UTC already.

    Raises ValueError for what is no time, and for one that is not in the years 1 to 9999 of UTC.
    """
    try:
        if UNIX_SECONDS.fullmatch(text) and not COMPACT_DATE.fullmatch(text):
            return datetime.fromtimestamp(float(text), UTC)
        time = datetime.fromisoformat(ZONE_APART.sub("", text))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(text) from error


PARSERS: dict[Type, Callable[[str, Column], object]] = {
    Type.BOOLEAN: parse_boolean,
    Type.CHOICE: parse_choice,
    Type.DATA_TYPE: lambda text, _: data_type(text),
    Type.EMAIL: parse_email,
    Type.INTEGER: parse_integer,
    Type.LIST: parse_list,
    Type.NATIVE_DATA_TYPE: lambda text, _: native_data_type(text),
    Type.TABLE_TYPE: lambda text, _: table_type(text),
    Type.TIME: parse_time,
    Type.URL: parse_url,
}
