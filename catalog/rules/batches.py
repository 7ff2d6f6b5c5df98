"""How many rows may be sent together, and what is checked of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from accounts.checked import Row, api_name, wrong_fields
from catalog.errors import InvalidInput
from catalog.ids import known_uuid
from catalog.rules.values import check_given

MAX_ROWS = 500  # in a call

Check = Callable[[str, Any], None]  # of a field, as the API calls it, and its value; raises InvalidInput
Checks = Mapping[str, Check]


def check_batch(rows: Sequence[object]) -> None:
    """InvalidInput for more than MAX_ROWS."""
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"A call takes at most {MAX_ROWS} rows, not {len(rows):,}.")


def check_new(rows: Sequence[Row], noun: type, checks: Checks, *, parent: str) -> None:
    """InvalidInput unless these rows of the noun may be created, each in the parent whose id is in that field.

    A null where there is always a value is as good as absent in a new row: its column has a default.
    """
    check_rows(rows, noun, {field: check for field, check in checks.items() if check is not check_given})
    check_unique("externalId", ((same_id(row[parent]), row["external_id"]) for row in rows))


def check_updates(rows: Sequence[Row], noun: type, checks: Checks) -> None:
    """InvalidInput unless these values may be given to the rows whose `id` they have."""
    check_rows(rows, noun, checks)
    check_unique("id", (("", same_id(row["id"])) for row in rows))


def check_rows(rows: Sequence[Row], noun: type, checks: Checks) -> None:
    """Check a batch: how many, and what was given in each row."""
    check_each(rows, partial(check_row, noun=noun, checks=checks))


def check_each(rows: Sequence[Row], check: Callable[[Row], None]) -> None:
    """Check a batch row by row; the InvalidInput says in which one, counted from 1."""
    check_batch(rows)
    for number, row in enumerate(rows, 1):
        try:
            check(row)
        except InvalidInput as fault:
            raise InvalidInput(f"Row {number}: {fault}") from fault


def check_row(row: Row, noun: type, checks: Checks) -> None:
    check_fields(row, noun)
    for field, check in checks.items():
        if field in row:
            check(api_name(field), row[field])


def check_fields(row: Row, noun: Any) -> None:
    """InvalidInput for a field that this TypedDict does not have, or for one that is missing."""
    if sentence := wrong_fields(row, noun):
        raise InvalidInput(sentence)


def check_unique(field: str, keys: Iterable[tuple[str, str]]) -> None:
    """InvalidInput when a key comes twice: a parent's id, and a value that is unique in the parent."""
    seen = set()
    for key in keys:
        if key in seen:
            raise InvalidInput(f"{field} {key[1]} comes twice in one call.")
        seen.add(key)


def same_id(text: str) -> str:
    """The id in small letters, for capitals make no other."""
    return str(known_uuid(text) or text)
