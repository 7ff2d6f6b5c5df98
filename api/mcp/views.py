"""The door: a POST with a token and one JSON-RPC message, on both wires of the protocol."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request

from api.authentication import token_of
from api.doors import DoorView
from api.mcp import bodies, clients, server
from api.mcp.bodies import Message, Unreadable
from api.mcp.calls import Call, attach
from api.problems import Problem, settings_url
from tokens.clients import calling_client, given_name
from tokens.doors import Door
from tokens.errors import McpOff

PARSE_ERROR = -32700  # JSON-RPC 2.0, 5.1
MAX_PEEK_BYTES = 65_536  # of the body of a call that was refused
BEGINNINGS = {401: "Unauthorized", 403: "Forbidden", 429: "Too many requests", 503: "Unavailable"}
OTHER = "other"
NAMED_METHODS = frozenset({"initialize", "tools/list"})


class McpView(DoorView):
    door = Door.MCP
    operations = {"POST": "mcp"}
    http_method_names = ("post",)
    problem_type = "application/json"
    message: Message | None = None  # once the body was read

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Another method is refused before anything is looked up: clients try GET first, with any token or none.

        The switch is looked at before the body is read and after it, for which the client may have taken its time.
        """
        if request.method != "POST":
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)
        self.check_permissions(request)

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        token = token_of(request)
        if not token.account.mcp_access:
            raise McpOff(token)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        sent = request._request  # noqa: SLF001  # as in api/authentication.py
        try:
            self.message = message = bodies.read(sent.body)
        except Unreadable as error:
            return JsonResponse(document(PARSE_ERROR, str(error)), status=400)
        call = Call(token_of(request), self.actor(request), message, self.revision(sent, message), timezone.now())
        attach(call, sent)
        response = server.answer(sent)
        if call.refusal:
            self.note_refusal(call.refusal)
        if message.method == "initialize" and response.status_code == 200:
            response["Mcp-Session-Id"] = clients.tag(clients.name_of(message.client_info), call.revision)
        return response

    @staticmethod
    def revision(request: HttpRequest, message: Message) -> str:
        """The revision that the client speaks; of the oldest the tag knows it, if the client sends its tag back."""
        if message.method == "initialize":
            return server.agreed_revision(message.params.get("protocolVersion"))
        said = request.META.get("HTTP_MCP_PROTOCOL_VERSION", "")
        return said if said in server.REVISIONS else clients.read_tag(session_id(request)).revision

    def client_name(self, request: HttpRequest) -> str:
        """By its operator's header, by what it says of itself, by its name tag, by its User-Agent."""
        return (
            given_name(request)
            or clients.name_of(self.said(request).client_info)
            or clients.read_tag(session_id(request)).name
            or calling_client(request)
        )

    def operation_name(self, request: HttpRequest) -> str:
        """The tool, or the method if it is one of the few that tell something."""
        message = self.said(request)
        if message.tool in server.NAMES:
            return message.tool
        return message.method if message.method in NAMED_METHODS else OTHER

    def said(self, request: HttpRequest) -> Message:
        """The message; of a call that was refused before its body was read, if that is short: it came with the head."""
        if self.message is None:
            self.message = peeked(request)
        return self.message

    @classmethod
    def explain(cls, error: Exception) -> Problem:
        """Also of what nobody foresaw: whoever reads JSON gets JSON."""
        if problem := super().explain(error):
            return problem
        return Problem(500, "Internal Server Error", server.reported(error))

    @classmethod
    def problem_body(cls, problem: Problem) -> dict[str, Any]:
        beginning = f"{BEGINNINGS[problem.status]}: " if problem.status in BEGINNINGS else ""
        message, facts = f"{beginning}{problem.detail}", {"reason": problem.reason, **problem.facts}
        if problem.status == 401:
            message += f" See {settings_url()}"
            facts["settings_url"] = settings_url()
        return document(problem.status, message, facts if problem.reason else {})


def document(code: int, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """An error of JSON-RPC that answers no id: the body was not read, or says none."""
    return {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": code, "message": message} | ({"data": data} if data else {}),
    }


def session_id(request: HttpRequest) -> str:
    text: str = request.META.get("HTTP_MCP_SESSION_ID", "")
    return text


def peeked(request: HttpRequest) -> Message:
    """What the body says, if it is short and can be read; else nothing."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) <= MAX_PEEK_BYTES:
            return bodies.read(request.body)
    except (Unreadable, UnreadablePostError, ValueError):
        pass
    return Message()
