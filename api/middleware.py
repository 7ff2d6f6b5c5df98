"""What every answer at the API's doors carries, and the answers to requests that get no further than the middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from rest_framework.renderers import JSONRenderer

from api.doors import DoorView
from api.paths import PREFIXES, is_door
from api.problems import problem


class ApiAnswers:
    """Forbids caches to keep any answer of the API, and browsers to load or show anything for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(PREFIXES):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Authorization"])
        if is_door(request.path_info):
            response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response


def refusal(request: HttpRequest, reason: str, *, detail: str) -> HttpResponse:
    """The answer for this row of PROBLEMS, in the form of what was called: no session, no database, no template."""
    refused = problem(reason, detail=detail)
    if not is_door(request.path_info):
        return HttpResponse(f"{detail}\n", status=refused.status, content_type="text/plain")
    form = form_of(request.path_info)
    body = JSONRenderer().render(form.problem_body(refused))
    return HttpResponse(
        body, status=refused.status, headers=refused.headers, content_type=form.problem_media_type(request)
    )


def form_of(path: str) -> type[DoorView]:
    """The view that would answer; a library's, as the schema's is, answers as REST does."""
    try:
        view = getattr(resolve(path).func, "cls", DoorView)
    except Resolver404:
        return DoorView
    return view if issubclass(view, DoorView) else DoorView
