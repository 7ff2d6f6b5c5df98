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
from catalog.views.lineage_drawing import draw, lineage_of
from catalog.views.parts import LISTED, ROWS, about, shown_or_404


@require_safe
@never_cache
@account_required
def table(request: HttpRequest, table_id: UUID) -> HttpResponse:
    account = account_of(request)
    found = shown_or_404(Table, account, table_id, "schema__database__source", "data_product")
    columns, lineage = list(columns_of(account, found)[: ROWS + 1]), lineage_of(account, found)
    said = cells(column.description for column in columns[:ROWS])
    context = about(account, found) | {
        "source": found.schema.database.source,
        "columns": list(zip(columns[:ROWS], said, strict=True)),
        "more_columns": len(columns) > ROWS,
        "checks": found.quality_checks.visible_to(account).filter(deleted_at=None).order_by("-run_at")[:LISTED],
        "links": found.external_links.visible_to(account),
        "lineage": lineage,
        "drawing": draw(lineage),
    }
    return render(request, "catalog/table.html", context)


def columns_of(account: Account, found: Table) -> CatalogQuerySet:
    """In the order of the source, with their tags."""
    tags = TagEntity.objects.visible_to(account).select_related("tag").order_by("tag__label")
    columns: CatalogQuerySet = found.columns.visible_to(account).filter(deleted_at=None)
    order = F("source_order").asc(nulls_last=True)
    return columns.order_by(order, "name", "id").prefetch_related(Prefetch("tag_entities", tags))
