"""What lineage may be: one parent, one child, and not the same."""

from collections.abc import Sequence

from catalog.errors import InvalidInput
from catalog.models.lineage import CHILDREN, PARENTS
from catalog.rules.assets import Ends, check_each, is_same
from catalog.rules.batches import Row


def check_lineages(rows: Sequence[Row]) -> None:
    """Of lineages to make or to delete."""
    check_each(rows, check_lineage)


def check_lineage(row: Row) -> None:
    parents, children = list(parent_ends(row).values()), list(child_ends(row).values())
    if len(parents) != 1 or len(children) != 1:
        raise InvalidInput("A lineage has exactly one parent and one child.")
    if is_same(parents[0], children[0]):
        raise InvalidInput("Nothing is its own parent.")


def lineage_ends(row: Row) -> Ends:
    return parent_ends(row) | child_ends(row)


def parent_ends(row: Row) -> Ends:
    return {column: (kind, row[column]) for kind in PARENTS if row.get(column := f"parent_{kind}_id") is not None}


def child_ends(row: Row) -> Ends:
    return {column: (kind, row[column]) for kind in CHILDREN if row.get(column := f"child_{kind}_id") is not None}
