"""What columns may be told."""

from collections.abc import Sequence

from catalog.rules.batches import Check, Row, check_new, check_updates
from catalog.rules.texts import check_optional, check_required
from catalog.rules.values import check_given

CHECKS: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "data_type": check_required,
    "external_description": check_optional,
    "description_raw": check_optional,
    "is_nullable": check_given,
}


def check_new_columns(rows: Sequence[Row]) -> None:
    check_new(rows, CHECKS, parent="table_id")


def check_column_updates(rows: Sequence[Row]) -> None:
    """Of columns below the API source, or of the descriptions and metadata of any."""
    check_updates(rows, CHECKS)
