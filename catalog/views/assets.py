"""Assets: the search of the catalog, where everybody of an account begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of, account_required
from catalog.queries.assets import LAST_PAGE, search_assets
from catalog.views.forms import AssetFilter


@require_safe
@never_cache
@account_required
def assets(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    chosen = AssetFilter(account, request.GET)
    valid = chosen.is_valid()
    page = (chosen.cleaned_data["page"] or 1) if valid else 1
    listed, more = search_assets(account, chosen.search, page=page) if valid else ([], False)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "account": account,
        "filter": chosen,
        "assets": listed,
        "filtered": any(kept.values()),
        "query": kept.urlencode(),
        "previous": page - 1,
        "next": page + 1 if more and page < LAST_PAGE else None,
        "ends": more and page == LAST_PAGE,
    }
    return render(request, "catalog/assets.html", context, status=200 if valid else 422)
