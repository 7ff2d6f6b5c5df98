"""The lineage on a page: of the asset, or of the column or field that was picked, as far as links have expanded it."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

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


def reach_of(request: HttpRequest) -> Reach:
    """What the links of the page ask for; anything else is the nearest that is possible, or the usual."""
    usual = Reach()
    most = Reach(MAX_STEPS, MAX_STEPS, MAX_ROWS)
    given = {
        name: min(max(int(text), 1), getattr(most, name)) if text.isdecimal() and len(text) < 5 else default
        for name, default in asdict(usual).items()
        if (text := request.GET.get(name, "")) is not None
    }
    return Reach(**given)


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
    rows: Any = asset.columns if isinstance(asset, Table) else asset.fields
    text = request.GET.get("column" if isinstance(asset, Table) else "field")
    if text is None:
        return None
    along = "table" if isinstance(asset, Table) else "dashboard"
    pk: UUID | None = known_uuid(text)
    picked = rows.visible_to(account).filter(deleted_at=None, pk=pk).select_related(along).first() if pk else None
    if picked is None:
        raise Http404
    return picked  # type: ignore[no-any-return]


def expansions(reach: Reach, walk: LineageWalk, picked: Column | DashboardField | None) -> dict[str, str]:
    """Addresses of this page with more of the drawing: one step further each way, more at a step, or as at first."""
    more = {}
    if Direction.UPSTREAM in walk.goes_on and reach.up < MAX_STEPS:
        more["up"] = replace(reach, up=reach.up + 1)
    if Direction.DOWNSTREAM in walk.goes_on and reach.down < MAX_STEPS:
        more["down"] = replace(reach, down=reach.down + 1)
    if reach.rows < MAX_ROWS and any(level.more for level in walk.levels):
        more["rows"] = replace(reach, rows=min(reach.rows * 2, MAX_ROWS))
    if reach != Reach():
        more["less"] = Reach()
    return {name: address(wanted, picked) for name, wanted in more.items()}


def address(reach: Reach, picked: Column | DashboardField | None) -> str:
    of_picked = {"column" if isinstance(picked, Column) else "field": picked.pk} if picked else {}
    unusual = {name: value for name, value in asdict(reach).items() if value != getattr(Reach(), name)}
    return f"?{urlencode(of_picked | unusual)}#lineage"
