"""What external links may be told."""

from collections.abc import Sequence

from catalog.models.rows import URL_LENGTH
from catalog.rules.batches import Check, Row, check_batch, check_rows, check_updates
from catalog.rules.texts import check_required, check_url
from catalog.rules.values import check_given


def check_address(words: str, url: str | None) -> None:
    check_required(words, url, URL_LENGTH)
    check_url(words, url)


CHECKS: dict[str, Check] = {"url": check_address, "technology": check_given}


def check_new_links(rows: Sequence[Row]) -> None:
    check_batch(rows)
    check_rows(rows, CHECKS)


def check_link_updates(rows: Sequence[Row]) -> None:
    """Of addresses; a deletion names rows in the same way."""
    check_updates(rows, CHECKS)
