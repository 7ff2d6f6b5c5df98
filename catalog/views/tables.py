"""The page of a table."""

from uuid import UUID

from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import account_of, account_required
from catalog.markdown import cells
from catalog.models import CatalogQuerySet, Table, TagEntity
from catalog.queries.lineage import parts_with_lineage
from catalog.views.details import MAX_REFERENCES_SHOWN, MAX_ROWS_SHOWN, about, shown_or_404
from catalog.views.lineage import lineage_context


@require_safe
@never_cache
@account_required
def table(request: HttpRequest, table_id: UUID) -> HttpResponse:
    account = account_of(request)
    row = shown_or_404(Table, account, table_id, "schema__database__source", "data_product")
    columns = list(columns_of(account, row)[: MAX_ROWS_SHOWN + 1])
    said = cells(column.description for column in columns[:MAX_ROWS_SHOWN])
    context = about(account, row) | {
        "source": row.schema.database.source,
        "columns": list(zip(columns[:MAX_ROWS_SHOWN], said, strict=True)),
        "more_columns": len(columns) > MAX_ROWS_SHOWN,
        "with_lineage": parts_with_lineage(account, row),
        "checks": row.quality_checks.visible_to(account)
        .filter(deleted_at=None)
        .order_by("-run_at")[:MAX_REFERENCES_SHOWN],
        "links": row.external_links.visible_to(account),
    }
    return render(request, "catalog/table.html", context | lineage_context(request, account, row))


def columns_of(account: Account, table: Table) -> CatalogQuerySet:
    """The columns that are not deleted, in the order of the source, with their tags."""
    tags = TagEntity.objects.visible_to(account).select_related("tag").order_by("tag__label")
    columns: CatalogQuerySet = table.columns.visible_to(account).filter(deleted_at=None)
    order = F("source_order").asc(nulls_last=True)
    return columns.order_by(order, "name", "id").prefetch_related(Prefetch("tag_entities", tags))
