"""The page of a dashboard."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of, account_required
from catalog.markdown import cells
from catalog.models import Dashboard
from catalog.views.lineage_drawing import draw, lineage_of
from catalog.views.parts import ROWS, about, shown_or_404


@require_safe
@never_cache
@account_required
def dashboard(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    account = account_of(request)
    found = shown_or_404(Dashboard, account, dashboard_id, "source", "data_product")
    fields = list(found.fields.visible_to(account).filter(deleted_at=None).order_by("label", "id")[: ROWS + 1])
    said = cells(field.description or "" for field in fields[:ROWS])
    lineage = lineage_of(account, found)
    context = about(account, found) | {
        "source": found.source,
        "fields": list(zip(fields[:ROWS], said, strict=True)),
        "more_fields": len(fields) > ROWS,
        "lineage": lineage,
        "drawing": draw(lineage),
    }
    return render(request, "catalog/dashboard.html", context)
