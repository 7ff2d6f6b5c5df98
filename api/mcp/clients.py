"""The program that calls, by what the protocol says of it, and the name tag by which it is known in later calls.

Clients of the handshake revisions say who they are once, in `initialize`; later calls carry `node` or `undici` as their
User-Agent, and the tag. It is a signed name and no state: nothing is kept of it, and a call without one is as good.
"""

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.core import signing

from tokens.keys import redact

SALT = "mcp"
MAX_NAME_LENGTH = 60  # characters, without the version
MAX_TEXT_LENGTH = 1_000  # characters of a name that are looked at
MAX_TAG_LENGTH = 400
UNUSUAL = re.compile(r"[^0-9A-Za-z ._()/+@-]+", re.ASCII)
UNUSUAL_IN_TOKENS = re.compile(r"[^0-9A-Za-z ._()/+@%-]+", re.ASCII)  # a token out of a URL has %5F for its underscores
VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6})?)", re.ASCII)
PROBING = "mcp-remote-fallback-test"  # as mcp-remote calls itself before it knows for whom it calls


class Tag(NamedTuple):
    """Who called `initialize`, and the revision that was agreed on; both empty without a tag of ours."""

    name: str = ""
    revision: str = ""


def name_of(info: Mapping[str, Any]) -> str:
    """`claude-ai 0.1` of a client's `clientInfo`: its name and the beginning of its version; empty without a name.

    ASCII without markup. A token that was put there by mistake is cut to its prefix, before anybody keeps the name.
    """
    said, version = info.get("name"), info.get("version")
    if not isinstance(said, str):
        return ""
    if said == PROBING:
        return "mcp-remote"
    plain = UNUSUAL_IN_TOKENS.sub("", said[:MAX_TEXT_LENGTH])
    name = " ".join(UNUSUAL.sub("", redact(plain)).split())[:MAX_NAME_LENGTH].strip()
    number = VERSION.match(version) if isinstance(version, str) else None
    return f"{name} {number[1]}" if name and number else name


def tag(name: str, revision: str) -> str:
    """The value of Mcp-Session-Id: printable ASCII, another one for each session."""
    return signing.dumps([name, revision, secrets.token_urlsafe(9)], salt=SALT)


def read_tag(text: str) -> Tag:
    """What a tag says; an unknown or forged one says nothing."""
    return read_signed(text) if 0 < len(text) <= MAX_TAG_LENGTH else Tag()


@lru_cache(maxsize=4096)
def read_signed(text: str) -> Tag:
    try:
        name, revision, _ = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return Tag()
    return Tag(name, revision)
