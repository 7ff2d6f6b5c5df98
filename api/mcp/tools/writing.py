"""Tools that write: each names the text that it replaces by its version, so that none is lost."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from msgspec import Meta

from api.mcp.answers import Answer, address, done, single
from api.mcp.calls import Call
from api.mcp.refusals import Told, none_found, telling_of_columns, telling_of_text
from api.mcp.schemas import of_answer
from api.mcp.tool import Arguments, tool
from api.mcp.tools.details import Reference
from catalog.models.assets import AssetKind
from catalog.queries.finding import find_asset, find_assets, find_tag
from catalog.queries.references import reference_to
from catalog.rules.knowledge import NewTerm
from catalog.rules.versions import version_of
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from catalog.services.knowledge import create_term as create
from catalog.services.tables import update_columns_metadata

WRITTEN = of_answer(
    {"id": str, "path": str, "url": str, "readme_version": str, "readme_chars": int},
    required=("id", "path", "url"),
)
UPDATES: dict[AssetKind, Callable[..., Any]] = {
    AssetKind.TABLE: update_tables_documentation,
    AssetKind.DASHBOARD: update_dashboards_documentation,
    AssetKind.TERM: update_terms_documentation,
}


class Readme(Arguments, kw_only=True):
    readme: Annotated[str, Meta(min_length=1, max_length=100_000, description="Markdown. An image is left out.")]
    mode: Annotated[Literal["append", "replace"], Meta(description="append puts it below what is there.")] = "replace"
    expected_version: Annotated[
        str,
        Meta(
            max_length=20,
            description=("readme_version of the text that you read and that this replaces; needed when there is one."),
        ),
    ] = ""


class TableReadme(Readme, kw_only=True):
    table: Annotated[Reference, Meta(description="Id or full path.")]


@tool(
    "Write a table's Read Me",
    "Replace or extend the Read Me of a table. Read it first (get_tables); a text that is there is only replaced "
    "with its readme_version as expected_version.",
    answer=WRITTEN,
    destructive=True,
    idempotent=False,
)
def update_table_readme(call: Call, given: TableReadme) -> Answer:
    return written(call, AssetKind.TABLE, given.table, given)


class DashboardReadme(Readme, kw_only=True):
    dashboard: Annotated[Reference, Meta(description="Id, path or unique exact name.")]


@tool(
    "Write a dashboard's Read Me",
    "Replace or extend the Read Me of a dashboard. Read it first (get_dashboards); a text that is there is only "
    "replaced with its readme_version as expected_version.",
    answer=WRITTEN,
    destructive=True,
    idempotent=False,
)
def update_dashboard_readme(call: Call, given: DashboardReadme) -> Answer:
    return written(call, AssetKind.DASHBOARD, given.dashboard, given)


class TermReadme(Readme, kw_only=True):
    term: Annotated[Reference, Meta(description="Id, path or unique exact name.")]


@tool(
    "Write a glossary term's Read Me",
    "Replace or extend the text of a glossary term. Read it first (get_terms); a text that is there is only "
    "replaced with its readme_version as expected_version.",
    answer=WRITTEN,
    destructive=True,
    idempotent=False,
)
def update_term_readme(call: Call, given: TermReadme) -> Answer:
    return written(call, AssetKind.TERM, given.term, given)


def written(call: Call, kind: AssetKind, reference: str, given: Readme) -> Answer:
    row = find_asset(call.account, [kind], reference)
    path = reference_to(row).path
    with telling_of_text(path):
        [changed] = UPDATES[kind](
            call.account,
            rows=[{"id": str(row.pk), "description_markdown": given.readme}],
            by=call.actor,
            now=call.now,
            expected=[given.expected_version],
            append=given.mode == "append",
        )
    return described(changed, path)


def described(row: Any, path: str) -> Answer:
    text = row.description_raw or ""
    return single(
        {
            "id": str(row.pk),
            "path": path,
            "url": address(row.get_absolute_url()),
            "readme_version": version_of(text),
            "readme_chars": len(text),
        }
    )


class Update(Arguments, kw_only=True):
    column: Annotated[Reference, Meta(description="Id or full path.")]
    description: Annotated[
        str,
        Meta(min_length=1, max_length=10_000, description="Plain text or Markdown, a sentence or two."),
    ]
    expected_version: Annotated[
        str,
        Meta(
            max_length=20,
            description=(
                "description_version of the text that this replaces; needed when somebody wrote one in Catalog."
            ),
        ),
    ] = ""


class UpdateColumnDescription(Arguments, kw_only=True):
    updates: Annotated[
        list[Update],
        Meta(min_length=1, max_length=100, description="1 to 100 columns; all are written, or none."),
    ]


@tool(
    "Describe columns",
    "Write the descriptions of up to 100 columns, also of several tables. Read them first (list_table_columns; "
    "get_columns tells the description_version); a text that somebody wrote in Catalog is only replaced with its "
    "description_version as expected_version.",
    answer=of_answer(
        {"items": [{"id": str, "path": str, "description_version": str}], "returned": int},
        required=("items", "returned"),
    ),
    destructive=True,
)
def update_column_description(call: Call, given: UpdateColumnDescription) -> Answer:
    found = find_assets(call.account, AssetKind.COLUMN, [update.column for update in given.updates])
    if found.missing:
        raise Told(f"Nothing was written. {none_found(AssetKind.COLUMN.value, found.missing)}")
    paths = {row.pk: reference_to(row).path for row in found.rows.values()}
    with telling_of_columns(paths):
        changed = update_columns_metadata(
            call.account,
            rows=[
                {"id": str(found.rows[update.column].pk), "description_raw": update.description}
                for update in given.updates
            ],
            by=call.actor,
            now=call.now,
            expected=[update.expected_version for update in given.updates],
        )
    items = [
        {"id": str(row.pk), "path": paths[row.pk], "description_version": version_of(row.description_raw)}
        for row in changed
    ]
    return done(items)


class CreateTerm(Arguments, kw_only=True):
    name: Annotated[
        str,
        Meta(min_length=1, max_length=255, description="What people call it; unlike every other term's name."),
    ]
    description: Annotated[str, Meta(min_length=1, max_length=100_000, description="Markdown: the definition first.")]
    parent: Annotated[
        str, Meta(max_length=1000, description="The term it lies below: id, path or unique exact name.")
    ] = ""
    tag: Annotated[
        str,
        Meta(max_length=200, description="Exact label of a tag to link, which stands for the term on assets."),
    ] = ""
    allow_duplicate: Annotated[bool, Meta(description="Also when a term of that name exists.")] = False


@tool(
    "Create a glossary term",
    "Add a term to the business glossary. Search for it first (search_terms): a name that exists already is refused.",
    answer=WRITTEN,
    idempotent=False,
)
def create_term(call: Call, given: CreateTerm) -> Answer:
    row: NewTerm = {"name": given.name, "description": given.description}
    if given.parent:
        row["parent_term_id"] = str(find_asset(call.account, [AssetKind.TERM], given.parent).pk)
    if given.tag:
        row["linked_tag_id"] = str(find_tag(call.account, given.tag).pk)
    term = create(
        call.account,
        row=row,
        by=call.actor,
        now=call.now,
        allow_duplicate=given.allow_duplicate,
    )
    return described(term, reference_to(term).path)


TOOLS = (
    update_table_readme,
    update_dashboard_readme,
    update_term_readme,
    update_column_description,
    create_term,
)
