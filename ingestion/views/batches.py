"""One import: its files, what became of them, what was wrong, and what an administrator decides about it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import person_from
from accounts.permissions import account_of
from ingestion import queue, store
from ingestion.errors import NotPossible
from ingestion.forms import IssueFilter
from ingestion.models import Batch
from ingestion.reports import issues_of
from ingestion.views.access import actors, batch_or_404, for_dialog, lookers
from ingestion.views.shown import ShownBatch, detail_of, file_name

ISSUES_PER_PAGE = 50
State = Batch.State


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that an administrator may do with an import in one of these states."""

    name: str  # of its address: `import-<name>`
    button: str
    service: Callable[..., Batch]
    states: frozenset[State]
    done: str
    is_danger: bool = False


DECISIONS = {
    one.name: one
    for one in (
        Decision(
            *("confirm", "Confirm", queue.confirm, frozenset({State.WITHHELD})),
            "It is imported as soon as its turn comes.",
            is_danger=True,
        ),
        Decision(
            *("refuse", "Refuse", queue.refuse, frozenset({State.WITHHELD})),
            "It is refused. Nothing was changed.",
        ),
        Decision(
            *("cancel", "Cancel", queue.cancel, frozenset({State.RECEIVED, State.WAITING, State.IMPORTING})),
            "It is cancelled. Nothing was changed.",
        ),
        Decision(
            *("again", "Import again", queue.import_again, frozenset({State.REFUSED, State.FAILED, State.SUPERSEDED})),
            "It is imported again as soon as its turn comes.",
        ),
    )
}


@require_safe
@never_cache
@lookers
def show(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    context = report(request, batch_or_404(request, batch_id))
    return render(request, "ingestion/batch.html", context, status=200 if context["filter"].is_valid() else 422)


@require_safe
@never_cache
@lookers
def part(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The import as it is now, for the script of the page."""
    return render(request, "ingestion/_batch.html", report(request, batch_or_404(request, batch_id)))


def report(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """All that the page shows, with the issues that the address asks for."""
    chosen = IssueFilter(batch, request.GET)
    issues = issues_of(batch)
    if chosen.is_valid():
        issues = issues_of(batch, kind=chosen.cleaned_data["file"], word=chosen.cleaned_data["word"])
    kept = request.GET.copy()
    kept.pop("page", None)
    return {
        "one": ShownBatch(batch),
        "batch": batch,
        "uploads": [(upload, file_name(upload)) for upload in batch.uploads.select_related("token")],
        "events": [(event, detail_of(event)) for event in batch.events.order_by("pk")],
        "counts": [(kind, of_file, sum(of_file["issues"].values())) for kind, of_file in batch.counts.items()],
        "decisions": [one for one in DECISIONS.values() if batch.state in one.states],
        "filter": chosen,
        "page": Paginator(issues, ISSUES_PER_PAGE).get_page(request.GET.get("page")),
        "query": kept.urlencode(),
        "address": request.GET.urlencode(),
    }


@require_safe
@never_cache
@lookers
def all_issues(request: HttpRequest, batch_id: UUID) -> FileResponse:
    """Every issue, as a spreadsheet opens it."""
    batch = batch_or_404(request, batch_id)
    if not batch.report:
        raise Http404
    try:
        file = store.storage().open(batch.report)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename="report.csv.gz", content_type="application/gzip")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@actors
def decide(request: HttpRequest, batch_id: UUID, name: str) -> HttpResponse:
    """Ask, then do it; 409 and the page that says why when it cannot be done any more."""
    batch, decision, error = batch_or_404(request, batch_id), DECISIONS[name], ""
    if request.method == "POST":
        shown = {"shown": numbers(request.POST.get("shown", ""))} if name == "confirm" else {}
        try:
            decision.service(account_of(request), batch.pk, by=person_from(request), now=timezone.now(), **shown)
        except NotPossible as problem:
            error = str(problem)
            batch.refresh_from_db()
        else:
            messages.success(request, decision.done)
            return redirect("import", batch.pk)
    deletions = queue.deletions(batch)
    context = {
        "batch": batch,
        "decision": decision,
        "is_possible": batch.state in decision.states,
        "deletions": deletions,
        "shown": json.dumps(deletions, sort_keys=True),
        "error": error,
    }
    template = "ingestion/_decide.html" if for_dialog(request) else "ingestion/decide.html"
    return render(request, template, context, status=409 if error else 200)


def numbers(text: str) -> Any:
    """What the form showed; what is no such thing says yes to nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return {}
