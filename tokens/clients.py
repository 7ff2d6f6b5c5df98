"""What a caller says of itself."""

import re

from tokens.keys import redact

MAX_CLIENT_LENGTH = 80  # characters
HEADER = "X-Catalog-Client"
OTHERS = "others"  # who comes after the 200 clients of a token's day
PRODUCT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,60})(?:/([0-9A-Za-z.+_-]{1,19}))?", re.ASCII)
GIVEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}", re.ASCII)
MAX_HEADER_LENGTH = 1000  # characters of a header that are looked at
MAX_REMEMBERED_NAMES = 4096  # pairs of headers whose name is remembered
known: dict[tuple[str, str], str] = {}


def client_name(user_agent: str, given: str = "") -> str:
    """Who calls: the name that its operator gave it, else the first product of its User-Agent; "" when neither is one.

    `given` is the value of X-Catalog-Client: letters, digits, dots, dashes and underscores, 60 at the most.
    A product comes with its version, `python-requests 2.32` (RFC 9110, 10.1.5). Both are cut down to printable ASCII
    without markup, and a token that was put there by mistake to its prefix: what this returns is kept and shown.
    """
    name = known.get((user_agent, given))
    return find_name(user_agent, given) if name is None else name


def find_name(user_agent: str, given: str) -> str:
    """What `client_name` does when it meets these headers. Remembers them, unless they are long or hold a token."""
    sent = user_agent[:MAX_HEADER_LENGTH], given[:MAX_HEADER_LENGTH]
    clean = redact(sent[0]), redact(sent[1])
    if GIVEN.fullmatch(named := clean[1].strip(" \t")):
        name = named
    else:
        found = PRODUCT.match(clean[0])
        name = " ".join(filter(None, found.groups()))[:MAX_CLIENT_LENGTH] if found else ""
    if clean == (user_agent, given):
        if len(known) >= MAX_REMEMBERED_NAMES:
            known.clear()
        known[user_agent, given] = name
    return name
