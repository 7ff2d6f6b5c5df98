"""Imports: the account's sources, what came for them, and templates of the files that are taken."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of
from ingestion.forms import BatchFilter
from ingestion.kinds import KINDS, template
from ingestion.models import Batch
from ingestion.reports import batches_of, source_states
from ingestion.views.access import lookers
from ingestion.views.shown import ShownBatch

BATCHES_PER_PAGE = 30


@require_safe
@never_cache
@lookers
def show(request: HttpRequest) -> HttpResponse:
    context = batches(request)
    states = [(one, one.latest and ShownBatch(one.latest)) for one in source_states(account_of(request))]
    context |= {"account": account_of(request), "sources": states, "kinds": KINDS.values()}
    return render(request, "ingestion/imports.html", context, status=200 if context["filter"].is_valid() else 422)


@require_safe
@never_cache
@lookers
def part(request: HttpRequest) -> HttpResponse:
    """The list of imports as it is now, for the script of the page."""
    return render(request, "ingestion/_batches.html", batches(request))


def batches(request: HttpRequest) -> dict[str, Any]:
    """The page of imports that the address asks for, or the nearest that there is."""
    chosen = BatchFilter(account_of(request), request.GET)
    rows = batches_of(account_of(request), **chosen.cleaned_data) if chosen.is_valid() else Batch.objects.none()
    page = Paginator(rows, BATCHES_PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    return {"filter": chosen, "page": page, "query": kept.urlencode(), "shown": [ShownBatch(batch) for batch in page]}


@require_safe
@lookers
def file_template(request: HttpRequest, kind: str) -> HttpResponse:
    """A file of this kind with its header and one row, to be filled in."""
    if kind not in KINDS:
        raise Http404
    response = HttpResponse(template(KINDS[kind]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response
