"""Times as callers send them."""

from datetime import UTC, datetime

import pytest

from api.graphql.scalars import moment
from tests.api.graphql.mutating import UNKNOWN, refusal


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-25T08:30:00Z", datetime(2026, 11, 25, 8, 30, tzinfo=UTC)),
        ("2026-11-25T08:30:00+01:00", datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        ("2026-11-25 08:30", datetime(2026, 11, 25, 8, 30, tzinfo=UTC)),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("1900-01-01", datetime(1900, 1, 1, tzinfo=UTC)),
        ("2200-12-31", datetime(2200, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_text_in_iso_8601_is_an_instant(text, instant):
    assert moment(text) == instant


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "1899-12-31", "2201-01-01T00:00:00Z", "9999-12-31"])
def test_a_year_out_of_range_is_told_the_range(text):
    with pytest.raises(ValueError, match=rf"^'{text}' is out of range: the years 1900 to 2200 are possible\.$"):
        moment(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01T00:00:00Z", "2026-11-25T25:00:00", "0000-01-01"])
def test_a_day_that_there_is_not_is_out_of_range(text):
    with pytest.raises(ValueError, match=f"^'{text}' is out of range: no calendar has that day"):
        moment(text)


@pytest.mark.parametrize("zone", ["+24:00", "+25", "-9900", "-24:00"])
def test_a_zone_that_there_is_not_is_named(zone):
    with pytest.raises(ValueError, match="is out of range: no zone is that far from UTC"):
        moment(f"2026-11-25T08:30:00{zone}")


@pytest.mark.parametrize(
    "text",
    ["2200-12-31T23:59:59-05:00", "1900-01-01T00:00:00+01:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:00-05:00"],
)
def test_the_year_is_that_of_utc(text):
    with pytest.raises(ValueError, match=r"is out of range: the years 1900 to 2200 are possible\.$"):
        moment(text)


@pytest.mark.parametrize("value", ["", "yesterday", "25.11.2026", "12:00", 1758555879800, True, ["2026-11-25"]])
def test_anything_else_is_no_time(value):
    with pytest.raises(ValueError, match="is no time: write it as in ISO 8601"):
        moment(value)


def test_a_caller_reads_the_sentence(writer):
    status, code, sentence = refusal(writer, "updateSource", {"id": UNKNOWN, "deletedAt": "9999-12-31T23:59:59Z"})
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "is out of range: the years 1900 to 2200 are possible." in sentence
