"""What every view for machines has in common."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import address
from accounts.bodies import takes_body
from tokens import ledger
from tokens.actors import calling_client
from tokens.doors import Door
from tokens.errors import TokenError
from tokens.models import ApiToken


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
    """A view for machines. `operations` maps each method that it serves to a row of `api.operations`."""

    content_negotiation_class = OneForm
    http_method_names: Sequence[str] = ("get", "post", "put", "patch", "delete", "head")
    door: ClassVar[Door]
    operations: ClassVar[dict[str, str]] = {}
    token: ApiToken | None = None  # that was let in
    refusal: TokenError | None = None

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

    def perform_authentication(self, request: Request) -> None:
        """Remembers the token, for asking the request again after a refusal would check it again."""
        token = request.auth
        if isinstance(token, ApiToken):
            self.token = token

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TokenError):
            self.refusal = exc
        return super().handle_exception(exc)

    def record_use(self, request: HttpRequest) -> None:
        """Count the call for the token whose secret was proved."""
        token = self.token or (self.refusal and self.refusal.token)
        if token:
            ledger.record(
                token,
                door=self.door,
                client=calling_client(request),
                address=address(request),
                now=datetime.now(UTC),
                reason=self.refusal.recorded_as if self.refusal else "",
            )
