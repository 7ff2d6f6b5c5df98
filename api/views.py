"""Pages about the API that need no token."""

from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_of, account_required
from api.playground import examples, origin
from api.problems import PROBLEMS


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What each `reason` of an error answer means, and what to do."""
    return render(request, "api/problems.html", {"problems": PROBLEMS})


@require_safe
@never_cache
@account_required
@csp_replace({"connect-src": [SELF, origin(settings.API_BASE_URL)]})  # an API on a host of its own; all else stays
def playground(request: HttpRequest) -> HttpResponse:
    """GraphiQL, for whoever holds a token: the page has none, and its session opens no API."""
    site, api = origin(settings.BASE_URL), settings.API_BASE_URL
    elsewhere = "" if origin(api) == site else origin(api)
    endpoint = (api if elsewhere else urlsplit(api).path) + "/public/graphql"
    context = {"examples": examples(account_of(request)), "endpoint": endpoint, "elsewhere": elsewhere, "site": site}
    return render(request, "api/playground.html", context)
