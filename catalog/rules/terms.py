"""What a term may be told."""

from functools import partial

from catalog.models.rows import TEXT_LENGTH
from catalog.rules.batches import Check, Row, check_row
from catalog.rules.texts import check_required

CHECKS: dict[str, Check] = {"name": check_required, "description": partial(check_required, longest=TEXT_LENGTH)}


def check_term(row: Row) -> None:
    """Of a term, new or known. InvalidInput for a name or a description that is null, blank or too long."""
    check_row(row, CHECKS)
