"""The lineage on a page: of the asset, or of the column or field that was picked, as far as links have expanded it."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.http import urlencode

from accounts.models import Account
from catalog.ids import known_uuid
from catalog.models import Column, Dashboard, DashboardField, Table
from catalog.queries.lineage import Direction, LineageWalk, walk_lineage
from catalog.queries.references import reference_to
from catalog.views.lineage_drawing import draw

MAX_STEPS = 5  # each way
MAX_ROWS = 48  # boxes above each other: a step reads the square of that at most


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a drawing goes: steps each way, and assets at one step."""

    up: int = 2
    down: int = 2
    rows: int = 12


USUAL, MOST = Reach(), Reach(MAX_STEPS, MAX_STEPS, MAX_ROWS)


def reach_of(request: HttpRequest) -> Reach:
    """What the links of the page ask for; anything else is the nearest that is possible, or the usual."""
    usual, most = asdict(USUAL), asdict(MOST)
    return Reach(**{name: bounded(request.GET.get(name, ""), usual[name], most[name]) for name in usual})


def bounded(text: str, usual: int, most: int) -> int:
    """The number from 1 to the most; the usual one for what is no number."""
    return min(max(int(text), 1), most) if re.fullmatch("[0-9]{1,9}", text) else usual


def lineage_context(request: HttpRequest, account: Account, asset: Table | Dashboard) -> dict[str, Any]:
    """What `catalog/_lineage.html` shows; Http404 for a column or a field that the asset does not have."""
    reach, picked = reach_of(request), picked_of(request, account, asset)
    walk = walk_lineage(account, picked or asset, upstream=reach.up, downstream=reach.down, level_size=reach.rows)
    return {
        "lineage": walk,
        "drawing": draw(walk),
        "picked": picked,
        "lineage_start": reference_to(picked or asset),
        "expand": expansions(reach, walk, picked),
    }


def picked_of(request: HttpRequest, account: Account, asset: Table | Dashboard) -> Column | DashboardField | None:
    rows: Any
    name, rows, along = (
        ("column", asset.columns, "table") if isinstance(asset, Table) else ("field", asset.fields, "dashboard")
    )
    text = request.GET.get(name)
    if text is None:
        return None
    here = rows.visible_to(account).filter(deleted_at=None).select_related(along)
    picked: Column | DashboardField | None = here.filter(pk=pk).first() if (pk := known_uuid(text)) else None
    if picked is None:
        raise Http404
    return picked


def expansions(reach: Reach, walk: LineageWalk, picked: Column | DashboardField | None) -> dict[str, str]:
    """Addresses of this page with more of the drawing: one step further each way, more at a step, or as at first."""
    more = {}
    if Direction.UPSTREAM in walk.goes_on and reach.up < MAX_STEPS:
        more["up"] = replace(reach, up=reach.up + 1)
    if Direction.DOWNSTREAM in walk.goes_on and reach.down < MAX_STEPS:
        more["down"] = replace(reach, down=reach.down + 1)
    if reach.rows < MAX_ROWS and any(level.more for level in walk.levels):
        more["rows"] = replace(reach, rows=min(reach.rows * 2, MAX_ROWS))
    if reach != USUAL:
        more["less"] = USUAL
    return {name: address(wanted, picked) for name, wanted in more.items()}


def address(reach: Reach, picked: Column | DashboardField | None) -> str:
    of_picked = {"column" if isinstance(picked, Column) else "field": picked.pk} if picked else {}
    unusual = {name: value for name, value in asdict(reach).items() if value != getattr(USUAL, name)}
    return f"?{urlencode(of_picked | unusual)}#lineage"
