"""Every address of the site, from the resolver itself, with something in the place of each variable part."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

ID = "00000000-0000-4000-8000-000000000000"
SAMPLES = {"uuid": ID, "int": "1", "path": "1", "slug": "one", "str": "x"}
GROUPS = {"key": "x-y", "uidb36": "1", "app_label": "accounts", "url": "nothing-here"}


def addresses(below: str = "/") -> list[str]:
    return sorted({address for address in walk(get_resolver(), "/") if address.startswith(below)})


def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = prefix + filled(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield address
        else:
            yield from walk(entry, address)


def filled(pattern: str) -> str:
    """`tables/<uuid:id>/`, or the regular expression of an older route, as somebody would call it."""
    text = re.sub(r"<(\w+):\w+>", lambda part: SAMPLES[part[1]], pattern)
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: GROUPS[part[1]], text)
    return text.replace("^", "").replace("$", "")
