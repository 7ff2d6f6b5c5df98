"""The page of a dashboard."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of, account_required
from catalog.markdown import cells
from catalog.models import Dashboard
from catalog.queries.lineage import parts_with_lineage
from catalog.views.details import MAX_ROWS_SHOWN, about, shown_or_404
from catalog.views.lineage import lineage_context


@require_safe
@never_cache
@account_required
def dashboard(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    account = account_of(request)
    row = shown_or_404(Dashboard, account, dashboard_id, "source", "data_product")
    fields = list(row.fields.visible_to(account).filter(deleted_at=None).order_by("label", "id")[: MAX_ROWS_SHOWN + 1])
    said = cells(field.description or "" for field in fields[:MAX_ROWS_SHOWN])
    context = about(account, row) | {
        "source": row.source,
        "fields": list(zip(fields[:MAX_ROWS_SHOWN], said, strict=True)),
        "more_fields": len(fields) > MAX_ROWS_SHOWN,
        "with_lineage": parts_with_lineage(account, row),
    }
    return render(request, "catalog/dashboard.html", context | lineage_context(request, account, row))
