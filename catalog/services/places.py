"""Databases and schemas below the API source."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account
from catalog.models import Database, Schema, Source, Table
from catalog.rules import places as rules
from catalog.rules.batches import Row
from catalog.services.finding import find_editable, lock_api_source
from catalog.services.paths import rewrite_paths
from catalog.services.writing import beneath, create_rows, update_rows


@transaction.atomic
def create_databases(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Database]:
    """New databases in the API source. NotFound and NotEditable tell of the source, InvalidInput of an external id."""
    rules.check_new_databases(rows)
    lock_api_source(account)
    sources = find_editable(Source.objects.visible_to(account), [row["source_id"] for row in rows])
    return create_rows(account, Database, beneath("source", sources, rows), parent="source", now=now)


@transaction.atomic
def update_databases(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Database]:
    """Change databases of the API source; a new name goes into the paths of all tables below."""
    rules.check_place_updates(rows)
    lock_api_source(account)
    found = find_editable(Database.objects.visible_to(account), [row["id"] for row in rows])
    renamed = [database for database, row in zip(found, rows, strict=True) if is_renamed(database, row)]
    update_rows(account, found, rows, parent="source", now=now)
    if renamed:
        rewrite_paths(Table.objects.visible_to(account).filter(schema__database__in=renamed))
    return found


@transaction.atomic
def create_schemas(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Schema]:
    """New schemas in databases of the API source; the errors are those of `create_databases`."""
    rules.check_new_schemas(rows)
    lock_api_source(account)
    databases = find_editable(Database.objects.visible_to(account), [row["database_id"] for row in rows])
    return create_rows(account, Schema, beneath("database", databases, rows), parent="database", now=now)


@transaction.atomic
def update_schemas(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Schema]:
    """Change schemas of the API source; a new name goes into the paths of all tables below."""
    rules.check_place_updates(rows)
    lock_api_source(account)
    found = find_editable(Schema.objects.visible_to(account), [row["id"] for row in rows])
    renamed = [schema for schema, row in zip(found, rows, strict=True) if is_renamed(schema, row)]
    update_rows(account, found, rows, parent="database", now=now)
    if renamed:
        rewrite_paths(Table.objects.visible_to(account).filter(schema__in=renamed))
    return found


def is_renamed(place: Any, row: Row) -> bool:
    """Whether the row gives this place, as it was before, another name."""
    return bool(row.get("name", place.name) != place.name)
