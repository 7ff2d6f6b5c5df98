"""Rules for lineage as callers send it: one parent, one child, and not the same."""

from collections.abc import Sequence
from typing import TypedDict

from accounts.checked import Row
from catalog.errors import InvalidInput
from catalog.models.lineage import CHILDREN, PARENTS
from catalog.rules.assets import Associated, is_same
from catalog.rules.batches import check_each, check_fields


class LineageSides(TypedDict, total=False):
    """One parent and one child are given; None is as good as absent."""

    parent_dashboard_id: str | None
    parent_table_id: str | None
    child_dashboard_id: str | None
    child_table_id: str | None


def check_lineages(rows: Sequence[LineageSides]) -> None:
    """Of lineages to make or to delete."""
    check_each(rows, check_lineage)


def check_lineage(row: Row) -> None:
    check_fields(row, LineageSides)
    parents, children = list(parents_in(row).values()), list(children_in(row).values())
    if len(parents) != 1 or len(children) != 1:
        raise InvalidInput("A lineage has exactly one parent and one child.")
    if is_same(parents[0], children[0]):
        raise InvalidInput("Nothing is its own parent.")


def associated_by_lineage(row: Row) -> Associated:
    return parents_in(row) | children_in(row)


def parents_in(row: Row) -> Associated:
    return {column: (kind, row[column]) for kind in PARENTS if row.get(column := f"parent_{kind}_id") is not None}


def children_in(row: Row) -> Associated:
    return {column: (kind, row[column]) for kind in CHILDREN if row.get(column := f"child_{kind}_id") is not None}
