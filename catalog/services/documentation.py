"""Documentation of assets of any source, and the columns that follow from a new text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.choices import TableExternalDescriptionSource
from catalog.models import CatalogQuerySet, Dashboard, Table
from catalog.rules.documentation import Documentation, check_documentation, without_images
from catalog.services.bulk import ids_of, record_change, write
from catalog.services.lookups import find_locked, lock_api_source

API = TableExternalDescriptionSource.API  # the same word for columns


@transaction.atomic
def update_tables_documentation(
    account: Account, *, rows: Given[Sequence[Documentation]], by: Actor | None, now: datetime
) -> list[Table]:
    """Overwrite the documentation of these tables, all or none; NotFound for an unknown one."""
    checked = check_once(check_documentation, rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    tables = document(Table.objects.visible_to(account), checked, now=now)
    record_change("update_tables_documentation", account, ids_of(tables), kind="table", by=by, now=now)
    return tables


@transaction.atomic
def update_dashboards_documentation(
    account: Account, *, rows: Given[Sequence[Documentation]], by: Actor | None, now: datetime
) -> list[Dashboard]:
    """The same of dashboards."""
    checked = check_once(check_documentation, rows)
    dashboards = document(Dashboard.objects.visible_to(account), checked, now=now)
    record_change("update_dashboards_documentation", account, ids_of(dashboards), kind="dashboard", by=by, now=now)
    return dashboards


def document(assets: CatalogQuerySet, rows: Sequence[Documentation], *, now: datetime) -> list[Any]:
    """The assets with these texts, without images."""
    locked = find_locked(assets, [row["id"] for row in rows])
    write(locked, [documented(without_images(row["description_raw"])) for row in rows], now=now)
    return locked


def documented(markdown: str) -> dict[str, Any]:
    """The columns of a new text; those that described the text before it are reset."""
    return {
        "description_raw": markdown,
        "description_state_lexical": None,  # the editor's state of a text that is gone
        "is_description_generated": False,
        "last_described_by_user": None,  # a token stands for its account, not for whoever wrote here before
    }


def with_origin(row: Row) -> dict[str, Any]:
    """What was given, and the columns that follow from its texts: the API is their source, and none is generated."""
    follows: dict[str, Any] = {}
    if "external_description" in row:
        follows["external_description_source"] = None if row["external_description"] is None else API
    if row.keys() & {"external_description", "description_raw"}:
        follows["is_description_generated"] = False
    return {**row, **follows}
