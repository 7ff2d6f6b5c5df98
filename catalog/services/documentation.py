"""What people read first about an asset of any source, written by programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account
from catalog.models import CatalogQuerySet, Dashboard, Table
from catalog.rules.batches import Row
from catalog.rules.documentation import check_documentation
from catalog.rules.images import without_images
from catalog.services.descriptions import documented
from catalog.services.finding import find_locked, lock_api_source
from catalog.services.writing import write


@transaction.atomic
def update_tables_documentation(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Table]:
    """Overwrite the documentation of these tables, all or none; NotFound for an unknown one."""
    check_documentation(rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    return document(Table.objects.visible_to(account), rows, now=now)


@transaction.atomic
def update_dashboards_documentation(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Dashboard]:
    """The same of dashboards."""
    check_documentation(rows)
    return document(Dashboard.objects.visible_to(account), rows, now=now)


def document(assets: CatalogQuerySet, rows: Sequence[Row], *, now: datetime) -> list[Any]:
    """The assets with these texts, without images."""
    found = find_locked(assets, [row["id"] for row in rows])
    write(found, [documented(without_images(row["description_raw"])) for row in rows], now=now)
    return found
