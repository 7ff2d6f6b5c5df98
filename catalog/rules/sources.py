"""What a source may be told through the API."""

from catalog.rules.batches import Check, Row, check_row
from catalog.rules.texts import check_required

CHECKS: dict[str, Check] = {"name": check_required}


def check_source(row: Row) -> None:
    """InvalidInput unless this may be said of a source, new or known."""
    check_row(row, CHECKS)
