"""How a call says what somebody owns: `target_entities`, each with `entity_type` and `entity_id`."""

from collections.abc import Sequence

from catalog.errors import InvalidInput
from catalog.models.people import OWNED
from catalog.rules.assets import Ends, check_each, check_kind, named
from catalog.rules.batches import Row


def check_owner(row: Row) -> None:
    """Of ownerships to make. InvalidInput without targets: nobody is made the owner of everything."""
    if row.get("target_entities") is None:
        raise InvalidInput("The target entities may not be missing.")
    check_former_owner(row)


def check_former_owner(row: Row) -> None:
    """Of ownerships to remove; without targets, all of them."""
    check_each(targets(row), check_target)


def check_target(target: Row) -> None:
    if target.get("entity_type") is None or target.get("entity_id") is None:
        raise InvalidInput("A target has both an entity type and an entity id.")
    check_kind(named(target["entity_type"], target["entity_id"]), OWNED)


def targets(row: Row) -> Sequence[Row]:
    return row.get("target_entities") or ()


def target_ends(target: Row) -> Ends:
    asset = named(target["entity_type"], target["entity_id"])
    return {f"{asset[0]}_id": asset}
