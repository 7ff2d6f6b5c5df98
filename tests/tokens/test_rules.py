from datetime import UTC, datetime, timedelta, timezone

import pytest

from tokens.errors import InvalidName
from tokens.rules import clean_name, one_year_after


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 11, 24, 9, 30, 1, 5, tzinfo=UTC), datetime(2027, 11, 24, 9, 30, 1, 5, tzinfo=UTC)),
        (datetime(2028, 2, 29, 23, 59, tzinfo=UTC), datetime(2029, 2, 28, 23, 59, tzinfo=UTC)),
        (datetime(2027, 2, 28, tzinfo=UTC), datetime(2028, 2, 28, tzinfo=UTC)),
    ],
)
def test_a_year_is_a_calendar_year(start, end):
    assert one_year_after(start) == end


@pytest.mark.parametrize(
    "name", ["", "a" * 80, "<b>", "'\"", "مرحبا", "👩‍🚀 rocket", "=1+1", "@cmd", "Ünïcödé", "O'Brien; --"]
)
def test_names_of_every_script_are_kept(name):
    assert clean_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "name", ["a" * 81, "a\nb", "a\rb", "a\tb", "a\x00b", "\x1b[31m", "a\x7fb", "a\x85b", "a\u2028b", "\ud800"]
)
def test_long_names_and_control_characters_are_refused(name):
    with pytest.raises(InvalidName):
        clean_name(name)


def test_a_zone_does_not_move_the_end():
    start = datetime(2028, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert one_year_after(start.astimezone(UTC)) == datetime(2029, 2, 28, 22, 30, tzinfo=UTC)
