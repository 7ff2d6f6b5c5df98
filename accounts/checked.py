"""What callers send is checked once: by the door that took it, else by the service that it is given to.

A row is a mapping of what was given, one TypedDict a noun: a field that is absent is left as it is, None is an explicit
null, and a field that the noun does not have is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

Row = Mapping[str, Any]
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


@lru_cache(1_000)
def api_name(field: str) -> str:
    """A field as the public API spells it: externalId for external_id."""
    first, *others = field.split("_")
    return first + "".join(map(str.capitalize, others))


def wrong_fields(row: Row, noun: Any) -> str:
    """A sentence on fields that this TypedDict does not have, or that the row may not lack; empty when all is well."""
    if unknown := row.keys() - noun.__annotations__.keys():
        return f"There is no such field here: {', '.join(map(api_name, sorted(unknown)))}."
    if missing := noun.__required_keys__ - row.keys():
        return f"{', '.join(map(api_name, sorted(missing)))} may not be missing."
    return ""
