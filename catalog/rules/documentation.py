"""What documentation may be: Markdown, of which images are left out."""

from collections.abc import Sequence

from catalog.rules.batches import Check, Row, check_updates
from catalog.rules.texts import check_optional
from catalog.rules.values import check_given


def check_markdown(words: str, text: str | None) -> None:
    """InvalidInput for null or too much, images included. An empty text takes the documentation away."""
    check_given(words, text)
    check_optional(words, text)


CHECKS: dict[str, Check] = {"description_raw": check_markdown}


def check_documentation(rows: Sequence[Row]) -> None:
    """Of tables or of dashboards."""
    check_updates(rows, CHECKS)
