"""Settings > API > Connect: what people copy to use a token here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_admin_required
from tokens.recipes import RECIPES


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "tokens/connect.html", address_context() | {"recipes": RECIPES})


def address_context() -> dict[str, Any]:
    """Where programs call this site."""
    return {"api_base_url": settings.API_BASE_URL, "region": settings.REGION.upper()}
