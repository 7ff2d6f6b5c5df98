"""What every answer at the API's doors carries, errors and unknown addresses included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

API_PREFIXES = ("/api/",)


class ApiAnswers:
    """Keeps every answer at a door out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API_PREFIXES):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Authorization"])
        return response
