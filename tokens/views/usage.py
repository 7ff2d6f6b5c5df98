"""Settings > API > Usage: who uses the tokens, and whose calls fail."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.exports import csv_response
from accounts.permissions import account_admin_required, account_of
from tokens import usage
from tokens.charts import Column, stacked, top_of_scale
from tokens.errors import RECORDED, AccountSuspended, McpOff
from tokens.forms import UsageFilter
from tokens.models import ApiToken, TokenUse, TokenUseQuerySet
from tokens.rotation import Rotation, rotations

MAX_ROWS_SHOWN = 50  # of a table on the page; the export has all
BAR_WIDTH = 110  # of the integration with most calls that were let in, in units of its SVG
CSV_COLUMNS = (
    *("day", "integration", "through", "operation", "token", "reason"),
    *("calls", "first_seen", "last_seen", "last_address"),
)
# Of calls that were refused some time ago: what is so no more is not said as if it were.
WHY = RECORDED | {
    AccountSuspended.code: "The account was suspended",
    McpOff.code: "MCP server access was off",
}
# What an administrator does about calls that were refused for this reason.
ADVICE = {
    "expired": "Generate a new one and give it to this integration.",
    "revoked": "Give this integration another one, or switch it off.",
    "replaced": "Give this integration the new one.",
    "account_suspended": "Ask the operators of this site.",
    "mcp_off": "Turn MCP server access on, or switch this client off.",
    "insufficient_scope": "Give this integration the Read & write token.",
    "too_many_requests": "See whether it runs in a loop.",
}


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    context = usage_context(request, now=timezone.now())
    return render(request, "tokens/usage.html", context, status=422 if context["filter"].errors else 200)


@require_safe
@account_admin_required
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The ledger of the last 30 days as CSV, through the page's filter."""
    chosen, uses = filtered(request, now=timezone.now())
    if not chosen.is_valid():
        return HttpResponse("There is no such token or door.\n", status=422, content_type="text/plain")
    rows = uses.select_related("token").order_by("-day", "client", "door", "operation", "token_id", "reason")
    return csv_response("catalog-usage", csv_rows(rows.iterator()))


def csv_rows(uses: Iterable[TokenUse]) -> Iterator[Iterable[object]]:
    """A header, and a line for each row of the ledger; an empty reason is an answered call."""
    yield CSV_COLUMNS
    for use in uses:
        seen = (use.calls, use.first_seen, use.last_seen, use.last_address or "")
        yield use.day, use.client, use.door, use.operation, use.token.mask, use.reason, *seen


def filtered(request: HttpRequest, *, now: datetime) -> tuple[UsageFilter, TokenUseQuerySet]:
    """The filter as it was sent, and what passes it; nothing does when it makes no sense."""
    account = account_of(request)
    chosen = UsageFilter(account, request.GET, now=now)
    uses = usage.recent(account, now=now)
    if not chosen.is_valid():
        return chosen, uses.none()
    token, door = chosen.cleaned_data["token"], chosen.cleaned_data["door"]
    return chosen, usage.recent(account, now=now, token=token.pk if token else None, door=door)


def usage_context(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """What the page shows of the last 30 days, through its filter."""
    chosen, uses = filtered(request, now=now)
    integrations = usage.integrations(uses, limit=MAX_ROWS_SHOWN)
    failed = usage.failed_calls(uses, limit=MAX_ROWS_SHOWN)
    days = usage.by_day(uses, now=now)
    top = top_of_scale(max(day.answered + day.refused for day in days))
    tokens = ApiToken.objects.in_bulk({row.token_id for row in integrations} | {row.token_id for row in failed})
    return {
        "filter": chosen,
        "query": request.GET.urlencode(),
        "integrations": integration_rows(integrations, tokens, rotations(account_of(request), now=now)),
        "more_integrations": more(integrations, lambda: usage.count_integrations(uses)),
        "failed_calls": [
            (row, tokens[row.token_id], WHY.get(row.reason, row.reason), ADVICE.get(row.reason, "")) for row in failed
        ],
        "more_failed_calls": more(failed, lambda: usage.count_failed_calls(uses)),
        "scale": (top, top // 2, 0),
        "chart": list(zip(days, chart(days, top=top), strict=True)),
    }


def integration_rows(
    integrations: list[usage.Integration], tokens: dict[UUID, ApiToken], rotating: list[Rotation]
) -> list[dict[str, Any]]:
    """Each with its token, the width of its bar (0: none), and whether it still sends a token that has ended."""
    clients = (client for rotation in rotating for client in rotation.clients if client.is_still_sending)
    still_sending = {(client.old.pk, client.name, client.door) for client in clients}
    most_calls = max((row.calls for row in integrations), default=0) or 1
    return [
        {
            "use": row,
            "token": tokens[row.token_id],
            "width": math.ceil(BAR_WIDTH * row.calls / most_calls),
            "still_sending": (row.token_id, row.client, row.door) in still_sending,
        }
        for row in integrations
    ]


def more(shown: Sequence[object], count: Callable[[], int]) -> int:
    """How many rows the export has beside these; they are counted only when the table is full."""
    return count() - len(shown) if len(shown) == MAX_ROWS_SHOWN else 0


def chart(days: list[usage.Day], *, top: int) -> list[Column]:
    return stacked([{"answered": day.answered, "refused": day.refused} for day in days], step=18, top=top)
