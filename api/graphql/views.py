"""The door: a POST with a token, and JSON in and out."""

import logging
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import token_of
from api.doors import DoorView
from api.graphql.context import Context
from api.graphql.errors import UNFORESEEN, Refused, envelope
from api.graphql.execution import Call, execute
from api.problems import Problem
from tokens.doors import Door

logger = logging.getLogger(__name__)


class AsciiRenderer(JSONRenderer):
    """An error quotes what was sent, which may hold half a surrogate pair: UTF-8 has none, an escape has."""

    ensure_ascii = True


class GraphQLView(DoorView):
    door = Door.GRAPHQL
    operations = {"POST": "graphql"}
    http_method_names = ("post",)
    renderer_classes = (AsciiRenderer,)
    problem_type = "application/json"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "POST":
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        call = read_call(body_of(request))
        try:
            return Response(execute(call, Context(token_of(request), self.actor(request), timezone.now())))
        except Refused as refusal:
            return Response({"errors": [error.formatted for error in refusal.errors]}, status=400)

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


def body_of(request: Request) -> Any:
    """What the JSON says. Raises ParseError; UnsupportedMediaType."""
    try:
        return request.data
    except RecursionError:
        raise ParseError("The JSON is nested too deeply.") from None


def read_call(body: Any) -> Call:
    """What the body asks; see "GraphQL over HTTP". Raises ParseError with a sentence."""
    if isinstance(body, list):
        raise ParseError("Send one operation in a call, not a list of them.")
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise ParseError('Send a JSON object with a text "query", and "variables" if it has any.')
    variables, name = body.get("variables") or {}, body.get("operationName") or None
    if not isinstance(variables, dict):
        raise ParseError('"variables" is a JSON object.')
    if name is not None and not isinstance(name, str):
        raise ParseError('"operationName" is a text.')
    return Call(body["query"], variables, name)
