"""Tools that read what is known of tables and columns, and all tools that read assets in the order of tools/list."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta

from api.mcp.answers import Answer, address, line, moment
from api.mcp.calls import Call
from api.mcp.schemas import of_answer
from api.mcp.tool import Arguments, tool
from api.mcp.tools.details import (
    DESCRIBED,
    MAX_DESCRIPTION,
    ReadmeChars,
    ReadmeOffset,
    Reference,
    described,
    of_references,
    read_answer,
    some_found,
)
from api.mcp.tools.knowledge import get_dashboards, get_terms
from api.mcp.tools.searching import PAGING, Offset, listed
from catalog.models import Column, QualityCheck, Table
from catalog.models.assets import AssetKind
from catalog.queries.finding import find_asset
from catalog.queries.listing import list_columns
from catalog.queries.references import reference_to
from catalog.queries.warehouse_details import ColumnDetails, Join, TableDetails, columns_in_detail, tables_in_detail

# --- Tables ----------------------------------------------------------------------------------------


class GetTables(Arguments, kw_only=True):
    tables: Annotated[
        list[Reference], Meta(min_length=1, max_length=20, description="Up to 20 tables: ids or full paths.")
    ]
    include: Annotated[
        list[Literal["columns", "joins", "quality", "queries"]],
        Meta(
            max_length=4,
            description="Also: the first 100 columns; 5 recent SQL queries; what it is joined with; quality checks.",
        ),
    ] = []
    readme_chars: ReadmeChars = 4000
    readme_offset: ReadmeOffset = 0


@tool(
    "Read tables",
    "Read what is known of tables: Read Me, owners, tags, verified or deprecated, popularity (0-100), how many "
    "columns, parents and children; on demand columns, SQL that ran on it, joins and quality checks. For many "
    "columns use list_table_columns.",
    answer=read_answer(
        {
            "id": str,
            "path": str,
            "type": str,
            **DESCRIBED,
            "columns": int,
            "parents": int,
            "children": int,
            "refreshed": str,
            "column_list": [{}],
            "queries": [{}],
            "joins": [{}],
            "quality": [{}],
        }
    ),
)
def get_tables(call: Call, given: GetTables) -> Answer:
    found = some_found(call, AssetKind.TABLE, given.tables)
    details = tables_in_detail(call.account, list(found.rows.values()), include=given.include)
    return of_references(found, (table(one, given) for one in details))


def table(details: TableDetails, given: GetTables) -> dict[str, Any]:
    return described(details, offset=given.readme_offset, chars=given.readme_chars) | {
        "type": details.asset.table_type,
        "columns": details.columns,
        "parents": details.parents,
        "children": details.children,
        "refreshed": moment(details.asset.last_refreshed_at),
        "column_list": [column_line(column) for column in details.column_list],
        "queries": [{"sql": one.sql, "at": moment(one.at), "by": one.by} for one in details.queries],
        "joins": joined(details.joins),
        "quality": checked(details.quality),
    }


# --- Columns ---------------------------------------------------------------------------------------


class GetColumns(Arguments, kw_only=True):
    columns: Annotated[
        list[Reference], Meta(min_length=1, max_length=50, description="Up to 50 columns: ids or full paths.")
    ]
    include: Annotated[
        list[Literal["joins", "quality"]],
        Meta(max_length=2, description="Also: the columns that it is joined with; quality checks."),
    ] = []


@tool(
    "Read columns",
    "Read what is known of single columns, also of several tables: type, description, key, personal data; on "
    "demand joins and quality checks.",
    answer=read_answer(
        {
            "id": str,
            "path": str,
            "type": str,
            "description": str,
            "description_version": str,
            "primary_key": bool,
            "pii": bool,
            "not_null": bool,
            "tags": [str],
            "url": str,
            "joins": [{}],
            "quality": [{}],
        }
    ),
)
def get_columns(call: Call, given: GetColumns) -> Answer:
    found = some_found(call, AssetKind.COLUMN, given.columns)
    details = columns_in_detail(call.account, list(found.rows.values()), include=given.include)
    return of_references(found, map(column, details))


def column(details: ColumnDetails) -> dict[str, Any]:
    row = details.column
    return {
        "id": str(row.pk),
        "path": details.path,
        **column_marks(row),
        "description": row.description,
        "description_version": details.version,
        "tags": details.tags,
        "url": address(details.url),
        "joins": joined(details.joins),
        "quality": checked(details.quality),
    }


def column_line(row: Column) -> dict[str, Any]:
    """A column in the list of its table: the table's path and its name say which it is, and an id costs more."""
    return {"name": row.name, **column_marks(row), "description": line(row.description, MAX_DESCRIPTION)}


def column_marks(row: Column) -> dict[str, Any]:
    return {
        "type": row.data_type,
        "primary_key": bool(row.is_primary_key),
        "pii": bool(row.is_pii),
        "not_null": not row.is_nullable,
    }


def joined(joins: Sequence[Join]) -> list[dict[str, Any]]:
    return [{"columns": list(join.columns), "count": join.count} for join in joins]


def checked(checks: Sequence[QualityCheck]) -> list[dict[str, Any]]:
    return [{"name": check.name, "status": check.status, "at": moment(check.run_at)} for check in checks]


# --- Columns of a table ----------------------------------------------------------------------------


class ListTableColumns(Arguments, kw_only=True):
    table: Annotated[str, Meta(min_length=1, max_length=1000, description="Id or full path of the table.")]
    query: Annotated[
        str,
        Meta(max_length=200, description="Only columns whose name or description holds all these words."),
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=500, description="At most so many.")] = 100
    offset: Offset = 0


@tool(
    "List a table's columns",
    "All columns of one table in their order: name, type, description, primary key, personal data, NOT NULL. Use "
    "it before you write SQL. A column's path is the table's path, a dot and its name.",
    answer=of_answer(
        {
            "items": [
                {
                    "name": str,
                    "type": str,
                    "description": str,
                    "primary_key": bool,
                    "pii": bool,
                    "not_null": bool,
                }
            ],
            **PAGING,
            "table": str,
            "url": str,
        },
        required=("items", "returned"),
    ),
)
def list_table_columns(call: Call, given: ListTableColumns) -> Answer:
    row: Table = find_asset(call.account, [AssetKind.TABLE], given.table)
    listing = list_columns(call.account, row, query=given.query, limit=given.limit, offset=given.offset)
    about = {"table": reference_to(row).path, "url": address(row.get_absolute_url())}
    return listed([column_line(one) for one in listing.items], listing, offset=given.offset, **about)


TOOLS = (get_tables, get_columns, get_dashboards, get_terms, list_table_columns)
