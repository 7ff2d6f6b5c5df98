"""Domain errors as GraphQL says them: a message, and `extensions.code` for programs."""

import logging
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from graphql import GraphQLError

from accounts.errors import AccountError
from api.problems import Problem
from assistant.errors import AssistantError, TooManyQuestions
from catalog.errors import CatalogError
from tokens.errors import InsufficientScope

logger = logging.getLogger(__name__)

UNFORESEEN = "Something went wrong here. It was written down."
MAX_MESSAGE_LENGTH = 20_000  # characters of a message: the ids of 500 rows fit in
SYNTAX, INPUT, INTERNAL = "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "INTERNAL_SERVER_ERROR"
CODES = {
    "invalid_input": INPUT,
    "not_found": "NOT_FOUND",
    "not_editable": "FORBIDDEN",
    "rate_limited": "RATE_LIMITED",
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


class NeedsPost(Exception):
    """A GET asks for what it may not do: an address is followed without a thought, and asked again."""


class OutOfTime(Exception):
    """The call took longer than it may."""

    code = "TIMEOUT"


def refused(message: str, *, code: str = INPUT) -> Refused:
    return Refused(GraphQLError(message), code=code)


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """The error with its code; a message is cut after MAX_MESSAGE_LENGTH characters, for it may quote what was sent."""
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
        case OutOfTime() as original:
            return coded(error, original.code)
        case TooManyQuestions() as original:
            error.extensions = {"retryAfter": original.retry_after}
            return coded(error, CODES[original.code])
        case CatalogError() | AccountError() | AssistantError() as original:
            return coded(error, CODES.get(original.code, INPUT))
        case original:
            logger.error("graphql_failed", exc_info=original)
            return coded(GraphQLError(UNFORESEEN, path=error.path), INTERNAL)


def envelope(problem: Problem) -> dict[str, Any]:
    """A problem outside of the operation (the token, limits, the body, the database) in GraphQL's form."""
    message = "Unauthorized" if problem.status == HTTPStatus.UNAUTHORIZED else problem.detail
    if problem.reason == InsufficientScope.code:
        message = "AuthorizationError: this operation needs a Read & Write token"
    code = STATUS_CODES.get(problem.status, INPUT if problem.status < 500 else INTERNAL)
    return {"errors": [{"message": message, "extensions": {"code": code} | problem.told}]}
