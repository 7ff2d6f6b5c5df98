"""The example queries of the playground: a folder of documents that run as they are."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLES = Path(__file__).parent / "graphql" / "examples"  # a title in the first line, which is a comment


@cache
def examples() -> tuple[str, ...]:
    """The text of each example, in the order of the tabs."""
    return tuple(path.read_text() for path in sorted(EXAMPLES.glob("*.graphql")))


def origin(url: str) -> str:
    """Scheme, host and port, as a browser compares them and a policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
