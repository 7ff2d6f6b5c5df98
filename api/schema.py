"""How OpenAPI describes the token and the scopes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.operations import OPERATIONS
from tokens.clients import HEADER


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    target_class = "api.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API token from Settings > API."}


CLIENT = "Your program's name on Settings > API: letters, digits, dots, dashes, underscores; 60 at the most."


class ScopedSchema(AutoSchema):
    """Says of each operation which scope it needs."""

    def get_override_parameters(self) -> list[Any]:
        """What every operation takes beside its own."""
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=CLIENT)]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        scope = OPERATIONS.get(getattr(self.view, "operations", {}).get(self.method, ""))
        if operation is not None and scope:
            operation["x-required-scope"] = scope.value
            operation["responses"] |= {"429": {"description": "Too many calls: wait for the seconds in Retry-After."}}
            operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope {scope.value}.".strip()
        return operation
