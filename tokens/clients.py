"""What a caller says of itself."""

import re

from tokens.keys import redact

MAX_LENGTH = 80  # characters
PRODUCT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,60})(?:/([0-9A-Za-z.+_-]{1,19}))?", re.ASCII)


def client_name(user_agent: str) -> str:
    """The first product of a User-Agent with its version (`python-requests 2.32`), or "" (RFC 9110, 10.1.5).

    A token that was put there by mistake is cut down to its prefix: what this returns is kept.
    """
    found = PRODUCT.match(redact(user_agent))
    return " ".join(filter(None, found.groups()))[:MAX_LENGTH] if found else ""
