"""Where MCP clients look for OAuth when their token is missing or was refused: there is none, and this says so.

Some show the text to people, and some break over an answer that is no JSON.
"""

from django.http import HttpRequest, JsonResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

SENTENCE = (
    "This server takes API tokens and offers no OAuth. If you see this, the Authorization header was missing or "
    "its token was refused: see Settings > API, correct the header, restart the client."
)


@csrf_exempt  # programs without a session; nothing is done
def no_oauth(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"error": "not_found", "error_description": SENTENCE}, status=404)


urlpatterns = [
    re_path(r"^\.well-known/oauth-", no_oauth),
    re_path(r"^\.well-known/openid-configuration", no_oauth),
    re_path(r"^mcp/server/\.well-known/", no_oauth),
    path("register", no_oauth),
    path("authorize", no_oauth),
    path("token", no_oauth),
]
