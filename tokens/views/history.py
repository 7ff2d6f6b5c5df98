"""Settings > API > History: everything that was ever done to the account's tokens."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.logs import log_context, log_file
from accounts.permissions import account_admin_required, account_of
from tokens.forms import HistoryFilter
from tokens.models import TokenEvent, TokenEventQuerySet

CSV_COLUMNS = ("at", "event", "token", "scope", "name", "replaced", "by", "address", "client")


@require_safe
@never_cache
@account_admin_required
def history(request: HttpRequest) -> HttpResponse:
    chosen, events = filtered(request)
    context = log_context(request, chosen, events)
    return render(request, "tokens/history.html", context, status=200 if chosen.is_valid() else 422)


@require_safe
@account_admin_required
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The events as CSV, through the page's filter, the latest first."""
    chosen, events = filtered(request)
    return log_file("catalog-token-history", chosen, events, csv_rows)


def csv_rows(events: Iterable[TokenEvent]) -> Iterator[Iterable[object]]:
    """A header, and a line for each event."""
    yield CSV_COLUMNS
    for event in events:
        token, replaced = event.token, event.replaced
        done = (event.at, event.kind.lower(), token.mask, token.scope, token.name, replaced.mask if replaced else "")
        yield *done, event.actor_name, event.ip or "", event.client


def filtered(request: HttpRequest) -> tuple[HistoryFilter, TokenEventQuerySet]:
    """The filter as it was sent, and what passes it, the latest first; nothing does when it makes no sense."""
    chosen = HistoryFilter(request.GET)
    events = TokenEvent.objects.of_account(account_of(request)).order_by("-id")
    if not chosen.is_valid():
        return chosen, events.none()
    return chosen, events.matching(**chosen.cleaned_data)
