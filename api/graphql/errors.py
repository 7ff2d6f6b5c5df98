"""Domain errors as GraphQL says them: a message, and `extensions.code` for programs."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from graphql import GraphQLError
from rest_framework.response import Response

from accounts.errors import AccountError
from api.errors import problem_response
from catalog.errors import CatalogError
from tokens.errors import InsufficientScope

logger = logging.getLogger(__name__)

MAX_MESSAGE_LENGTH = 20_000  # characters of a message: the ids of 500 rows fit in
SYNTAX, INPUT, INTERNAL = "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "INTERNAL_SERVER_ERROR"
CODES = {
    "invalid_input": INPUT,
    "not_found": "NOT_FOUND",
    "not_editable": "FORBIDDEN",
}
STATUS_CODES = {
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
}


class Refused(Exception):
    """The call is not executed: HTTP 400 with these errors."""

    def __init__(self, *errors: GraphQLError, code: str = INPUT) -> None:
        super().__init__(*errors)
        self.errors = [coded(error, code) for error in errors]


class OutOfTime(Exception):
    """The call took longer than it may."""

    code = "TIMEOUT"


class NotAvailable(Exception):
    """The operation is of the API, and not of this server."""

    code = "NOT_AVAILABLE"


def refused(message: str, *, code: str = INPUT) -> Refused:
    return Refused(GraphQLError(message), code=code)


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error with its code, and no more of what it quotes than somebody reads."""
    error.extensions = {"code": code} | (error.extensions or {})
    if len(error.message) > MAX_MESSAGE_LENGTH:
        error.message = f"{error.message[:MAX_MESSAGE_LENGTH]}…"
    return error


def explained(error: GraphQLError) -> GraphQLError:
    """An error of execution as callers may read it: what nobody foresaw says nothing of itself.

    Raises the original when the database is away: that is no answer to the question.
    """
    match error.original_error:
        case None:
            return coded(error, INPUT)
        case OperationalError() | InterfaceError() as original:
            raise original
        case OutOfTime() | NotAvailable() as original:
            return coded(error, original.code)
        case CatalogError() | AccountError() as original:
            return coded(error, CODES.get(original.code, INPUT))
        case original:
            logger.error("graphql_failed", exc_info=original)
            return coded(GraphQLError("Something went wrong here. It was written down.", path=error.path), INTERNAL)


def envelope(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to what came before GraphQL, or around it: the token, the limits, the body, the database."""
    response = problem_response(error, context)
    if response is None:
        logger.error("graphql_failed", exc_info=error)
        response = Response({"detail": "Something went wrong here. It was written down."}, status=500)
    message = {401: "Unauthorized"}.get(response.status_code, str(response.data["detail"]))
    if isinstance(error, InsufficientScope):
        message = "AuthorizationError: this operation needs a Read & Write token"
    return enveloped(response, message)


def enveloped(response: Response, message: str) -> Response:
    """A problem of RFC 9457 in GraphQL's own form."""
    problem = response.data
    code = STATUS_CODES.get(response.status_code, INPUT if response.status_code < 500 else INTERNAL)
    told = {name: value for name, value in problem.items() if name not in {"type", "title", "status"}}
    response.data = {"errors": [{"message": message, "extensions": {"code": code} | told}]}
    response.content_type = "application/json"
    return response
