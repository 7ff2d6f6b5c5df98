"""How an asset of any kind is named in lists: what it is, what it lies in, where its page is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from catalog.models import CatalogRow
from catalog.models.assets import KINDS, AssetKind


@dataclass(frozen=True, slots=True)
class AssetReference:
    """`place` is what the asset lies in: warehouse.public, Company/Sales; nothing for a term at the top."""

    id: UUID
    kind: AssetKind
    name: str
    place: str
    url: str

    @property
    def path(self) -> str:
        """Place and name in one line."""
        return joined(self.kind, self.place, self.name)


def joined(kind: AssetKind, place: str, name: str) -> str:
    return f"{place}{separator(kind)}{name}" if place else name


def separator(kind: AssetKind) -> str:
    """What stands between the parts of a path."""
    return "." if kind in {AssetKind.TABLE, AssetKind.COLUMN} else "/"


# What a reference says of each kind beside its name, as a look-up from its row. A table's path ends in its name.
PLACE_COLUMNS: Mapping[AssetKind, str] = {
    AssetKind.TABLE: "path",
    AssetKind.DASHBOARD: "folder_path",
    AssetKind.TERM: "parent_term__name",
    AssetKind.COLUMN: "table__path",
    AssetKind.DASHBOARD_FIELD: "dashboard__name",
}


def reference_to(row: Any) -> AssetReference:
    """The reference to this asset, whose `columns_of` were read."""
    kind = KINDS[type(row)]
    return AssetReference(id=row.pk, kind=kind, name=row.name, place=place_of(row, kind), url=row.get_absolute_url())


def place_of(row: Any, kind: AssetKind) -> str:
    if kind == AssetKind.TERM and row.parent_term is None:
        return ""
    place: str = attrgetter(PLACE_COLUMNS[kind].replace("__", "."))(row)
    return place.removesuffix(f".{row.name}") if kind == AssetKind.TABLE else place


def reference_from(row: CatalogRow, prefix: str = "") -> AssetReference:
    """The reference to the one asset that this row points to by its columns `prefix` and kind."""
    assets = (getattr(row, f"{prefix}{kind}", None) for kind in AssetKind)
    return next(reference_to(asset) for asset in assets if asset is not None)


def columns_of(kinds: Iterable[AssetKind], prefix: str = "") -> list[str]:
    """What `only` takes to read references from rows that point to assets of these kinds."""
    return [f"{prefix}{kind}__{column}" for kind in kinds for column in ("name", PLACE_COLUMNS[kind])]


def joins_of(kinds: Iterable[AssetKind], prefix: str = "") -> list[str]:
    """The same, as `select_related` takes it."""
    return [f"{prefix}{kind}__{PLACE_COLUMNS[kind]}".rpartition("__")[0] for kind in kinds]
