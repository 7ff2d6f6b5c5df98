"""Tools that find assets by words: ids, paths and a line of each."""

from typing import Annotated, Any

from msgspec import Meta

from api.mcp.answers import Answer, line, part, percent
from api.mcp.calls import Call
from api.mcp.schemas import of_answer
from api.mcp.tool import Arguments, tool
from catalog.markdown import plain
from catalog.models.assets import AssetKind
from catalog.queries.listing import ListedAsset, Listing, list_assets
from catalog.queries.search import is_behind

MAX_DESCRIPTION = 120  # characters
BEHIND = "Part of what was changed lately is still being indexed: search again in a minute."
PAGING = {
    "returned": int,
    "total": int,
    "total_capped": bool,
    "truncated": bool,
    "next_offset": int,
    "hint": str,
}
FOUND = of_answer(
    {
        "items": [
            {
                "id": str,
                "path": str,
                "description": str,
                "source": str,
                "popularity": int,
                "tags": [str],
                "verified": bool,
                "deprecated": bool,
            }
        ],
        **PAGING,
    },
    required=("items", "returned"),
)
Tag = Annotated[str, Meta(max_length=200, description="Only with this tag: its exact label.")]
Limit = Annotated[int, Meta(ge=1, le=50, description="At most so many.")]
Offset = Annotated[int, Meta(ge=0, le=10_000, description="Skip so many: next_offset of the answer before.")]


class SearchTables(Arguments, kw_only=True):
    query: Annotated[
        str,
        Meta(
            max_length=200,
            description=(
                "Words that all have to occur in the path, in any order and case. Empty: everything, the most "
                "popular first."
            ),
        ),
    ] = ""
    under: Annotated[
        str, Meta(max_length=1000, description="Only below this path: a database, or database.schema.")
    ] = ""
    tag: Tag = ""
    limit: Limit = 20
    offset: Offset = 0


@tool(
    "Search tables",
    "Find tables and views by words of their full path (database.schema.table), below a database or schema, or by "
    "tag. Answers ids, paths and one line of each; read more with get_tables or list_table_columns.",
    answer=FOUND,
)
def search_tables(call: Call, given: SearchTables) -> Answer:
    return found(call, AssetKind.TABLE, given)


class SearchColumns(Arguments, kw_only=True):
    query: Annotated[
        str,
        Meta(
            max_length=200,
            min_length=1,
            description=(
                "Words that all have to occur in the name of the column, in any order and case; 3 letters or "
                "digits at least, unless `under` is given."
            ),
        ),
    ]
    under: Annotated[
        str,
        Meta(
            max_length=1000,
            description="Only below this path: database, database.schema or database.schema.table.",
        ),
    ] = ""
    tag: Tag = ""
    limit: Limit = 20
    offset: Offset = 0


@tool(
    "Search columns",
    "Find columns of any table by words of their name, below a path, or by tag: for example where `customer_id` "
    "occurs. To see one table's columns use list_table_columns. Answers ids, paths and one line of each; read more "
    "with get_columns.",
    answer=FOUND,
)
def search_columns(call: Call, given: SearchColumns) -> Answer:
    return found(call, AssetKind.COLUMN, given)


class SearchDashboards(Arguments, kw_only=True):
    query: Annotated[
        str,
        Meta(
            max_length=200,
            description=(
                "Words that all have to occur in the name, in any order and case. Empty: everything, the most "
                "popular first."
            ),
        ),
    ] = ""
    under: Annotated[str, Meta(max_length=1000, description="Only below this folder: root/folder.")] = ""
    tag: Tag = ""
    limit: Limit = 20
    offset: Offset = 0


@tool(
    "Search dashboards",
    "Find dashboards and reports by words of their name, below a folder, or by tag. Answers ids, paths and one "
    "line of each; read more with get_dashboards.",
    answer=FOUND,
)
def search_dashboards(call: Call, given: SearchDashboards) -> Answer:
    return found(call, AssetKind.DASHBOARD, given)


class SearchTerms(Arguments, kw_only=True):
    query: Annotated[
        str,
        Meta(
            max_length=200,
            description="Words that all have to occur in the name, in any order and case. Empty: everything, by name.",
        ),
    ] = ""
    under: Annotated[str, Meta(max_length=1000, description="Only directly below this term: its id or exact name.")] = (
        ""
    )
    tag: Tag = ""
    limit: Limit = 20
    offset: Offset = 0


@tool(
    "Search glossary terms",
    "Find terms of the business glossary by words of their name, below a term, or by tag: for what a word means in "
    "this company. Answers ids, paths and one line of each; read more with get_terms.",
    answer=FOUND,
)
def search_terms(call: Call, given: SearchTerms) -> Answer:
    return found(call, AssetKind.TERM, given)


Search = SearchTables | SearchColumns | SearchDashboards | SearchTerms


def found(call: Call, kind: AssetKind, given: Search) -> Answer:
    listing = list_assets(
        call.account,
        kind,
        query=given.query,
        under=given.under,
        tag=given.tag,
        limit=given.limit,
        offset=given.offset,
    )
    note = BEHIND if not listing.items and given.query.split() and is_behind(call.account, now=call.now) else ""
    return listed([shown(asset) for asset in listing.items], listing, offset=given.offset, note=note)


def listed(items: list[dict[str, Any]], listing: Listing, *, offset: int, note: str = "", **about: Any) -> Answer:
    """A part of what was found, with how many there are, and what to do when there is nothing."""
    said = f"{hint(listing, offset)} {note}".strip()
    head = {**about, "total": listing.total, "total_capped": listing.is_capped, "hint": said}
    return part(head, items, offset=offset, more=listing.is_truncated)


def hint(listing: Listing, offset: int) -> str:
    """What to make of an answer in which nothing has what was asked; empty of others."""
    if not listing.items and offset and listing.total:
        return "There is nothing at this offset: begin again at 0."
    similar = f" Similar: {', '.join(listing.similar)}." if listing.similar else ""
    if listing.is_partial:
        return f"No name has all of these words; these fit best.{similar}"
    if listing.items:
        return ""
    return f"Nothing was found.{similar} Try fewer or shorter words, another spelling, or leave out under and tag."


def shown(asset: ListedAsset) -> dict[str, Any]:
    return {
        "id": str(asset.reference.id),
        "path": asset.reference.path,
        "description": line(plain(asset.description), MAX_DESCRIPTION),
        "source": asset.source,
        "popularity": percent(asset.popularity),
        "tags": asset.tags,
        "verified": asset.is_verified,
        "deprecated": asset.is_deprecated,
    }


TOOLS = (search_tables, search_columns, search_dashboards, search_terms)
