"""Who did something to a token, as its history will say for ever."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from tokens.clients import HEADER, client_name


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is what history shows: an email address, "command line", or a token's mask."""

    name: str
    user: User | None = None
    ip: str | None = None
    client: str = ""


HEADER_IN_META = "HTTP_" + HEADER.upper().replace("-", "_")
LONGEST_ADDRESS = 45  # characters; a text of this length is kept in memory for the next call, and a token is longer
SYSTEM = Actor("system")
COMMAND_LINE = Actor("command line")


def actor_from(request: HttpRequest) -> Actor:
    """The signed-in person behind this request."""
    user = request.user
    assert isinstance(user, User)
    return Actor(user.email, user, address(request), calling_client(request))


# From META: building `request.headers` costs an API call as much as checking its token.
def calling_client(request: HttpRequest) -> str:
    """The name of the program behind this request, as the ledger keeps it."""
    return client_name(request.META.get("HTTP_USER_AGENT", ""), request.META.get(HEADER_IN_META, ""))


def address(request: HttpRequest) -> str | None:
    """The caller's IP address, past as many proxies as TRUSTED_PROXY_COUNT says; None if it is no address."""
    text = request.META.get("REMOTE_ADDR", "")
    if trusted := settings.TRUSTED_PROXY_COUNT:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        text = hops[-trusted] if trusted <= len(hops) else text
    return ip_address(text) if len(text) <= LONGEST_ADDRESS else None


@lru_cache(maxsize=4096)
def ip_address(text: str) -> str | None:
    host, _, _zone = text.strip().partition("%")  # a zone (RFC 4007, 11) means something on the caller's machine alone
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
