"""What every answer at the API's doors carries, errors and unknown addresses included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

API_PREFIXES = ("/api/",)


class ApiAnswers:
    """Adds no-store, Vary and, for an accepted token, when it expires (ISO 8601, UTC)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API_PREFIXES):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Authorization"])
            if token := getattr(request, "api_token", None):
                response["X-Token-Expires-At"] = f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        return response
