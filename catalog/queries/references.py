"""How lists name an asset, whatever it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices

from catalog.models import CatalogRow, Column, Dashboard, DashboardField, Table, Term


class Kind(TextChoices):
    """The value is what columns that point to such an asset are called."""

    TABLE = "table", "Table"
    DASHBOARD = "dashboard", "Dashboard"
    TERM = "term", "Term"
    COLUMN = "column", "Column"
    DASHBOARD_FIELD = "dashboard_field", "Field"


@dataclass(frozen=True, slots=True)
class Card:
    """`place` is what the asset lies in: warehouse.public, Company/Sales; nothing for a term at the top."""

    id: UUID
    kind: Kind
    name: str
    place: str
    url: str

    @property
    def path(self) -> str:
        """Place and name in one line."""
        between = "." if self.kind in {Kind.TABLE, Kind.COLUMN} else "/"
        return f"{self.place}{between}{self.name}" if self.place else self.name


# To each model its kind and its place. A column needs its table, a field its dashboard, a term its parent loaded.
KNOWN: dict[type[CatalogRow], tuple[Kind, Callable[[Any], str]]] = {
    Table: (Kind.TABLE, lambda row: row.path.removesuffix(f".{row.name}")),
    Dashboard: (Kind.DASHBOARD, lambda row: row.folder_path),
    Term: (Kind.TERM, lambda row: row.parent_term.name if row.parent_term else ""),
    Column: (Kind.COLUMN, lambda row: row.table.path),
    DashboardField: (Kind.DASHBOARD_FIELD, lambda row: row.dashboard.name),
}


def card(row: Any) -> Card:
    kind, place = KNOWN[type(row)]
    return Card(id=row.pk, kind=kind, name=row.name, place=place(row), url=row.get_absolute_url())


def target(row: CatalogRow, prefix: str = "") -> Card:
    """The card of the one asset that this row points to by its columns `prefix` and kind."""
    return next(card(asset) for asset in pointed(row, prefix) if asset is not None)


def pointed(row: CatalogRow, prefix: str) -> Iterable[Any]:
    return (getattr(row, f"{prefix}{kind.value}", None) for kind in Kind)
