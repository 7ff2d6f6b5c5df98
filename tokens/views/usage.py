"""Settings > API: who uses the tokens, whose calls fail, and who has moved to a new one."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.exports import csv_response
from accounts.permissions import account_admin_required, account_of
from tokens import usage
from tokens.charts import Column, stacked
from tokens.exports import usage_rows
from tokens.forms import UsageFilter
from tokens.models import ApiToken, TokenUseQuerySet
from tokens.rotation import Rotation, rotations

ROWS = 50  # of a table on the page; the export has all
# Why a call was refused, and what an administrator does about it.
REASONS = {
    "expired": ("The token has expired", "Generate a new one and give it to this integration."),
    "revoked": ("The token was revoked", "Give this integration another one, or switch it off."),
    "replaced": ("The token was replaced", "Give this integration the new one."),
    "account_suspended": ("The account was suspended", "Ask the operators of this site."),
    "insufficient_scope": ("The scope is too weak", "Give this integration the Read & write token."),
    "too_many_requests": ("Too many calls in a minute", "See whether it runs in a loop."),
}


@require_safe
@never_cache
@account_admin_required
def replacement(request: HttpRequest) -> HttpResponse:
    """The part of the page that shows who has moved, for its script to fetch again and again."""
    shown = rotations(account_of(request), now=timezone.now())
    return render(request, "tokens/_rotations.html", {"rotations": shown})


@require_safe
@account_admin_required
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The ledger of the last 30 days as CSV, through the page's filter."""
    chosen, uses = filtered(request, now=timezone.now())
    if not chosen.is_valid():
        return HttpResponse("There is no such token or door.\n", status=422, content_type="text/plain")
    rows = uses.select_related("token").order_by("-day", "client", "door", "token_id", "reason")
    return csv_response("catalog-usage", usage_rows(rows.iterator()))


def filtered(request: HttpRequest, *, now: datetime) -> tuple[UsageFilter, TokenUseQuerySet]:
    """The filter as it was sent, and what passes it; nothing does when it makes no sense."""
    account = account_of(request)
    chosen = UsageFilter(account, request.GET, now=now)
    uses = usage.recent(account, now=now)
    if not chosen.is_valid():
        return chosen, uses.none()
    token, door = chosen.cleaned_data["token"], chosen.cleaned_data["door"]
    return chosen, usage.recent(account, now=now, token=token.pk if token else None, door=door)


def usage_context(request: HttpRequest, shown: list[Rotation], *, now: datetime) -> dict[str, Any]:
    """What the page shows of the last 30 days, through its filter; `shown` are its rotations."""
    chosen, uses = filtered(request, now=now)
    found, failed = usage.integrations(uses, most=ROWS), usage.failed_calls(uses, most=ROWS)
    days = usage.by_day(uses, now=now)
    tokens = ApiToken.objects.in_bulk({row.token_id for row in found} | {row.token_id for row in failed})
    clients = (client for rotation in shown for client in rotation.clients if client.is_still_sending)
    still_sending = {(client.old.pk, client.name, client.door) for client in clients}
    most = max((row.calls + row.failures for row in found), default=1)
    integrations = [
        {
            "use": row,
            "token": tokens[row.token_id],
            "width": 110 * (row.calls + row.failures) // most,
            "still_sending": (row.token_id, row.client, row.door) in still_sending,
        }
        for row in found
    ]
    return {
        "filter": chosen,
        "query": request.GET.urlencode(),
        "integrations": integrations,
        "more_integrations": usage.count_integrations(uses) - ROWS if len(found) == ROWS else 0,
        "failed_calls": [(row, tokens[row.token_id], REASONS.get(row.reason, (row.reason, ""))) for row in failed],
        "more_failed_calls": usage.count_failed_calls(uses) - ROWS if len(failed) == ROWS else 0,
        "chart": list(zip(days, chart(days), strict=True)),
    }


def chart(days: list[usage.Day]) -> list[Column]:
    return stacked([{"answered": day.answered, "refused": day.refused} for day in days], step=18)
