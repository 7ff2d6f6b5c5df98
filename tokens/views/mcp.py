"""Settings > API > MCP: whether AI clients come in and write, how each is set up, and what each did."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import ChangedMeanwhile
from accounts.exports import csv_response
from accounts.models import Account
from accounts.permissions import account_admin_required, account_of
from accounts.services import change_mcp_access
from tokens.ai_clients import (
    MAX_CLIENTS_NAMED,
    AiClient,
    ai_clients,
    by_client_and_tool,
    count_ai_clients,
    recent,
    writing,
)
from tokens.clients import actor_from
from tokens.doors import MCP_WRITES
from tokens.forms import McpSwitches, TurnOffLink
from tokens.models import ApiToken, TokenUseQuerySet
from tokens.recipes import SETUPS
from tokens.views.tokens import template
from tokens.views.usage import MAX_ROWS_SHOWN

CSV_COLUMNS = ("client", "tool", "token", "calls", "refused", "writes", "first_seen", "last_seen")


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    account, now = account_of(request), timezone.now()
    uses = recent(account, now=now)
    clients = ai_clients(uses, limit=MAX_ROWS_SHOWN)
    context = {
        "account": account,
        "access_in_use": account.mcp_access and stopping(account, "access", now=now).exists(),
        "writes_in_use": account.mcp_writes and stopping(account, "writes", now=now).exists(),
        "mcp_url": mcp_url(),
        "setups": SETUPS,
        "clients": with_tokens(account, clients),
        "more_clients": count_ai_clients(uses) - len(clients) if len(clients) == MAX_ROWS_SHOWN else 0,
    }
    return render(request, "tokens/mcp.html", context)


@require_safe
@never_cache
@account_admin_required
def confirm_turning_off(request: HttpRequest) -> HttpResponse:
    """Who stops when this switch is turned off. An address that names no switch leads to both."""
    account, link = account_of(request), TurnOffLink(request.GET)
    if not link.is_valid():
        return redirect("token-mcp")
    switch = link.cleaned_data["switch"]
    stop = ai_clients(stopping(account, switch, now=timezone.now()), limit=MAX_CLIENTS_NAMED)
    context = {"account": account, "switch": switch, "is_on": getattr(account, f"mcp_{switch}"), "ai_clients": stop}
    return render(request, template(request, "turn_off"), context)


@require_POST
@account_admin_required
def change(request: HttpRequest) -> HttpResponse:
    """Turn the switches as the form says, unless the account is not any more what the page showed."""
    form = McpSwitches(request.POST)
    if not form.is_valid():
        return nothing_changed(request)  # what shows no version shows none of now
    wanted = form.cleaned_data
    try:
        if change_mcp_access(account_of(request), **wanted, by=actor_from(request), now=timezone.now()):
            messages.success(request, said(access=wanted["access"], writes=wanted["writes"]))
    except ChangedMeanwhile:
        return nothing_changed(request)
    return redirect("token-mcp")


def nothing_changed(request: HttpRequest) -> HttpResponse:
    messages.error(request, "Nothing was changed: somebody changed the account meanwhile. Look at it again.")
    return redirect("token-mcp")


@require_safe
@account_admin_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Calls of the last 30 days by client, tool and token, as CSV."""
    uses = recent(account_of(request), now=timezone.now())
    return csv_response("catalog-mcp-usage", csv_rows(uses))


def csv_rows(uses: TokenUseQuerySet) -> Iterator[Iterable[object]]:
    """A header, and a line for each row; `writes` are calls that were let in, of a tool that writes."""
    rows = list(by_client_and_tool(uses))  # before the tokens, or one could be made in between
    masks = {pk: token.mask for pk, token in ApiToken.objects.in_bulk({row["token_id"] for row in rows}).items()}
    yield CSV_COLUMNS
    for row in rows:
        writes = row["calls"] if row["operation"] in MCP_WRITES else 0
        counts = (row["calls"], row["failures"], writes)
        yield row["client"], row["operation"], masks[row["token_id"]], *counts, row["first_seen"], row["last_seen"]


def stopping(account: Account, switch: str, *, now: datetime) -> TokenUseQuerySet:
    """The calls of the last 30 days that would have been refused without this switch."""
    let_in = recent(account, now=now).answered()
    return writing(let_in) if switch == "writes" else let_in


def with_tokens(account: Account, clients: list[AiClient]) -> list[tuple[AiClient, list[ApiToken]]]:
    """Each client with the tokens that it sent."""
    ids: set[UUID] = {token for client in clients for token in client.tokens}
    tokens = account.tokens.in_bulk(ids)
    return [(client, [tokens[token] for token in client.tokens]) for client in clients]


def said(*, access: bool, writes: bool) -> str:
    """What is so from now on."""
    if not access:
        return "MCP server access is off: AI clients are refused from the next call on."
    return f"MCP server access is on: AI clients may read{' and write' if writes else ', and may not write'}."


def mcp_url() -> str:
    """Where AI clients call this site."""
    return f"{settings.API_BASE_URL}{reverse('mcp')}"
