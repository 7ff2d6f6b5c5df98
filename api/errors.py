"""Domain error to HTTP: one table, answered as RFC 9457 problems with RFC 6750 challenges."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from api.throttling import WINDOW
from database.errors import OUTAGES, report
from tokens import errors

REALM = "Catalog API"
RETRY_AFTER_OUTAGE = 5  # seconds


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of answer: its status, its title, RFC 6750's error code if it is about the token, and what to do."""

    status: int
    title: str
    challenge: str = ""
    advice: str = ""


ASK_AGAIN = "An administrator generates a new token on Settings > API."
PROBLEMS = {
    "missing_token": Problem(401, "No token was sent", advice="Send the header Authorization: Bearer <token>."),
    "malformed": Problem(401, "The token is malformed", "invalid_token", "Copy all 60 characters of the token."),
    "wrong_region": Problem(
        401, "The token is for another region", "invalid_token", "Call the base URL that is named."
    ),
    "unknown": Problem(401, "The token is unknown", "invalid_token", ASK_AGAIN),
    "expired": Problem(401, "The token has expired", "invalid_token", ASK_AGAIN),
    "revoked": Problem(401, "The token was revoked", "invalid_token", ASK_AGAIN),
    "replaced": Problem(401, "The token was replaced", "invalid_token", "Use the newer token that is named."),
    "account_suspended": Problem(401, "The account is suspended", "invalid_token", "Ask the operators of this site."),
    "insufficient_scope": Problem(
        403, "The token's scope is too weak", "insufficient_scope", "Use a token with the scope that is named."
    ),
    "too_many_requests": Problem(
        429, "Too many requests", advice="Try again after the seconds in Retry-After. Does something run in a loop?"
    ),
    "https_required": Problem(
        403,
        "The API is called over https",
        advice="Call the https base URL. A token that was sent over plain http may have been read: replace it.",
    ),
    "unreadable_content_type": Problem(
        400, "The Content-Type cannot be read", advice="Name one media type, and no charset but UTF-8."
    ),
    "body_too_large": Problem(413, "The body is too large", advice="Send fewer rows at once."),
    "multipart_not_taken": Problem(415, "No files are taken here", advice="Send JSON."),
    "forbidden": Problem(403, "Not allowed", advice="No token may do this."),
    "not_found": Problem(404, "Not found", advice="Check the address against the API reference."),
    "unavailable": Problem(503, "The database is away", advice="Try again after the seconds in Retry-After."),
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:  # noqa: PLR0911  # one line a kind
    """The answer to an exception that a door let through; None for one that nobody foresaw (500)."""
    if isinstance(error, errors.TooManyRequests):
        return too_many(error)
    if isinstance(error, errors.TokenError) and error.code in PROBLEMS:
        return answer(error.code, detail=str(error), facts=facts(error))
    if isinstance(error, exceptions.NotAuthenticated):
        return answer("missing_token", detail="This address needs an API token in the Authorization header.")
    if isinstance(error, OUTAGES):
        report(error)
        response = answer("unavailable", detail="The database does not answer right now.")
        response["Retry-After"] = str(RETRY_AFTER_OUTAGE)
        return response
    if isinstance(error, Http404):
        return answer("not_found", detail="There is nothing here.")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return answer("forbidden", detail="This operation is not open to tokens.")
    if isinstance(error, exceptions.APIException):
        return plain(error)
    return None


def facts(error: errors.TokenError) -> dict[str, Any]:
    """What the caller may learn beside the reason; times in ISO 8601, UTC."""
    match error:
        case errors.TokenReplaced():
            return {"at": error.at, "replaced_by": error.replaced_by, "settings_url": settings_url()}
        case errors.TokenEnded():
            return {"at": error.at, "settings_url": settings_url()}
        case errors.WrongRegion():
            return {"base_url": settings.REGION_API_BASE_URLS[error.region]}
        case errors.InsufficientScope():
            return {"scope": error.needed}
    return {}


def answer(reason: str, *, detail: str, facts: dict[str, Any] | None = None) -> Response:
    problem = PROBLEMS[reason]
    body = {
        "type": f"{settings.API_BASE_URL}{reverse('api-problems')}#{reason}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "reason": reason,
    }
    response = Response(body | (facts or {}), status=problem.status, content_type="application/problem+json")
    if problem.status == 401 or problem.challenge:
        response["WWW-Authenticate"] = challenge(reason, problem, detail=detail, facts=facts or {})
    return response


def challenge(reason: str, problem: Problem, *, detail: str, facts: dict[str, Any]) -> str:
    """The WWW-Authenticate value (RFC 6750, section 3); a request without a token gets no error code."""
    if not problem.challenge:
        return f'Bearer realm="{REALM}"'
    parts = {"realm": REALM, "error": problem.challenge, "error_description": detail, "reason": reason}
    parts |= {name: plain_text(value) for name, value in facts.items()}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parts.items())


def too_many(error: errors.TooManyRequests) -> Response:
    """429 with the limit (draft-ietf-httpapi-ratelimit-headers-06; RFC 6585, section 4)."""
    response = answer(error.code, detail=str(error), facts={"retry_after": error.wait})
    response["Retry-After"] = response["RateLimit-Reset"] = str(error.wait)
    response["RateLimit-Limit"], response["RateLimit-Remaining"] = str(error.limit), "0"
    response["RateLimit-Policy"] = f"{error.limit};w={WINDOW}"
    return response


def plain_text(value: object) -> str:
    """A fact as a header can carry it: ASCII, so a mask shows asterisks for dots."""
    text = JSONEncoder().default(value) if not isinstance(value, str) else value
    return text.replace("•", "*")


def plain(error: exceptions.APIException) -> Response:
    """DRF's own errors (405, 415, malformed JSON, …) in the same form."""
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": error.detail}
    return Response(body, status=error.status_code, content_type="application/problem+json")


def settings_url() -> str:
    return f"{settings.BASE_URL}{reverse('settings-api')}"
