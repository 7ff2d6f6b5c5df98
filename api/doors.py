"""What every view for machines has in common."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor, address
from accounts.bodies import takes_body
from api.authentication import authenticate_again, token_of
from api.problems import Problem, explain
from database.errors import OUTAGES, report
from tokens import ledger
from tokens.authentication import CLOCK
from tokens.clients import calling_client
from tokens.doors import Door
from tokens.errors import TokenError
from tokens.models import ApiToken

WITH_BODY = ("POST", "PUT", "PATCH")
MAX_SECONDS_UNCHECKED = 0.05  # that reading a body may take; after a longer wait the token is checked again


class BodyLate(APIException):
    status_code = 408
    default_detail = "The body did not come to its end in time. Nothing was done: send it again."


class OneForm(DefaultContentNegotiation):
    """The door's own form whatever a caller accepts (RFC 9110, 12.4.1, allows it).

    A 406 would hide why a token was refused, and a DELETE with `Accept: text/html` would revoke nothing.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""


class DoorView(APIView):
    """A view for machines. `operations` maps each method that it serves to a row of `api.operations`.

    A door with a form or a protocol of its own overrides `problem_type`, `problem_body`, `explain`, `client_name`,
    `operation_name`.
    """

    content_negotiation_class = OneForm
    http_method_names: Sequence[str] = ("get", "post", "put", "patch", "delete", "head")
    door: ClassVar[Door]
    operations: ClassVar[dict[str, str]] = {}
    problem_type: ClassVar[str] = "application/problem+json"
    token: ApiToken | None = None  # that was let in
    refusal: TokenError | None = None

    @classmethod
    def explain(cls, error: Exception) -> Problem | None:
        """The answer to an exception; None leaves it to Django, whose answer is 500."""
        return explain(error)

    @classmethod
    def problem_body(cls, problem: Problem) -> Any:
        """The answer in the door's own form, as JSON can carry it."""
        return problem.document

    @classmethod
    def problem_media_type(cls, request: HttpRequest | Request) -> str:
        """Of a problem that answers this request; a door whose callers may choose overrides it."""
        return cls.problem_type

    def client_name(self, request: HttpRequest) -> str:
        """The program that calls, as the ledger and the history name it, also when the call is refused.

        A protocol may tell it elsewhere than in a header. Never raises; what it returns is kept and shown.
        """
        return calling_client(request)

    def operation_name(self, request: HttpRequest) -> str:
        """What is called, as the ledger keeps it, at a door with a few names for it; "" at the others. Never raises."""
        return ""

    def actor(self, request: Request) -> Actor:
        """The token that was let in, as the history of what it does names it."""
        token = token_of(request)
        client = self.client_name(request._request)  # noqa: SLF001  # as in api/authentication.py
        return Actor(token.mask, None, address(request), client, door=self.door.value, token_id=token.pk)

    def note_refusal(self, error: TokenError) -> None:
        """Have the ledger say that the call was refused, though its answer is 200: for one of `errors.RECORDED`."""
        self.refusal = error

    @takes_body(of=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Tells an accepted token when it expires (ISO 8601, UTC), and writes the call down, accepted or not."""
        try:
            response = super().dispatch(request, *args, **kwargs)
            if self.token:
                response["X-Token-Expires-At"] = self.token.expires_at_text
            return response
        finally:
            self.record_use(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the caller in, read the body to its end, and check again a token that could have ended meanwhile."""
        super().initial(request, *args, **kwargs)
        if self.token and request.method in WITH_BODY:
            began = time.clock_gettime(CLOCK)
            self.read_body(request)
            if time.clock_gettime(CLOCK) > began + MAX_SECONDS_UNCHECKED:
                self.let_in_again(request)

    def let_in_again(self, request: Request) -> None:
        """After a wait in which the token could have ended: raises what it raises then, as if it had just been sent."""
        self.token = None
        authenticate_again(request)
        self.perform_authentication(request)

    def read_body(self, request: Request) -> None:
        """Have all of the body here, which is no longer than the door takes: `BodyGuard` saw to it. Raises BodyLate."""
        try:
            request._request.body  # noqa: B018, SLF001  # Django keeps it
        except UnreadablePostError:
            raise BodyLate from None

    def perform_authentication(self, request: Request) -> None:
        """Remembers the token, for asking the request again after a refusal would check it again."""
        token = request.auth
        if isinstance(token, ApiToken):
            self.token = token

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TokenError):
            self.note_refusal(exc)
        return super().handle_exception(exc)

    def record_use(self, request: HttpRequest) -> None:
        """Count the call for the token whose secret was proved."""
        token = self.token or (self.refusal and self.refusal.token)
        if token:
            ledger.record(
                token,
                door=self.door,
                client=self.client_name(request),
                address=address(request),
                now=datetime.now(UTC),
                operation=self.operation_name(request),
                reason=self.refusal.recorded_as if self.refusal else "",
            )


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """EXCEPTION_HANDLER of DRF: the problem, in the form of the door that was called."""
    if isinstance(error, OUTAGES):
        report(error)
    view = context["view"]
    form = type(view) if isinstance(view, DoorView) else DoorView  # the schema is shown by a view of the library
    if (problem := form.explain(error)) is None:
        return None
    return Response(
        form.problem_body(problem),
        status=problem.status,
        headers=dict(problem.headers),
        content_type=form.problem_media_type(context["request"]),
    )


@extend_schema(exclude=True)
class NowhereView(DoorView):
    """404 in the door's own form, for every address below its prefix that nothing else answers."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise Http404
