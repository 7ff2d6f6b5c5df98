"""What databases and schemas may be told."""

from collections.abc import Sequence
from functools import partial

from catalog.models.warehouse import PLACE_DESCRIPTION_LENGTH
from catalog.rules.batches import Check, Row, check_new, check_updates
from catalog.rules.texts import check_optional, check_required
from catalog.rules.values import check_given

CHECKS: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "description": partial(check_optional, longest=PLACE_DESCRIPTION_LENGTH),
    "is_hidden": check_given,
}


def check_new_databases(rows: Sequence[Row]) -> None:
    check_new(rows, CHECKS, parent="source_id")


def check_new_schemas(rows: Sequence[Row]) -> None:
    check_new(rows, CHECKS, parent="database_id")


def check_place_updates(rows: Sequence[Row]) -> None:
    """Of databases or of schemas."""
    check_updates(rows, CHECKS)
