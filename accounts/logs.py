"""What pages of a log have in common: a filter, a page of entries at a time, and all of them as a file."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from accounts.exports import csv_response

ENTRIES_PER_PAGE = 50

Entry = TypeVar("Entry", bound=Model)


def log_context(request: HttpRequest, chosen: Form, entries: QuerySet[Any]) -> dict[str, Any]:
    """What `accounts/_log_filter.html` and `accounts/_log_pages.html` show.

    `page` is the one that `?page=` names, or the nearest that there is; `query` is the rest of the address.
    """
    page = Paginator(entries, ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    return {"filter": chosen, "page": page, "query": kept.urlencode()}


def log_file(
    name: str, chosen: Form, entries: QuerySet[Entry], rows: Callable[[Iterable[Entry]], Iterable[Iterable[object]]]
) -> HttpResponse | StreamingHttpResponse:
    """The entries as CSV, as `rows` writes them, a header first; 422 for a filter that makes no sense."""
    if not chosen.is_valid():
        return HttpResponse("There is no such filter.\n", status=422, content_type="text/plain")
    return csv_response(name, rows(entries.iterator()))
