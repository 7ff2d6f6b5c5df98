"""The door: a POST with a token, or a GET that reads, and JSON in and out."""

import logging
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import token_of
from api.doors import DoorView
from api.graphql.context import Context
from api.graphql.errors import UNFORESEEN, NeedsPost, Refused, envelope
from api.graphql.execution import Call, execute
from api.graphql.over_http import MarkedJSONParser, asks_in_address, call_in_address, call_in_body, media_type
from api.problems import Problem
from tokens.doors import Door

logger = logging.getLogger(__name__)

BY_POST = "Send this by POST: GET only reads."


class AsciiRenderer(JSONRenderer):
    """An error quotes what was sent, which may hold half a surrogate pair: UTF-8 has none, an escape has."""

    ensure_ascii = True

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """As JSON; what is that already goes out as it is."""
        written: bytes = data if isinstance(data, bytes) else super().render(data, *args, **kwargs)
        return written


class GraphQLView(DoorView):
    door = Door.GRAPHQL
    operations = {"GET": "graphql", "POST": "graphql"}
    http_method_names = ("get", "post")
    parser_classes = (MarkedJSONParser,)
    renderer_classes = (AsciiRenderer,)

    @property
    def allowed_methods(self) -> list[str]:
        """What a refused method is told: GET serves some calls, POST every one."""
        return ["POST"]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """`Allow` is for a method that is refused: beside an answer to a GET it would deny that."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            del response["Allow"]
        return response

    @classmethod
    def problem_media_type(cls, request: HttpRequest | Request) -> str:
        return media_type(request.META.get("HTTP_ACCEPT", ""))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        sent = request._request  # noqa: SLF001  # as in api/authentication.py
        if sent.method != "POST" and not (sent.method == "GET" and asks_in_address(sent)):
            raise MethodNotAllowed(sent.method or "")
        super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        return self.answer(request, call_in_body(request))

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return self.answer(request, call_in_address(request._request))  # noqa: SLF001

    def answer(self, request: Request, call: Call) -> Response:
        kind = self.problem_media_type(request)
        try:
            context = Context(token_of(request), self.actor(request), timezone.now())
            context.let_in_again = partial(self.let_in_again, request)
            answer = execute(call, context)
            return Response(answer, content_type=kind)
        except Refused as refusal:
            return Response({"errors": [error.formatted for error in refusal.errors]}, status=400, content_type=kind)
        except NeedsPost:
            raise MethodNotAllowed(request.method or "", detail=BY_POST) from None

    @classmethod
    def explain(cls, error: Exception) -> Problem:
        """Also of what nobody foresaw: whoever reads JSON gets JSON."""
        if problem := super().explain(error):
            return problem
        logger.error("graphql_failed", exc_info=error)
        return Problem(500, "Internal Server Error", UNFORESEEN)

    @classmethod
    def problem_body(cls, problem: Problem) -> dict[str, Any]:
        return envelope(problem)
