"""How rows may be sent together. A row is a mapping of what was given: absent leaves as is, None is an explicit null."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


def check_fields(rows: Sequence[Row], checks: Mapping[str, Check]) -> None:
    """Check what was given; the InvalidInput says in which row, counted from 1."""
    for number, row in enumerate(rows, 1):
        try:
            for field in (field for field in checks if field in row):
                checks[field](field.replace("_", " "), row[field])
        except InvalidInput as fault:
            raise InvalidInput(f"Row {number}: {fault}") from fault


def check_ids_once(ids: Iterable[str]) -> None:
    """InvalidInput that names a row's id which comes twice, in whatever spelling."""
    seen = set()
    for text in ids:
        known = known_uuid(text) or text
        if known in seen:
            raise InvalidInput(f"The id {text} comes twice in one call.")
        seen.add(known)
