"""Tools that read dashboards and terms."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from api.mcp.answers import Answer, line
from api.mcp.calls import Call
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
from catalog.models import DashboardField
from catalog.models.assets import AssetKind
from catalog.queries.details import DashboardDetails, TermDetails, dashboards_in_detail, terms_in_detail
from catalog.queries.references import AssetReference


class GetDashboards(Arguments, kw_only=True):
    dashboards: Annotated[
        list[Reference],
        Meta(
            min_length=1,
            max_length=20,
            description="Up to 20 dashboards: ids, paths (folder/name) or unique exact names.",
        ),
    ]
    include: Annotated[list[Literal["fields"]], Meta(max_length=1, description="Also: the first 100 fields.")] = []
    readme_chars: ReadmeChars = 4000
    readme_offset: ReadmeOffset = 0


@tool(
    "Read dashboards",
    "Read what is known of dashboards: Read Me, folder, owners, tags, verified or deprecated, popularity (0-100), "
    "address in the tool; on demand the fields.",
    answer=read_answer({"id": str, "path": str, **DESCRIBED, "tool_url": str, "fields": [{}]}),
)
def get_dashboards(call: Call, given: GetDashboards) -> Answer:
    found = some_found(call, AssetKind.DASHBOARD, given.dashboards)
    details = dashboards_in_detail(call.account, list(found.rows.values()), include=given.include)
    return of_references(found, (dashboard(one, given) for one in details))


def dashboard(details: DashboardDetails, given: GetDashboards) -> dict[str, Any]:
    return described(details, offset=given.readme_offset, chars=given.readme_chars) | {
        "tool_url": details.asset.url,
        "fields": [field(row) for row in details.fields],
    }


def field(row: DashboardField) -> dict[str, Any]:
    return {
        "name": row.name,
        "type": row.data_type,
        "role": row.role,
        "description": line(row.description or "", MAX_DESCRIPTION),
    }


class GetTerms(Arguments, kw_only=True):
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
    readme_chars: ReadmeChars = 4000
    readme_offset: ReadmeOffset = 0


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


def term(details: TermDetails, given: GetTerms) -> dict[str, Any]:
    return described(details, offset=given.readme_offset, chars=given.readme_chars) | {
        "linked_tag": details.linked_tag,
        "children": [named(reference) for reference in details.children],
        "assets": [named(reference) | {"kind": reference.kind.value} for reference in details.assets],
    }


def named(reference: AssetReference) -> dict[str, Any]:
    return {"id": str(reference.id), "path": reference.path}
