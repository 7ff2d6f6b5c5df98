"""Columns below the API source, and what people and sources say of any column."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.models import Column, Table
from catalog.rules.batches import Row
from catalog.rules.columns import check_column_updates, check_new_columns
from catalog.services.descriptions import with_origin
from catalog.services.finding import find_editable, find_locked, lock_api_source
from catalog.services.writing import beneath, create_rows, update_rows, write


@transaction.atomic
def create_columns(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Column]:
    """New columns in tables of the API source.

    NotFound and NotEditable tell of tables, InvalidInput of values and of an external id that a table has already.
    """
    check_new_columns(rows)
    lock_api_source(account)
    tables = find_editable(Table.objects.visible_to(account), [row["table_id"] for row in rows])
    given = [
        with_origin(row) | {"source": row["table"].schema.database.source} for row in beneath("table", tables, rows)
    ]
    return create_rows(account, Column, given, parent="table", now=now)


@transaction.atomic
def update_columns(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Column]:
    """Change columns of the API source; the errors are those of `create_columns`."""
    check_column_updates(rows)
    lock_api_source(account)
    columns = Column.objects.visible_to(account).select_related("table")
    found = find_editable(columns, [row["id"] for row in rows])
    update_rows(account, found, [with_origin(row) for row in rows], parent="table", now=now)
    return found


@transaction.atomic
def update_columns_metadata(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Column]:
    """Write descriptions and marks of columns of any source; NotFound for an unknown one."""
    check_column_updates(rows)
    found = find_locked(Column.objects.visible_to(account), [row["id"] for row in rows])
    write(found, [with_origin(row) for row in rows], now=now)
    return found
