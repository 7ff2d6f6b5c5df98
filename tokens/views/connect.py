"""Settings > API > Connect: what people copy to use a token here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_admin_required, account_of
from tokens.recipes import recipes_for


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    context = address_context() | {"recipes": recipes_for(account), "mcp_access": account.mcp_access}
    return render(request, "tokens/connect.html", context)


def address_context() -> dict[str, Any]:
    """Where programs call this site."""
    return {"api_base_url": settings.API_BASE_URL, "region": settings.REGION.upper()}
