"""Tables below the API source, and the source's description of any table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account
from catalog.models import Schema, Table
from catalog.rules.batches import Row
from catalog.rules.tables import check_new_tables, check_table_updates
from catalog.services.descriptions import with_origin
from catalog.services.finding import find_editable, find_locked, lock_api_source
from catalog.services.paths import path_of
from catalog.services.writing import beneath, create_rows, update_rows, write


@transaction.atomic
def create_tables(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Table]:
    """New tables in schemas of the API source.

    NotFound and NotEditable tell of schemas, InvalidInput of values and of an external id that a schema has already.
    """
    check_new_tables(rows)
    lock_api_source(account)
    schemas = find_editable(Schema.objects.visible_to(account), [row["schema_id"] for row in rows])
    given = [with_path(with_origin(row), row["schema"]) for row in beneath("schema", schemas, rows)]
    return create_rows(account, Table, given, parent="schema", now=now)


@transaction.atomic
def update_tables(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Table]:
    """Change tables of the API source; the errors are those of `create_tables`."""
    check_table_updates(rows)
    lock_api_source(account)
    found = find_editable(Table.objects.visible_to(account), [row["id"] for row in rows])
    given = [with_path(with_origin(row), table.schema) for table, row in zip(found, rows, strict=True)]
    update_rows(account, found, given, parent="schema", now=now)
    return found


@transaction.atomic
def update_table_descriptions(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Table]:
    """Write the `external_description` of tables of any source; NotFound for an unknown one."""
    check_table_updates(rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    found = find_locked(Table.objects.visible_to(account), [row["id"] for row in rows])
    write(found, [with_origin(row) for row in rows], now=now)
    return found


def with_path(row: Row, schema: Schema) -> dict[str, Any]:
    """What was given, with the path that follows from a name."""
    return {**row, "path": path_of(schema, row["name"])} if "name" in row else {**row}
