"""How rows may be sent together.

A row is a mapping of what was given: a field that is absent is left as it is, None is an explicit null.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from catalog.errors import InvalidInput
from catalog.ids import known_uuid

BATCH = 500  # rows in a call

Row = Mapping[str, Any]
Check = Callable[[str, Any], None]  # of a field's words and its value; raises InvalidInput


def check_batch(rows: Sequence[object]) -> None:
    """InvalidInput if a call may not bring so many."""
    if len(rows) > BATCH:
        raise InvalidInput(f"A call takes at most {BATCH} rows, not {len(rows):,}.")


def check_new(rows: Sequence[Row], checks: Mapping[str, Check], *, parent: str) -> None:
    """InvalidInput unless these rows may be created, each in the parent whose id is in that field."""
    check_batch(rows)
    check_rows(rows, checks)
    check_once("external id", ((same_id(row[parent]), row["external_id"]) for row in rows))


def check_updates(rows: Sequence[Row], checks: Mapping[str, Check]) -> None:
    """InvalidInput unless these values may be given to the rows whose `id` they have."""
    check_batch(rows)
    check_rows(rows, checks)
    check_once("id", (("", same_id(row["id"])) for row in rows))


def check_rows(rows: Sequence[Row], checks: Mapping[str, Check]) -> None:
    """Check what was given in each row."""
    by_number(rows, partial(check_row, checks=checks))


def by_number(rows: Sequence[Row], check: Callable[[Row], None]) -> None:
    """Check row after row; the InvalidInput says in which one, counted from 1."""
    for number, row in enumerate(rows, 1):
        try:
            check(row)
        except InvalidInput as fault:
            raise InvalidInput(f"Row {number}: {fault}") from fault


def check_row(row: Row, checks: Mapping[str, Check]) -> None:
    for field, check in checks.items():
        if field in row:
            check(field.replace("_", " "), row[field])


def check_once(words: str, keys: Iterable[tuple[str, str]]) -> None:
    """InvalidInput that names a key, a parent and what is unique in it, that comes twice."""
    seen = set()
    for key in keys:
        if key in seen:
            raise InvalidInput(f"The {words} {key[1]} comes twice in one call.")
        seen.add(key)


def same_id(text: str) -> str:
    """The one spelling of an id: in capitals it is no other."""
    return str(known_uuid(text) or text)
