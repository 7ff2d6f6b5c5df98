"""The door: a POST with a token, and JSON in and out."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import calling_actor, token_of
from api.doors import DoorView
from api.graphql.context import Context
from api.graphql.errors import Refused, envelope
from api.graphql.execution import Call, execute
from tokens.doors import Door


class AsciiRenderer(JSONRenderer):
    """An error names what was sent, which may be half a character that no encoding can write."""

    ensure_ascii = True


class GraphQLView(DoorView):
    door = Door.GRAPHQL
    operations = {"POST": "graphql"}
    http_method_names = ("post",)
    renderer_classes = (AsciiRenderer,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "POST":
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        call = read_call(body_of(request))
        try:
            return Response(
                execute(call, Context(token_of(request), calling_actor(request, self.door), timezone.now()))
            )
        except Refused as refusal:
            return Response({"errors": [error.formatted for error in refusal.errors]}, status=400)

    def get_exception_handler(self) -> Any:
        return envelope


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
