"""An error answer as a value: what happened, for people and for programs.

Each door says it in its own form (decision 0024). One table names the kinds; the words are those of RFC 9457.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.utils.encoders import JSONEncoder

from api.throttling import WINDOW_SECONDS
from database.errors import OUTAGES
from tokens import errors

REALM = "Catalog API"
RETRY_AFTER_OUTAGE = 5  # seconds


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its title, RFC 6750's error code if it is about the token, and what to do.

    `retry_after` is in seconds; 0 says nothing of it.
    """

    status: int
    title: str
    challenge: str = ""
    advice: str = ""
    retry_after: int = 0


# What a token's error means stands in tokens/errors.py; here stands what its caller does about it.
ASK_AGAIN = "An administrator generates a new token on Settings > API."
PROBLEMS = {
    "missing_token": Kind(401, "No token was sent", advice="Send the header Authorization: Bearer <token>."),
    "malformed": Kind(401, errors.MalformedToken.title, "invalid_token", "Copy all 60 characters of the token."),
    "wrong_region": Kind(401, errors.WrongRegion.title, "invalid_token", "Call the base URL that is named."),
    "unknown": Kind(401, errors.UnknownToken.title, "invalid_token", ASK_AGAIN),
    "expired": Kind(401, errors.TokenExpired.title, "invalid_token", ASK_AGAIN),
    "revoked": Kind(401, errors.TokenRevoked.title, "invalid_token", ASK_AGAIN),
    "replaced": Kind(401, errors.TokenReplaced.title, "invalid_token", "Use the newer token that is named."),
    "account_suspended": Kind(401, errors.AccountSuspended.title, "invalid_token", "Ask the operators of this site."),
    "insufficient_scope": Kind(
        403, errors.InsufficientScope.title, "insufficient_scope", "Use a token with the scope that is named."
    ),
    "mcp_off": Kind(
        403,
        errors.McpOff.title,
        advice="An administrator turns it on in Settings > API > MCP: the token itself is good.",
    ),
    "too_many_requests": Kind(
        429,
        errors.TooManyRequests.title,
        advice="Try again after the seconds in Retry-After. Does something run in a loop?",
    ),
    "https_required": Kind(
        403,
        "The API is called over https",
        advice="Call the https base URL. A token that was sent over plain http may have been read: replace it.",
    ),
    "unreadable_content_type": Kind(
        400, "The Content-Type cannot be read", advice="Name one media type, and no charset but UTF-8."
    ),
    "unreadable_body": Kind(
        400, "The body cannot be read", advice="Send the body with a Content-Length, or in chunks that end."
    ),
    "body_late": Kind(408, "The body came too late", advice="Send it again, over a connection that is fast enough."),
    "body_too_large": Kind(413, "The body is too large", advice="Send fewer rows at once."),
    "unusable_upload": Kind(
        400, "The file cannot be used", advice="Nothing was stored. Mend what the sentence says, and send it again."
    ),
    "path_taken": Kind(
        409,
        "A file was uploaded to this address before",
        advice="Nothing was changed. When `same` is true, that file is this one; else use another name.",
    ),
    "upload_too_large": Kind(413, "The file is too large", advice="Ask the operators of this site for its limit."),
    "no_space": Kind(507, "There is no room for the file", advice="Tell the operators of this site, and try again."),
    "not_possible": Kind(
        409, "Not possible now", advice="Nothing was changed. The sentence says what stands in the way."
    ),
    "multipart_not_taken": Kind(415, "No files are taken here", advice="Send JSON."),
    "forbidden": Kind(403, "Not allowed", advice="No token may do this."),
    "not_found": Kind(404, "Not found", advice="Check the address against the API reference."),
    "unavailable": Kind(
        503,
        "The database is away",
        advice="Try again after the seconds in Retry-After.",
        retry_after=RETRY_AFTER_OUTAGE,
    ),
}
# Reason and sentence for exceptions whose own text is not meant for callers.
SAID: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((exceptions.NotAuthenticated,), "missing_token", "This address needs an API token in the Authorization header."),
    ((Http404,), "not_found", "There is nothing here."),
    ((PermissionDenied, exceptions.PermissionDenied), "forbidden", "This operation is not open to tokens."),
    (OUTAGES, "unavailable", "The database does not answer right now."),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer. `facts` is what the caller may learn beside the reason, as JSON has it; times are ISO 8601, UTC.

    `reason` is a row of PROBLEMS, or empty for what HTTP alone says (405, a body that is no JSON).
    """

    status: int
    title: str
    detail: str
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """What every form says beside the status: the sentence, the reason if there is one, the facts."""
        return {"detail": self.detail} | ({"reason": self.reason} if self.reason else {}) | dict(self.facts)

    @property
    def document(self) -> dict[str, Any]:
        """RFC 9457's own form, `application/problem+json`."""
        kind = f"{settings.API_BASE_URL}{reverse('api-problems')}#{self.reason}" if self.reason else "about:blank"
        return {"type": kind, "title": self.title, "status": self.status} | self.told


def problem(
    reason: str, *, detail: str, facts: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Problem:
    """One of this row of PROBLEMS, with the challenge of RFC 6750 where a token would help."""
    kind, facts, told = PROBLEMS[reason], facts or {}, dict(headers or {})
    if kind.status == HTTPStatus.UNAUTHORIZED or kind.challenge:
        told["WWW-Authenticate"] = challenge(reason, kind, detail=detail, facts=facts)
    if kind.retry_after:
        told["Retry-After"] = str(kind.retry_after)
    return Problem(kind.status, kind.title, detail, reason, facts, told)


def explain(error: Exception) -> Problem | None:
    """What an exception that a door let through says to its caller; None for one that nobody foresaw."""
    if isinstance(error, errors.TooManyRequests):
        return too_many(error)
    if isinstance(error, errors.TokenError) and error.code in PROBLEMS:
        return problem(error.code, detail=str(error), facts=facts(error))
    for classes, reason, detail in SAID:
        if isinstance(error, classes):
            return problem(reason, detail=detail)
    if isinstance(error, exceptions.APIException):  # DRF's own: 405, 415, malformed JSON, …
        return Problem(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail))
    return None


def facts(error: errors.TokenError) -> dict[str, Any]:
    match error:
        case errors.TokenReplaced():
            return {"at": as_text(error.at), "replaced_by": error.replaced_by, "settings_url": settings_url()}
        case errors.McpOff():
            return {"settings_url": settings_url("token-mcp")}
        case errors.TokenEnded():
            return {"at": as_text(error.at), "settings_url": settings_url()}
        case errors.WrongRegion():
            return {"base_url": settings.REGION_API_BASE_URLS[error.region]}
        case errors.InsufficientScope():
            return {"scope": error.needed}
    return {}


def too_many(error: errors.TooManyRequests) -> Problem:
    """429 with the limit (draft-ietf-httpapi-ratelimit-headers-06; RFC 6585, section 4)."""
    headers = {
        "Retry-After": str(error.wait),
        "RateLimit-Reset": str(error.wait),
        "RateLimit-Limit": str(error.limit),
        "RateLimit-Remaining": "0",
        "RateLimit-Policy": f"{error.limit};w={WINDOW_SECONDS}",
    }
    return problem(error.code, detail=str(error), facts={"retry_after": error.wait}, headers=headers)


def challenge(reason: str, kind: Kind, *, detail: str, facts: Mapping[str, Any]) -> str:
    """The WWW-Authenticate value (RFC 6750, section 3); a request without a token gets no error code.

    ASCII, as headers are: a mask shows asterisks for dots.
    """
    if not kind.challenge:
        return f'Bearer realm="{REALM}"'
    parts = {"realm": REALM, "error": kind.challenge, "error_description": detail, "reason": reason, **facts}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parts.items()).replace("•", "*")


def as_text(moment: datetime) -> str:
    text: str = JSONEncoder().default(moment)
    return text


def settings_url(view: str = "settings-api") -> str:
    """The address of this view of Settings > API."""
    return f"{settings.BASE_URL}{reverse(view)}"
