from datetime import UTC, datetime

import pytest

from ingestion.kinds import Column, Type
from ingestion.reading.cells import cell_reader, read_time
from ingestion.reading.issues import Problem

NAME = Column("name", length=5)
TEXT = Column("text", type=Type.TEXT, length=5)


def read(column, cell):
    """The value, the words of what was wrong, and whether the row is loaded."""
    problems: list[Problem] = []
    value = cell_reader(column, problems)(cell)
    return value, [str(problem.word) for problem in problems], all(problem.loads for problem in problems)


@pytest.mark.parametrize(
    ("column", "cell", "value", "words", "loads"),
    [
        (NAME, " a B ", "a B", [], True),
        (NAME, " \t\n", None, [], True),
        (NAME, "é\u00a0ü", "é\u00a0ü", [], True),
        (NAME, "a\nb", "a\nb", [], True),
        (NAME, "a\0b\x7f", "ab", ["unauthorized_value"], True),
        (NAME, "\x01", None, ["unauthorized_value"], True),
        (NAME, "abcdef", None, ["unauthorized_value"], False),
        (NAME, '"a"', "a", ["repeated_quotes"], True),
        (NAME, '""a""', '""a""', [], True),
        (NAME, '"""a"""', "a", ["repeated_quotes"], True),
        (NAME, '""', None, ["repeated_quotes"], True),
        (NAME, "'a'", "'a'", [], True),
        (TEXT, " a ", " a ", [], True),
        (TEXT, "a\r\nb\rc", "a\nb\nc", [], True),
        (TEXT, "abcdef", "abcde", ["unauthorized_value"], True),
        (TEXT, '"a" "b"', '"a" "', ["unauthorized_value"], True),
        (Column("sql", type=Type.SQL, length=9), "a\tb\0", "a\tb", ["unauthorized_value"], True),
        (Column("email", type=Type.EMAIL, length=5), "abcdef", None, ["unauthorized_value"], True),
        (Column("url", type=Type.URL, length=20), "HTTPS://a.b/ü?c=1", "HTTPS://a.b/ü?c=1", [], True),
        (Column("url", type=Type.URL, length=20), "javascript:alert(1)", None, ["wrong_datatype"], True),
        (Column("url", type=Type.URL, length=20, required=True), "http://", None, ["wrong_datatype"], False),
        (Column("url", type=Type.URL, length=20), "http://a.b/" + "c" * 20, None, ["unauthorized_value"], True),
        (Column("type", type=Type.CHOICE, choices=("TILE",)), "tile", "TILE", [], True),
        (Column("type", type=Type.CHOICE, choices=("TILE",)), "pie", None, ["unauthorized_value"], False),
        (Column("pii", type=Type.BOOLEAN), "YES", True, [], True),
        (Column("pii", type=Type.BOOLEAN), "0", False, [], True),
        (Column("pii", type=Type.BOOLEAN), "maybe", None, ["wrong_datatype"], True),
        (Column("tags", type=Type.LIST), "['a\0','b']", ("a", "b"), ["unauthorized_value"], True),
        (Column("tags", type=Type.LIST), "\"['a','b']\"", ("a", "b"), ["repeated_quotes"], True),
        (Column("tags", type=Type.LIST), '"a"', ("a",), [], True),
        (Column("tags", type=Type.LIST), "a", None, ["wrong_datatype"], True),
        (Column("tags", type=Type.LIST, length=2), "['abc']", None, ["unauthorized_value"], True),
        (Column("type", type=Type.DATA_TYPE), "whatever", "CUSTOM", [], True),
    ],
)
def test_cell_is_read_as_its_column_asks(column, cell, value, words, loads):
    assert read(column, cell) == (value, words, loads)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("1", 1), ("1.0", 1), ("+2.", 2), ("0", None), ("-1", None), ("1.5", None), ("1e308", None), ("２", None)),
        *(("2147483647", 2147483647), ("2147483648", None), ("9" * 5_000, None)),
    ],
)
def test_integer_is_whole_and_within_its_bounds(cell, value):
    words = [] if value else ["wrong_datatype"]
    assert read(Column("place", type=Type.INTEGER, least=1), cell) == (value, words, True)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-31T09:30:00Z", "2026-01-31 09:30:00", "2026-01-31 10:30:00+01", "2026-01-31 10:30:00.0 +0100"),
        *("2026-01-31 09:30:00.000000000 UTC", "1769851800", "1769851800.0", "20260131T093000Z"),
    ],
)
def test_time_is_in_utc(text):
    assert read_time(text) == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "0000-01-01", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "1e308", "9" * 12),
        *("now", "2026-01-31 09:30:00 Mars", "31.01.2026"),
    ],
)
def test_what_is_no_time_is_refused(text):
    assert read(Column("at", type=Type.TIME), text) == (None, ["wrong_datatype"], True)


def test_cells_that_come_again_are_read_alike():
    problems: list[Problem] = []
    reader = cell_reader(Column("pii", type=Type.BOOLEAN), problems)
    assert [reader(cell) for cell in ("yes", "yes", "no", "maybe", "maybe")] == [True, True, False, None, None]
    assert len(problems) == 2
