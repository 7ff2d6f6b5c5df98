"""Who did something, as the history of tokens and the audit log keep it."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is what history shows: an email address, "command line", or a token's mask.

    `door` is where it came in: page, admin, command, system, or a surface that tokens open.
    """

    name: str
    user: User | None = None
    ip: str | None = None
    client: str = ""
    door: str = "page"
    token_id: UUID | None = None


MAX_ADDRESS_LENGTH = 45  # characters; nothing longer gets into the cache of `ip_address`, least of all a token
SYSTEM = Actor("system", door="system")
COMMAND_LINE = Actor("command line", door="command")


def person_from(request: HttpRequest) -> Actor:
    """The signed-in person behind this request."""
    user = request.user
    assert isinstance(user, User)
    door = "admin" if request.path.startswith(reverse("admin:index")) else "page"
    return Actor(user.email, user, address(request), door=door)


def address(request: HttpRequest) -> str | None:
    """The caller's IP address, past as many proxies as TRUSTED_PROXY_COUNT says; None if it is no address."""
    text = request.META.get("REMOTE_ADDR", "")
    if trusted := settings.TRUSTED_PROXY_COUNT:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        text = hops[-trusted] if trusted <= len(hops) else text
    return ip_address(text) if len(text) <= MAX_ADDRESS_LENGTH else None


@lru_cache(maxsize=4096)
def ip_address(text: str) -> str | None:
    host, _, _zone = text.strip().partition("%")  # a zone (RFC 4007, 11) means something on the caller's machine alone
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
