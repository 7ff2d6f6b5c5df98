"""Answers to requests that get no further than the middleware, in the form of the surface that was called."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from api.errors import PROBLEMS, answer
from api.graphql.errors import enveloped
from api.middleware import is_door


def refusal(request: HttpRequest, reason: str, *, detail: str) -> HttpResponse:
    """The answer for this row of PROBLEMS. It asks nothing: no session, no database, no template."""
    if not is_door(request.path_info):
        return HttpResponse(f"{detail}\n", status=PROBLEMS[reason].status, content_type="text/plain")
    told = answer(reason, detail=detail)
    if request.path_info == reverse("graphql"):
        told = enveloped(told, told.data["detail"])
    return HttpResponse(JSONRenderer().render(told.data), status=told.status_code, content_type=told.content_type)
