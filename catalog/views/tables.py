"""The page of a table, and the lists of its queries and joins."""

from uuid import UUID

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import account_of, account_required
from catalog.markdown import cells
from catalog.models import CatalogQuerySet, Table, TagEntity
from catalog.queries.lineage import parts_with_lineage
from catalog.queries.usage import joins_of, queries_of, seen_from
from catalog.views.details import MAX_REFERENCES_SHOWN, MAX_ROWS_SHOWN, about, shown_or_404
from catalog.views.lineage import lineage_context

QUERIES_SHOWN = 3  # on the page of the table; JOINS_SHOWN too
JOINS_SHOWN = 5
QUERIES_PER_PAGE = 20
JOINS_PER_PAGE = 50


@require_safe
@never_cache
@account_required
def table(request: HttpRequest, table_id: UUID) -> HttpResponse:
    account = account_of(request)
    row = shown_or_404(Table, account, table_id, "schema__database__source", "data_product")
    columns = list(columns_of(account, row)[: MAX_ROWS_SHOWN + 1])
    said = cells(column.description for column in columns[:MAX_ROWS_SHOWN])
    joins = list(seen_from(row, joins_of(account, row)[: JOINS_SHOWN + 1]))
    context = about(account, row) | {
        "source": row.schema.database.source,
        "columns": list(zip(columns[:MAX_ROWS_SHOWN], said, strict=True)),
        "more_columns": len(columns) > MAX_ROWS_SHOWN,
        "with_lineage": parts_with_lineage(account, row),
        "checks": row.quality_checks.visible_to(account)
        .filter(deleted_at=None)
        .order_by("-run_at")[:MAX_REFERENCES_SHOWN],
        "links": row.external_links.visible_to(account),
        "queries": queries_of(account, row)[: QUERIES_SHOWN + 1],
        "joins": joins[:JOINS_SHOWN],
        "more_joins": len(joins) > JOINS_SHOWN,
    }
    return render(request, "catalog/table.html", context | lineage_context(request, account, row))


@require_safe
@never_cache
@account_required
def queries(request: HttpRequest, table_id: UUID) -> HttpResponse:
    """All queries over the table, the newest first."""
    account = account_of(request)
    row = shown_or_404(Table, account, table_id)
    page = page_of(request, queries_of(account, row), QUERIES_PER_PAGE)
    return render(request, "catalog/usage.html", {"asset": row, "title": "Queries", "page": page})


@require_safe
@never_cache
@account_required
def joins(request: HttpRequest, table_id: UUID) -> HttpResponse:
    """All joins of the table's columns, the most frequent first."""
    account = account_of(request)
    row = shown_or_404(Table, account, table_id)
    page = page_of(request, joins_of(account, row), JOINS_PER_PAGE)
    context = {"asset": row, "title": "Joins", "page": page, "joins": list(seen_from(row, page))}
    return render(request, "catalog/usage.html", context)


def page_of(request: HttpRequest, rows: CatalogQuerySet, size: int) -> Page:
    """The page that the address asks for; Http404 for one that there is not."""
    try:
        return Paginator(rows, size).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404 from None


def columns_of(account: Account, table: Table) -> CatalogQuerySet:
    """The columns that are not deleted, in the order of the source, with their tags."""
    tags = TagEntity.objects.visible_to(account).select_related("tag").order_by("tag__label")
    columns: CatalogQuerySet = table.columns.visible_to(account).filter(deleted_at=None)
    order = F("source_order").asc(nulls_last=True)
    return columns.order_by(order, "name", "id").prefetch_related(Prefetch("tag_entities", tags))
