"""What a quality check may be told."""

from catalog.rules.batches import Check, Row, check_batch, check_rows
from catalog.rules.texts import check_optional, check_required, check_url
from catalog.rules.values import check_given

CHECKS: dict[str, Check] = {
    "external_id": check_required,
    "name": check_required,
    "run_at": check_given,
    "status": check_given,
    "description": check_optional,
    "url": check_url,
}


def check_quality_checks(row: Row) -> None:
    """Of checks of one table: `table_id` and `quality_checks`."""
    check_batch(row["quality_checks"])
    check_rows(row["quality_checks"], CHECKS)


def check_former_quality_checks(row: Row) -> None:
    """Of checks to remove: `quality_checks`, each with `table_id` and `external_id`."""
    check_batch(row["quality_checks"])
