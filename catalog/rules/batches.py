"""How rows may be sent together, and that they are checked once.

A row is a mapping of what was given, one TypedDict a noun: a field that is absent is left as it is, None is an explicit
null, and a field that the noun does not have is refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from catalog.errors import InvalidInput
from catalog.ids import known_uuid

MAX_ROWS = 500  # in a call

Row = Mapping[str, Any]
Check = Callable[[str, Any], None]  # of a field's words and its value; raises InvalidInput
Checks = Mapping[str, Check]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What a rule has let through: a door may check first and call the service later, which asks no second time."""

    rule: Callable[[T], None]
    given: T


Given: TypeAlias = T | Checked[T]  # what services take


def check_once(rule: Callable[[T], None], given: Given[T]) -> T:
    """What was given, when the rule lets it through or has done so already. Raises what the rule does."""
    if isinstance(given, Checked) and given.rule is rule:
        return given.given
    rows = given.given if isinstance(given, Checked) else given
    rule(rows)
    return rows


def check_batch(rows: Sequence[object]) -> None:
    """InvalidInput if a call may not bring so many."""
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"A call takes at most {MAX_ROWS} rows, not {len(rows):,}.")


def check_new(rows: Sequence[Row], noun: type, checks: Checks, *, parent: str) -> None:
    """InvalidInput unless these rows of the noun may be created, each in the parent whose id is in that field."""
    check_rows(rows, noun, checks)
    check_unique("external id", ((same_id(row[parent]), row["external_id"]) for row in rows))


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
            check(field.replace("_", " "), row[field])


def check_fields(row: Row, noun: Any) -> None:
    """InvalidInput for a field that this TypedDict does not have, or for one that is missing."""
    if unknown := row.keys() - noun.__annotations__.keys():
        raise InvalidInput(f"There is no such field here: {', '.join(sorted(unknown))}.")
    if missing := noun.__required_keys__ - row.keys():
        raise InvalidInput(f"The {', '.join(sorted(missing)).replace('_', ' ')} may not be missing.")


def check_unique(words: str, keys: Iterable[tuple[str, str]]) -> None:
    """InvalidInput that names a key, a parent and what is unique in it, that comes twice."""
    seen = set()
    for key in keys:
        if key in seen:
            raise InvalidInput(f"The {words} {key[1]} comes twice in one call.")
        seen.add(key)


def same_id(text: str) -> str:
    """The one spelling of an id: in capitals it is no other."""
    return str(known_uuid(text) or text)
