"""What tables may be told."""

from collections.abc import Sequence
from functools import partial

from catalog.models.rows import HIGHEST_POPULARITY
from catalog.rules.batches import Check, Row, check_new, check_updates
from catalog.rules.texts import check_optional, check_required, check_url
from catalog.rules.values import check_count, check_given

CHECKS: dict[str, Check] = {
    "name": check_required,
    "external_id": check_required,
    "external_description": check_optional,
    "url": check_url,
    "table_type": check_given,
    "table_size": check_count,
    "number_of_queries": check_count,
    "popularity": partial(check_count, highest=HIGHEST_POPULARITY),
}


def check_new_tables(rows: Sequence[Row]) -> None:
    check_new(rows, CHECKS, parent="schema_id")


def check_table_updates(rows: Sequence[Row]) -> None:
    """Of tables below the API source, or of the descriptions of any."""
    check_updates(rows, CHECKS)
