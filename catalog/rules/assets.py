"""How a call names an asset: by its type, DASHBOARD_FIELD, and its id."""

from collections.abc import Collection

from catalog.errors import InvalidInput
from catalog.ids import known_uuid

NamedAsset = tuple[str, str]  # the kind, as columns that point to it are called (dashboard_field), and the id's text
Associated = dict[str, NamedAsset]  # the columns of an association, and the asset that each is to point to


def named_asset(type_: str, id_: str) -> NamedAsset:
    return type_.lower(), id_


def check_kind(asset: NamedAsset, kinds: Collection[str]) -> None:
    """InvalidInput for an asset of another kind than these."""
    if asset[0] not in kinds:
        raise InvalidInput(f"{asset[0].upper()} is none of {', '.join(kinds).upper()}.")


def is_same(one: NamedAsset, other: NamedAsset) -> bool:
    """Whether they name one asset; in capitals an id is no other."""
    return one[0] == other[0] and (known_uuid(one[1]) or one[1]) == (known_uuid(other[1]) or other[1])
