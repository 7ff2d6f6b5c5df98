"""How often a password may be tried: limits by network and person, or by known device (decision 0016)."""

import ipaddress
from collections.abc import Iterator

from allauth.core.internal import ratelimit  # as in the method of allauth's adapter that this stands in for
from django.http import HttpRequest

from accounts.actors import address
from accounts.devices import device_of

# How many, in how long. Only tries that fail are kept.
RATES = {
    "device": "5/5m/key",
    "network_and_person": "5/5m/key",
    "network": "10/m/key",
    "person": "100/h/key",
}
WAITS = {"device": "5 minutes", "network_and_person": "5 minutes", "network": "a minute", "person": "an hour"}
NETWORK_BITS = 64  # of an IPv6 address: what one customer has


class TooManyTries(Exception):
    """The text is a sentence for the person."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"Too many wrong passwords were tried. Wait {WAITS[limit]}, or set a new password by mail.")


def begin(request: HttpRequest, *, email: str) -> ratelimit.RateLimitUsage:
    """Count a try at the password of the person with this address; `rollback` of the result uncounts it.

    Counted before the password is checked, so that tries at the same time are, too. Raises TooManyTries and then counts
    nothing. The same whether there is such a person or not.
    """
    tried = ratelimit.RateLimitUsage(usage=[])
    for limit, key in limits(request, email.strip().lower()):
        usage = ratelimit.consume(request, app="accounts", action=limit, config=RATES, key=key)
        if usage is None:
            tried.rollback()
            raise TooManyTries(limit)
        tried.usage += usage.usage
    return tried


def limits(request: HttpRequest, email: str) -> Iterator[tuple[str, str]]:
    """What the try counts against: each limit with its key. A known device counts by itself, whatever its network."""
    if device := signed_in_as(request, email) or device_of(request, email):
        yield "device", device
        return
    yield "network_and_person", f"{network(request)} {email}"
    yield "network", network(request)
    yield "person", email


def forget(request: HttpRequest, *, email: str) -> None:
    """Forget the tries at this person, who has just set a new password."""
    email = email.strip().lower()
    for limit, key in (("network_and_person", f"{network(request)} {email}"), ("person", email)):
        ratelimit.clear(request, app="accounts", action=limit, config=RATES, key=key)


def signed_in_as(request: HttpRequest, email: str) -> str | None:
    """Who confirms their own password while they are signed in."""
    user = request.user
    return f"user {user.pk}" if user.is_authenticated and user.email.lower() == email else None


def network(request: HttpRequest) -> str:
    """The caller's IPv4 address, or the network of the IPv6 address."""
    ip = ipaddress.ip_address(address(request) or "::")
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, NETWORK_BITS), strict=False))
