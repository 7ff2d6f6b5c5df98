"""Who did something to a token, as its history will say for ever."""

import ipaddress
from dataclasses import dataclass

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


SYSTEM = Actor("system")
COMMAND_LINE = Actor("command line")


def actor_from(request: HttpRequest) -> Actor:
    """The signed-in person behind this request."""
    user = request.user
    assert isinstance(user, User)
    return Actor(user.email, user, address(request), calling_client(request))


def calling_client(request: HttpRequest) -> str:
    """The name of the program behind this request, as the ledger keeps it."""
    return client_name(request.headers.get("User-Agent", ""), request.headers.get(HEADER, ""))


def address(request: HttpRequest) -> str | None:
    """The caller's IP address, past as many proxies as TRUSTED_PROXY_COUNT says; None if it is no address."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = settings.TRUSTED_PROXY_COUNT
    text = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    host, _, _zone = text.strip().partition("%")  # a zone (RFC 4007, 11) means something on the caller's machine alone
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
