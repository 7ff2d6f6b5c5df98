"""Every address of the site, those to come included: the resolver is walked."""

import re
from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {
    "int": "1",
    "path": "1",
    "slug": "acme",
    "str": "acme",
    "uuid": "6f9619ff-8b86-4d01-b42d-00c04fc964ff",
}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
GROUP = re.compile(r"\(\?P<\w+>[^)]*\)")


def addresses() -> list[str]:
    """One for each route, its parameters filled with what they take."""
    return sorted(set(walked(get_resolver().url_patterns, "/")))


def walked(nodes: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for node in nodes:
        address = prefix + sample(str(node.pattern))
        if isinstance(node, URLResolver):
            yield from walked(node.url_patterns, address)
        else:
            yield address


def sample(pattern: str) -> str:
    """What a pattern matches, be it a route or one of the site's simple regular expressions."""
    filled = PARAMETER.sub(lambda found: SAMPLES[found[1] or "str"], GROUP.sub("acme", pattern))
    return filled.removeprefix("^").removesuffix("$").removesuffix("\\Z").replace("\\", "")
