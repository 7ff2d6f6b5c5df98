"""What may be pinned to what."""

from collections.abc import Sequence

from catalog.models.knowledge import PINNED_FROM, PINNED_TO
from catalog.rules.assets import Asset, Ends, check_each, check_kind, named
from catalog.rules.batches import Row


def check_pins(rows: Sequence[Row]) -> None:
    """Of pins to make or to remove: each row has `from` and `to`, with the `type` and `id` of an asset."""
    check_each(rows, check_pin)


def check_pin(row: Row) -> None:
    check_kind(asset(row["from"]), PINNED_FROM)
    check_kind(asset(row["to"]), PINNED_TO)


def pin_ends(row: Row) -> Ends:
    return {f"{side}_{asset(row[side])[0]}_id": asset(row[side]) for side in ("from", "to")}


def asset(target: Row) -> Asset:
    return named(target["type"], target["id"])
