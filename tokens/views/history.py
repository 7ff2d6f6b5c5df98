"""Settings > API > History: everything that was ever done to the account's tokens."""

from collections.abc import Iterable, Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.exports import csv_response
from accounts.permissions import account_admin_required, account_of
from tokens.forms import HistoryFilter
from tokens.models import TokenEvent, TokenEventQuerySet

EVENTS_PER_PAGE = 50
CSV_COLUMNS = ("at", "event", "token", "scope", "name", "replaced", "by", "address", "client")


@require_safe
@never_cache
@account_admin_required
def history(request: HttpRequest) -> HttpResponse:
    chosen, events = filtered(request)
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"filter": chosen, "page": page, "query": query.urlencode()}
    return render(request, "tokens/history.html", context, status=200 if chosen.is_valid() else 422)


@require_safe
@account_admin_required
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The events as CSV, through the page's filter, the latest first."""
    chosen, events = filtered(request)
    if not chosen.is_valid():
        return HttpResponse("This is no filter of the history.\n", status=422, content_type="text/plain")
    return csv_response("catalog-token-history", csv_rows(events.iterator()))


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
