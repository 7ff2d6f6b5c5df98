"""Values that GraphQL has no type of its own for."""

import math
import re
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from django.utils.dateparse import parse_date, parse_datetime
from strawberry.types.scalar import ScalarDefinition

Timestamp = NewType("Timestamp", datetime)
DateTime = NewType("DateTime", datetime)
JSON = NewType("JSON", object)

YEARS = range(1900, 2201)  # in UTC; beyond them a time is a mistake
OUT_OF_RANGE = f"is out of range: the years {YEARS[0]} to {YEARS[-1]} are possible."
NO_ZONE = re.compile(r":\d\d(?:\.\d+)? ?[+-](?:2[4-9]|[3-9]\d|\d\d:?[6-9]\d)[\d:]*$")


def milliseconds(value: datetime) -> int:
    return math.floor(value.timestamp() * 1000)


def moment(value: Any) -> datetime:
    """The instant that an ISO 8601 text says; UTC when it names no zone, midnight when it names no time.

    Raises ValueError with a sentence for everything else.
    """
    sent = f"{str(value)[:40]!r}"
    try:
        instant = parse_datetime(value) or datetime.combine(parse_date(value), datetime.min.time())  # type: ignore[arg-type]
        instant = instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except TypeError:
        raise ValueError(f"{sent} is no time: write it as in ISO 8601, for example 2026-11-25T08:30:00Z.") from None
    except ValueError:
        if NO_ZONE.search(value):
            raise ValueError(f"{sent} is out of range: no zone is that far from UTC.") from None
        raise ValueError(f"{sent} is out of range: no calendar has that day, or no day that time.") from None
    except OverflowError:  # the first or the last day of all, which lies beyond them in UTC
        raise ValueError(f"{sent} {OUT_OF_RANGE}") from None
    if instant.year not in YEARS:
        raise ValueError(f"{sent} {OUT_OF_RANGE}")
    return instant


def never_sent(value: Any) -> Any:
    raise ValueError("A Timestamp is never sent, only answered.")


SCALARS: dict[object, ScalarDefinition] = {
    Timestamp: strawberry.scalar(
        name="Timestamp",
        description="Milliseconds since 1970 in UTC, which need more than 32 bits; only answered, never sent.",
        serialize=milliseconds,
        parse_value=never_sent,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An ISO 8601 text, from 1900 to 2200; UTC when it names no zone, midnight when no time.",
        serialize=str,
        parse_value=moment,
    ),
    JSON: strawberry.scalar(
        name="JSON", description="Any JSON value, not only an object.", serialize=lambda value: value
    ),
}
