"""The kinds of assets that others point to: the value is what columns that do so are called."""

from collections.abc import Mapping

from django.db.models import TextChoices

from catalog.models.dashboards import Dashboard, DashboardField
from catalog.models.knowledge import Term
from catalog.models.rows import CatalogRow
from catalog.models.warehouse import Column, Table


class AssetKind(TextChoices):
    TABLE = "table", "Table"
    DASHBOARD = "dashboard", "Dashboard"
    TERM = "term", "Term"
    COLUMN = "column", "Column"
    DASHBOARD_FIELD = "dashboard_field", "Field"


MODELS: Mapping[str, type[CatalogRow]] = {
    AssetKind.TABLE: Table,
    AssetKind.DASHBOARD: Dashboard,
    AssetKind.TERM: Term,
    AssetKind.COLUMN: Column,
    AssetKind.DASHBOARD_FIELD: DashboardField,
}
KINDS: Mapping[type, AssetKind] = {model: AssetKind(kind) for kind, model in MODELS.items()}
