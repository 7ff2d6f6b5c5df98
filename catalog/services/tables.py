"""Tables and columns below the API source, and what programs say of any: descriptions, marks, external links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, Row, check_once
from accounts.models import Account
from catalog.index import writing as index
from catalog.models import Column, ExternalLink, Schema, Table
from catalog.models.assets import AssetKind
from catalog.rules import warehouse as rules
from catalog.rules.versions import check_one_each, check_versions
from catalog.services.bulk import beneath, create_rows, ids_of, record_change, update_rows, write
from catalog.services.documentation import with_origin
from catalog.services.lookups import find, find_editable, find_locked, lock_api_source
from catalog.services.warehouse import FELT_BELOW, WORDS, changed_in, path_of


@transaction.atomic
def create_tables(
    account: Account, *, rows: Given[Sequence[rules.NewTable]], by: Actor | None, now: datetime
) -> list[Table]:
    """New tables in schemas of the API source.

    NotFound and NotEditable tell of schemas, InvalidInput of values and of an external id that a schema has already.
    """
    checked = check_once(rules.check_new_tables, rows)
    lock_api_source(account)
    schemas = find_editable(Schema.objects.visible_to(account), [row["schema_id"] for row in checked])
    given = [with_path(with_origin(row), row["schema"]) for row in beneath("schema", schemas, checked)]
    tables = create_rows(account, Table, given, parent="schema", now=now)
    index.refresh(account, {AssetKind.TABLE: ids_of(tables)}, now=now)
    record_change("create_tables", account, ids_of(tables), kind="table", by=by, now=now)
    return tables


@transaction.atomic
def update_tables(
    account: Account, *, rows: Given[Sequence[rules.TableChange]], by: Actor | None, now: datetime
) -> list[Table]:
    """Change tables of the API source; the errors are those of `create_tables`."""
    checked = check_once(rules.check_table_changes, rows)
    lock_api_source(account)
    tables = find_editable(Table.objects.visible_to(account), [row["id"] for row in checked])
    given = [with_path(with_origin(row), table.schema) for table, row in zip(tables, checked, strict=True)]
    felt, said = (ids_of(changed_in(fields, tables, checked)) for fields in (FELT_BELOW, WORDS))
    changed = update_rows(account, tables, given, parent="schema", now=now)
    index.refresh_below(account, "table", felt, also={AssetKind.TABLE: said}, now=now)
    record_change("update_tables", account, ids_of(changed), kind="table", by=by, now=now)
    return tables


@transaction.atomic
def update_table_descriptions(
    account: Account, *, rows: Given[Sequence[rules.TableDescription]], by: Actor | None, now: datetime
) -> list[Table]:
    """Write the `external_description` of tables of any source; NotFound for an unknown one."""
    checked = check_once(rules.check_table_descriptions, rows)
    lock_api_source(account)  # whoever renames what lies above writes the same rows
    tables = find_locked(Table.objects.visible_to(account), [row["id"] for row in checked])
    changed = write(tables, [with_origin(row) for row in checked], now=now)
    index.refresh(account, {AssetKind.TABLE: ids_of(changed)}, now=now)
    record_change("update_table_descriptions", account, ids_of(changed), kind="table", by=by, now=now)
    return tables


def with_path(row: Row, schema: Schema) -> dict[str, Any]:
    """What was given, with the path that follows from a name."""
    return {**row, "path": path_of(schema, row["name"])} if "name" in row else {**row}


@transaction.atomic
def create_columns(
    account: Account, *, rows: Given[Sequence[rules.NewColumn]], by: Actor | None, now: datetime
) -> list[Column]:
    """New columns in tables of the API source.

    NotFound and NotEditable tell of tables, InvalidInput of values and of an external id that a table has already.
    """
    checked = check_once(rules.check_new_columns, rows)
    lock_api_source(account)
    tables = find_editable(Table.objects.visible_to(account), [row["table_id"] for row in checked])
    given = [
        with_origin(row) | {"source": row["table"].schema.database.source} for row in beneath("table", tables, checked)
    ]
    columns = create_rows(account, Column, given, parent="table", now=now)
    index_columns(account, columns, now=now)
    record_change("create_columns", account, ids_of(columns), kind="column", by=by, now=now)
    return columns


@transaction.atomic
def update_columns(
    account: Account, *, rows: Given[Sequence[rules.ColumnChange]], by: Actor | None, now: datetime
) -> list[Column]:
    """Change columns of the API source; the errors are those of `create_columns`."""
    checked = check_once(rules.check_column_changes, rows)
    lock_api_source(account)
    columns = find_editable(Column.objects.visible_to(account).select_related("table"), [row["id"] for row in checked])
    said = changed_in(WORDS, columns, checked)
    changed = update_rows(account, columns, [with_origin(row) for row in checked], parent="table", now=now)
    index_columns(account, said, now=now)
    record_change("update_columns", account, ids_of(changed), kind="column", by=by, now=now)
    return columns


@transaction.atomic
def update_columns_metadata(
    account: Account,
    *,
    rows: Given[Sequence[rules.ColumnMetadata]],
    by: Actor | None,
    now: datetime,
    expected: Sequence[str] | None = None,
) -> list[Column]:
    """Write descriptions and marks of columns of any source, all or none; NotFound for an unknown one.

    `expected` are the versions (`catalog.rules.versions`) of the `description_raw` that the rows replace, one a row,
    empty for none: TextExists for texts that were not named, TextChanged for those that are others by now.
    """
    checked = check_once(rules.check_column_metadata, rows)
    columns = find_locked(Column.objects.visible_to(account), [row["id"] for row in checked])
    if expected is not None:
        check_one_each(columns, expected)
        check_versions([(column.pk, column.description_raw) for column in columns], expected)
    said = changed_in(WORDS, columns, checked)
    changed = write(columns, [with_origin(row) for row in checked], now=now)
    index_columns(account, said, now=now)
    record_change("update_columns_metadata", account, ids_of(changed), kind="column", by=by, now=now)
    return columns


def index_columns(account: Account, columns: Sequence[Column], *, now: datetime) -> None:
    """Index the columns, and the tables that are found by them."""
    tables = {column.table_id for column in columns}
    index.refresh(account, {AssetKind.COLUMN: ids_of(columns), AssetKind.TABLE: tables}, now=now)


@transaction.atomic
def create_external_links(
    account: Account, *, rows: Given[Sequence[rules.NewLink]], by: Actor | None, now: datetime
) -> list[ExternalLink]:
    """New links of tables; NotFound for an unknown table."""
    checked = check_once(rules.check_new_links, rows)
    tables = find(Table.objects.visible_to(account), [row["table_id"] for row in checked])
    links = [
        ExternalLink(account=account, created_at=now, updated_at=now, **values)
        for values in beneath("table", tables, checked)
    ]
    ExternalLink.objects.bulk_create(links)
    record_change("create_external_links", account, ids_of(links), kind="link", by=by, now=now)
    return links


@transaction.atomic
def update_external_links(
    account: Account, *, rows: Given[Sequence[rules.LinkChange]], by: Actor | None, now: datetime
) -> list[ExternalLink]:
    """Give links other addresses; NotFound for an unknown one."""
    checked = check_once(rules.check_link_changes, rows)
    links = find_locked(ExternalLink.objects.visible_to(account), [row["id"] for row in checked])
    changed = write(links, checked, now=now)
    record_change("update_external_links", account, ids_of(changed), kind="link", by=by, now=now)
    return links


@transaction.atomic
def delete_external_links(
    account: Account, *, rows: Given[Sequence[rules.FormerLink]], by: Actor | None, now: datetime
) -> None:
    """Remove links for good; NotFound for an unknown one, and then none is removed."""
    checked = check_once(rules.check_former_links, rows)
    links = find_locked(ExternalLink.objects.visible_to(account), [row["id"] for row in checked])
    ExternalLink.objects.visible_to(account).filter(pk__in=ids_of(links)).delete()
    record_change("delete_external_links", account, ids_of(links), kind="link", by=by, now=now)
