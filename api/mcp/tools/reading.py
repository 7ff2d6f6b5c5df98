"""Tools that read what is known of assets that were found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta

from api.mcp.answers import Answer, address, asked_for, line, moment, percent
from api.mcp.calls import Call
from api.mcp.refusals import Told, none_found
from api.mcp.schemas import of_answer
from api.mcp.tool import Arguments, tool
from api.mcp.tools.searching import PAGING, Offset, listed
from catalog.models import Column, DashboardField, QualityCheck, Table
from catalog.models.assets import AssetKind
from catalog.queries.details import Details, TermDetails, dashboards_in_detail, terms_in_detail
from catalog.queries.finding import FoundAssets, find_asset, find_assets
from catalog.queries.listing import list_columns
from catalog.queries.references import AssetReference, reference_to
from catalog.queries.warehouse_details import ColumnDetails, Join, TableDetails, columns_in_detail, tables_in_detail

MAX_SQL = 1_000  # characters
MAX_DESCRIPTION = 300  # characters of a column's description in a list

Reference = Annotated[str, Meta(min_length=1, max_length=1000)]
ReadmeChars = Annotated[
    int,
    Meta(
        ge=0,
        le=30_000,
        description="Characters of each Read Me; readme_chars in the answer tells its whole length.",
    ),
]
ReadmeOffset = Annotated[int, Meta(ge=0, le=1_000_000, description="Where in the Read Me to begin.")]

DESCRIBED = {
    "description": str,
    "readme": str,
    "readme_chars": int,
    "readme_version": str,
    "tags": [str],
    "owners": [{"name": str, "email": str}],
    "verified": bool,
    "deprecated": bool,
    "popularity": int,
    "url": str,
}
OF_REFERENCES = {
    "returned": int,
    "truncated": bool,
    "left_out": [str],
    "not_found": [{"ref": str, "similar": [str]}],
}


def read_answer(item: Mapping[str, Any]) -> dict[str, Any]:
    return of_answer({"items": [item], **OF_REFERENCES}, required=("items", "returned"))


class Read(Arguments, kw_only=True):
    readme_chars: ReadmeChars = 4000
    readme_offset: ReadmeOffset = 0


# --- Tables ----------------------------------------------------------------------------------------


class GetTables(Read, kw_only=True):
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


def table(details: TableDetails, given: Read) -> dict[str, Any]:
    return described(details, given) | {
        "type": details.asset.table_type,
        "columns": details.columns,
        "parents": details.parents,
        "children": details.children,
        "refreshed": moment(details.asset.last_refreshed_at),
        "column_list": [column_line(column) for column in details.column_list],
        "queries": [{"sql": one.sql[:MAX_SQL], "at": moment(one.at), "by": one.by} for one in details.queries],
        "joins": joined(details.joins),
        "quality": checked(details.quality),
    }


def described(details: Details, given: Read) -> dict[str, Any]:
    """What tables, dashboards and terms have in common, with the part of the Read Me that was asked for."""
    asset, begin = details.asset, given.readme_offset
    return {
        "id": str(details.reference.id),
        "path": details.reference.path,
        "description": asset.external_description,
        "readme": details.readme[begin : begin + given.readme_chars],
        "readme_chars": len(details.readme) or None,
        "readme_version": details.version,
        "tags": details.tags,
        "owners": [{"name": owner.name, "email": owner.email} for owner in details.owners],
        "verified": asset.is_verified,
        "deprecated": asset.is_deprecated,
        "popularity": percent(getattr(asset, "popularity", None)),
        "url": address(details.reference.url),
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


# --- Dashboards and terms --------------------------------------------------------------------------


class GetDashboards(Read, kw_only=True):
    dashboards: Annotated[
        list[Reference],
        Meta(
            min_length=1,
            max_length=20,
            description="Up to 20 dashboards: ids, paths (folder/name) or unique exact names.",
        ),
    ]
    include: Annotated[list[Literal["fields"]], Meta(max_length=1, description="Also: the first 100 fields.")] = []


@tool(
    "Read dashboards",
    "Read what is known of dashboards: Read Me, folder, owners, tags, verified or deprecated, popularity (0-100), "
    "address in the tool; on demand the fields.",
    answer=read_answer({"id": str, "path": str, **DESCRIBED, "tool_url": str, "fields": [{}]}),
)
def get_dashboards(call: Call, given: GetDashboards) -> Answer:
    found = some_found(call, AssetKind.DASHBOARD, given.dashboards)
    details = dashboards_in_detail(call.account, list(found.rows.values()), include=given.include)
    return of_references(
        found,
        (
            described(one, given) | {"tool_url": one.asset.url, "fields": [field(row) for row in one.fields]}
            for one in details
        ),
    )


def field(row: DashboardField) -> dict[str, Any]:
    return {
        "name": row.name,
        "type": row.data_type,
        "role": row.role,
        "description": line(row.description or "", MAX_DESCRIPTION),
    }


class GetTerms(Read, kw_only=True):
    terms: Annotated[
        list[Reference],
        Meta(
            min_length=1,
            max_length=20,
            description="Up to 20 terms: ids, paths (parent/name) or unique exact names.",
        ),
    ]
    include: Annotated[
        list[Literal["assets", "children"]],
        Meta(
            max_length=2,
            description="Also: the terms directly below; up to 50 assets that carry the term's tag.",
        ),
    ] = []


@tool(
    "Read glossary terms",
    "Read terms of the business glossary: the definition, where the term lies, owners, linked tag; on demand the "
    "terms below it and the assets that carry it.",
    answer=read_answer({"id": str, "path": str, **DESCRIBED, "linked_tag": str, "children": [{}], "assets": [{}]}),
)
def get_terms(call: Call, given: GetTerms) -> Answer:
    found = some_found(call, AssetKind.TERM, given.terms)
    details = terms_in_detail(call.account, list(found.rows.values()), include=given.include)
    return of_references(found, (term(one, given) for one in details))


def term(details: TermDetails, given: Read) -> dict[str, Any]:
    return described(details, given) | {
        "linked_tag": details.linked_tag,
        "children": [named(reference) for reference in details.children],
        "assets": [named(reference) | {"kind": reference.kind.value} for reference in details.assets],
    }


def named(reference: AssetReference) -> dict[str, Any]:
    return {"id": str(reference.id), "path": reference.path}


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


# --- What they share -------------------------------------------------------------------------------


def some_found(call: Call, kind: AssetKind, references: Sequence[str]) -> FoundAssets:
    """The assets that were found. Raises Told when none was, and AmbiguousReference."""
    found = find_assets(call.account, kind, references)
    if not found.rows:
        raise Told(none_found(kind.value, found.missing))
    return found


def of_references(found: FoundAssets, items: Iterable[dict[str, Any]]) -> Answer:
    """The items, which are in the order of what was found, by what they were called."""
    return asked_for(dict(zip(found.rows, items, strict=True)), missing=found.missing)


TOOLS = (get_tables, get_columns, get_dashboards, get_terms, list_table_columns)
