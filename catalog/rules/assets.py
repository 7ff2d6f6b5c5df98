"""How a call names an asset: by its type, DASHBOARD_FIELD, and its id."""

from collections.abc import Callable, Collection, Sequence

from catalog.errors import InvalidInput
from catalog.ids import known_uuid
from catalog.rules.batches import Row, by_number, check_batch

Asset = tuple[str, str]  # the kind, as columns that point to it are called (dashboard_field), and the id's text
Ends = dict[str, Asset]  # the columns of a link, and what each of them is to hold


def named(type_: str, id_: str) -> Asset:
    return type_.lower(), id_


def check_kind(asset: Asset, kinds: Collection[str]) -> None:
    """InvalidInput for an asset of another kind than these."""
    if asset[0] not in kinds:
        raise InvalidInput(f"{asset[0].upper()} is none of {', '.join(kinds).upper()}.")


def is_same(one: Asset, other: Asset) -> bool:
    """Whether they name one asset; in capitals an id is no other."""
    return one[0] == other[0] and (known_uuid(one[1]) or one[1]) == (known_uuid(other[1]) or other[1])


def check_each(rows: Sequence[Row], check: Callable[[Row], None]) -> None:
    """Check a batch row by row."""
    check_batch(rows)
    by_number(rows, check)
