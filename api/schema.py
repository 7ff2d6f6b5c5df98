"""How OpenAPI describes the token, the scopes, and what a call may be refused with."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.operations import OPERATIONS
from api.problems import PROBLEMS
from tokens.clients import HEADER


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    target_class = "api.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API token from Settings > API."}


CLIENT = "Your program's name on Settings > API: letters, digits, dots, dashes, underscores; 60 at the most."


class ProblemSerializer(serializers.Serializer):
    """Why a call was refused (RFC 9457). Some reasons tell more: `at`, `replaced_by`, `base_url`, `retry_after`."""

    type = serializers.URLField(help_text="A page that says what the reason means; about:blank when there is none.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people: what was wrong, and what to do.")
    reason = serializers.ChoiceField(choices=list(PROBLEMS), required=False, help_text="The same for programs.")


CHALLENGE = {"WWW-Authenticate": "Bearer, with the reason (RFC 6750, section 3)."}
WAIT = {"Retry-After": "Seconds to wait."}
LIMIT = {
    "RateLimit-Limit": "Calls in a window.",
    "RateLimit-Remaining": "Calls that are left in this one.",
    "RateLimit-Reset": "Seconds until it ends.",
    "RateLimit-Policy": "The limit, and the seconds of a window.",
}
# What any operation may be refused with: a sentence, and the headers of the answer.
REFUSALS: dict[int, tuple[str, dict[str, str]]] = {
    401: ("No token was sent, or one that does not open.", CHALLENGE),
    403: ("The token may not do this, or the call came over plain http.", CHALLENGE),
    429: ("Too many calls.", WAIT | LIMIT),
    503: ("The database is away.", WAIT),
}


def refusal_of(status: int, problem: dict[str, Any]) -> dict[str, Any]:
    """The response object for this status; `problem` is the schema of its body."""
    sentence, headers = REFUSALS[status]
    reasons = ", ".join(f"`{reason}`" for reason, kind in PROBLEMS.items() if kind.status == status)
    return {
        "description": f"{sentence} Reasons: {reasons}.",
        "headers": {name: {"schema": {"type": "string"}, "description": said} for name, said in headers.items()},
        "content": {"application/problem+json": {"schema": problem}},
    }


class ScopedSchema(AutoSchema):
    """Says of each operation which scope it needs, and what it may be refused with."""

    def get_override_parameters(self) -> list[Any]:
        """What every operation takes beside its own."""
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=CLIENT)]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        scope = OPERATIONS.get(getattr(self.view, "operations", {}).get(self.method, ""))
        if operation is not None and scope:
            operation["x-required-scope"] = scope.value
            problem = self.resolve_serializer(ProblemSerializer, "response").ref
            operation["responses"] |= {str(status): refusal_of(status, problem) for status in REFUSALS}
            operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope {scope.value}.".strip()
        return operation
