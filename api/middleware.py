"""What every answer at the API's doors carries, errors and unknown addresses included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

API = ("/api/", "/public/")
PAGES = ("/api/docs/", "/api/problems/")


def is_door(path: str) -> bool:
    """Whether programs call this address: no session opens it, and no page comes back."""
    return path.startswith(API) and not path.startswith(PAGES)


class ApiAnswers:
    """Keeps every answer of the API out of caches, and a browser from making anything of a program's answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(API):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Authorization"])
        if is_door(request.path_info):
            response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response
