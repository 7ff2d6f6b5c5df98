"""Tools that follow lineage: what is made from what, and what a change would break."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from api.mcp.answers import Answer, moment, part, percent
from api.mcp.calls import Call
from api.mcp.schemas import of_answer
from api.mcp.tool import Arguments, tool
from api.mcp.tools.searching import Offset
from catalog.models.assets import AssetKind
from catalog.queries.finding import find_asset
from catalog.queries.impact import Affected
from catalog.queries.impact import assess_impact as assessed
from catalog.queries.lineage import Direction
from catalog.queries.references import reference_to
from catalog.queries.walks import Edge, Numbered, walk

STARTS = (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.COLUMN)
PAGING = {"returned": int, "total": int, "truncated": bool, "next_offset": int}
NODE = {"n": int, "id": str, "path": str, "kind": str, "step": int, "popularity": int}


class GetLineage(Arguments, kw_only=True):
    asset: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1000,
            description="A table, dashboard or column: id or path, or a dashboard's unique exact name.",
        ),
    ]
    direction: Annotated[
        Literal["both", "downstream", "upstream"],
        Meta(description="upstream: what it is made from; downstream: what is made from it."),
    ] = "both"
    depth: Annotated[int, Meta(ge=1, le=5, description="Steps away.")] = 1
    kinds: Annotated[
        list[Literal["column", "dashboard", "dashboard_field", "table"]],
        Meta(max_length=4, description="Show only these; others are still walked through. Empty: all."),
    ] = []
    limit: Annotated[int, Meta(ge=1, le=200, description="Assets at most, the nearest first.")] = 50
    offset: Offset = 0


@tool(
    "Trace lineage",
    "Follow what a table, dashboard or column is made from (upstream) or what is made from it (downstream), up to "
    "5 steps. `edges` point with `from` and `to` at `n` of `nodes`; `how` tells who found the edge. For what "
    "breaks after a change use assess_impact.",
    answer=of_answer(
        {
            "asset": str,
            "nodes": [NODE],
            "edges": [{"from": int, "to": int, "how": str, "refreshed": str}],
            "steps": [{"step": int, "direction": str, "assets": int}],
            "complete": bool,
            "why_incomplete": str,
            **PAGING,
        },
        required=("asset", "nodes", "edges", "complete"),
    ),
)
def get_lineage(call: Call, given: GetLineage) -> Answer:
    row = find_asset(call.account, STARTS, given.asset)
    directions = [way for way in Direction if given.direction in {"both", way.name.lower()}]
    kinds = [AssetKind(kind) for kind in given.kinds]
    walked = walk(call.account, row, directions=directions, depth=given.depth, kinds=kinds)
    nodes, _ = walked.page(given.offset, given.limit)
    end = given.offset + len(nodes)
    head = {
        "asset": reference_to(row).path,
        "steps": [
            {"step": step, "direction": way.name.lower(), "assets": assets}
            for (step, way), assets in walked.steps.items()
        ],
        "complete": not walked.why_incomplete,
        "why_incomplete": walked.why_incomplete,
        "total": len(walked.nodes),
    }
    shown = part(head, [node(one) for one in nodes], offset=given.offset, more=end < len(walked.nodes), key="nodes")

    def build(kept: int) -> dict[str, Any]:
        _, edges = walked.page(given.offset, kept)
        return shown.build(kept) | {"edges": [edge(one) for one in edges]}

    return Answer(build, shown.items)


def node(one: Numbered) -> dict[str, Any]:
    return {
        "n": one.number,
        "id": str(one.id),
        "path": one.path,
        "kind": one.kind.value,
        "step": one.step,
        "popularity": percent(one.popularity),
    }


def edge(one: Edge) -> dict[str, Any]:
    return {"from": one.parent, "to": one.child, "how": one.how, "refreshed": moment(one.refreshed_at)}


class AssessImpact(Arguments, kw_only=True):
    asset: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1000,
            description=(
                "The table, column or dashboard that is to be dropped, renamed or changed: id or path, or a "
                "dashboard's unique exact name."
            ),
        ),
    ]
    limit: Annotated[
        int,
        Meta(
            ge=1,
            le=200,
            description="Affected assets listed at most, the nearest and most popular first; the totals count all.",
        ),
    ] = 50
    offset: Offset = 0


@tool(
    "Assess the impact of a change",
    "What breaks if this table, column or dashboard is dropped, renamed or changed: everything downstream to the "
    "end, columns included, each marked `certain` (column lineage says so) or `possible` (only its table is "
    "downstream), with the owners to tell. `complete` false means that there may be more: say so to the user.",
    answer=of_answer(
        {
            "asset": str,
            "level": str,
            "affected": {"tables": int, "dashboards": int, "columns": int},
            "items": [{**NODE, "certainty": str, "via": str, "owners": [str]}],
            "notify": [{"name": str, "email": str, "owns": int}],
            "recent_users": [str],
            "complete": bool,
            "why_incomplete": str,
            "as_of": str,
            **PAGING,
        },
        required=("asset", "affected", "items", "complete"),
    ),
)
def assess_impact(call: Call, given: AssessImpact) -> Answer:
    row = find_asset(call.account, STARTS, given.asset)
    impact = assessed(call.account, row, now=call.now)
    shown = impact.affected[given.offset : given.offset + given.limit]
    head = {
        "asset": reference_to(row).path,
        "level": impact.level,
        "affected": {
            "tables": impact.count(AssetKind.TABLE),
            "dashboards": impact.count(AssetKind.DASHBOARD),
            "columns": impact.count(AssetKind.COLUMN),
        },
        "notify": [{"name": owner.name, "email": owner.email, "owns": owns} for owner, owns in impact.notify],
        "recent_users": impact.recent_users,
        "complete": not impact.why_incomplete,
        "why_incomplete": impact.why_incomplete,
        "as_of": moment(call.now),
        "total": len(impact.affected),
    }
    more = given.offset + len(shown) < len(impact.affected)
    return part(head, [affected(one) for one in shown], offset=given.offset, more=more)


def affected(one: Affected) -> dict[str, Any]:
    return node(one) | {
        "certainty": one.certainty.value,
        "via": one.via,
        "owners": [owner.email or owner.name for owner in one.owners],
    }


TOOLS = (get_lineage, assess_impact)
