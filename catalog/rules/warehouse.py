"""Rules for sources, databases, schemas, tables, columns and external links as callers send them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Required, TypedDict

from catalog.models.rows import HIGHEST_POPULARITY
from catalog.models.warehouse import PLACE_DESCRIPTION_LENGTH
from catalog.rules.batches import Check, check_new, check_row, check_rows, check_updates
from catalog.rules.values import check_count, check_given, check_optional, check_required, check_required_url, check_url


class NewSource(TypedDict, total=False):
    name: Required[str]


class SourceChange(TypedDict, total=False):
    id: Required[str]
    name: str
    deleted_at: datetime | None


class PlaceValues(TypedDict, total=False):
    """Of a database or a schema."""

    description: str | None
    is_hidden: bool | None  # None in a new one alone, as in the values below: it stands for the default
    deleted_at: datetime | None


class NewDatabase(PlaceValues, total=False):
    source_id: Required[str]
    name: Required[str]
    external_id: Required[str]


class NewSchema(PlaceValues, total=False):
    database_id: Required[str]
    name: Required[str]
    external_id: Required[str]


class PlaceChange(PlaceValues, total=False):
    id: Required[str]
    name: str
    external_id: str


class TableValues(TypedDict, total=False):
    external_description: str | None
    url: str | None
    table_type: str | None
    table_size: int | None
    number_of_queries: int | None
    popularity: int | None
    last_refreshed_at: datetime | None
    deleted_at: datetime | None


class NewTable(TableValues, total=False):
    schema_id: Required[str]
    name: Required[str]
    external_id: Required[str]


class TableChange(TableValues, total=False):
    id: Required[str]
    name: str
    external_id: str


class TableDescription(TypedDict, total=False):
    """Of a table of any source, kept through the API or not."""

    id: Required[str]
    external_description: str | None


class ColumnMarks(TypedDict, total=False):
    """Of a column of any source, kept through the API or not."""

    external_description: str | None
    is_pii: bool | None
    is_primary_key: bool | None


class ColumnValues(ColumnMarks, total=False):
    data_type: str
    is_nullable: bool | None
    source_order: int | None
    deleted_at: datetime | None


class NewColumn(ColumnValues, total=False):
    table_id: Required[str]
    name: Required[str]
    external_id: Required[str]


class ColumnChange(ColumnValues, total=False):
    id: Required[str]
    name: str
    external_id: str


class ColumnMetadata(ColumnMarks, total=False):
    id: Required[str]
    description_raw: str | None


class NewLink(TypedDict):
    table_id: str
    technology: str
    url: str


class LinkChange(TypedDict, total=False):
    id: Required[str]
    url: str


class FormerLink(TypedDict):
    id: str


SOURCE: dict[str, Check] = {"name": check_required}
PLACE: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "description": partial(check_optional, longest=PLACE_DESCRIPTION_LENGTH),
    "is_hidden": check_given,
}
TABLE: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "external_description": check_optional,
    "url": check_url,
    "table_type": check_given,
    "table_size": check_count,
    "number_of_queries": check_count,
    "popularity": partial(check_count, highest=HIGHEST_POPULARITY),
}
COLUMN: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "data_type": check_required,
    "external_description": check_optional,
    "description_raw": check_optional,
    "is_nullable": check_given,
}
LINK: dict[str, Check] = {"url": check_required_url, "technology": check_given}


def check_new_source(row: NewSource) -> None:
    check_row(row, NewSource, SOURCE)


def check_source_change(row: SourceChange) -> None:
    check_row(row, SourceChange, SOURCE)


def check_new_databases(rows: Sequence[NewDatabase]) -> None:
    check_new(rows, NewDatabase, PLACE, parent="source_id")


def check_new_schemas(rows: Sequence[NewSchema]) -> None:
    check_new(rows, NewSchema, PLACE, parent="database_id")


def check_place_changes(rows: Sequence[PlaceChange]) -> None:
    """Of databases or of schemas."""
    check_updates(rows, PlaceChange, PLACE)


def check_new_tables(rows: Sequence[NewTable]) -> None:
    check_new(rows, NewTable, TABLE, parent="schema_id")


def check_table_changes(rows: Sequence[TableChange]) -> None:
    """Of tables below the API source."""
    check_updates(rows, TableChange, TABLE)


def check_table_descriptions(rows: Sequence[TableDescription]) -> None:
    check_updates(rows, TableDescription, TABLE)


def check_new_columns(rows: Sequence[NewColumn]) -> None:
    check_new(rows, NewColumn, COLUMN, parent="table_id")


def check_column_changes(rows: Sequence[ColumnChange]) -> None:
    """Of columns below the API source."""
    check_updates(rows, ColumnChange, COLUMN)


def check_column_metadata(rows: Sequence[ColumnMetadata]) -> None:
    check_updates(rows, ColumnMetadata, COLUMN)


def check_new_links(rows: Sequence[NewLink]) -> None:
    check_rows(rows, NewLink, LINK)


def check_link_changes(rows: Sequence[LinkChange]) -> None:
    check_updates(rows, LinkChange, LINK)


def check_former_links(rows: Sequence[FormerLink]) -> None:
    check_updates(rows, FormerLink, LINK)
