"""The client, which is the program that calls: its name, from what it says of itself in two headers."""

import re
from dataclasses import replace

from django.http import HttpRequest

from accounts.actors import Actor, person_from
from accounts.browsers import browser_version
from tokens.keys import redact

HEADER = "X-Catalog-Client"
HEADER_IN_META = "HTTP_" + HEADER.upper().replace("-", "_")
MAX_CLIENT_LENGTH = 80  # characters
OTHERS = "others"  # who comes after the 200 clients of a token's day
PRODUCT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,60})(?:/([0-9A-Za-z.+_-]{1,19}))?", re.ASCII)
SHARED_BY_BROWSERS = "Mozilla/"
GIVEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}", re.ASCII)
MAX_HEADER_LENGTH = 1000  # characters of a header that are looked at
MAX_REMEMBERED_NAMES = 4096
remembered: dict[tuple[str, str], str] = {}  # names by the two headers


def actor_from(request: HttpRequest) -> Actor:
    """The signed-in person who sent this request, with their client."""
    return replace(person_from(request), client=calling_client(request))


# From META: building `request.headers` costs an API call as much as checking its token.
def calling_client(request: HttpRequest) -> str:
    """The name of the client that sent this request, as ledger and history keep it."""
    return client_name(request.META.get("HTTP_USER_AGENT", ""), request.META.get(HEADER_IN_META, ""))


def given_name(request: HttpRequest) -> str:
    """The name that the client's operator gave it by X-Catalog-Client; empty without one that is a name."""
    return client_name("", request.META.get(HEADER_IN_META, ""))


def client_name(user_agent: str, given: str = "") -> str:
    """Who calls: the name that its operator gave it, else the first product of its User-Agent; "" when neither is one.

    `given` is the value of X-Catalog-Client: letters, digits, dots, dashes and underscores, 60 at the most.
    A product comes with its version, `python-requests 2.32` (RFC 9110, 10.1.5), a browser with its major one,
    `Firefox 141`. All of it is cut down to printable ASCII without markup, and a token that was put there by mistake to
    its prefix: what this returns is kept and shown.
    """
    name = remembered.get((user_agent, given))
    return read_name(user_agent, given) if name is None else name


def read_name(user_agent: str, given: str) -> str:
    """As `client_name`, for headers that are not remembered; remembers them unless they are long or hold a token."""
    sent = user_agent[:MAX_HEADER_LENGTH], given[:MAX_HEADER_LENGTH]
    clean = redact(sent[0]), redact(sent[1])
    named = clean[1].strip(" \t")
    browser = browser_version(clean[0]) if clean[0].startswith(SHARED_BY_BROWSERS) else ""
    name = named if GIVEN.fullmatch(named) else browser or product(clean[0])
    if clean == (user_agent, given):
        if len(remembered) >= MAX_REMEMBERED_NAMES:
            remembered.clear()
        remembered[user_agent, given] = name
    return name


def product(user_agent: str) -> str:
    match = PRODUCT.match(user_agent)
    return " ".join(filter(None, match.groups()))[:MAX_CLIENT_LENGTH] if match else ""
