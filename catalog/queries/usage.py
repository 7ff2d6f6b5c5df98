"""How one table is used: the queries that ran over it, the joins of its columns with others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Account
from catalog.models import CatalogQuerySet, Column, ColumnJoin, Table, TableQuery


@dataclass(frozen=True, slots=True)
class Join:
    """How often a column of the table was joined with another column, of whatever table."""

    own: Column
    other: Column
    count: int


def queries_of(account: Account, table: Table) -> CatalogQuerySet:
    """The queries over this table that are not hidden, the newest first, with who ran them."""
    queries: CatalogQuerySet = TableQuery.objects.visible_to(account).filter(tables=table, is_hidden=False)
    return queries.select_related("source_user").order_by("-timestamp", "-id")


def joins_of(account: Account, table: Table) -> CatalogQuerySet:
    """The rows that count joins of the table's columns with visible others, the most frequent first."""
    joins: CatalogQuerySet = ColumnJoin.objects.visible_to(account).undeleted().unhidden()
    of_table = joins.filter(Q(first_column__table=table) | Q(second_column__table=table))
    return of_table.select_related("first_column__table", "second_column__table").order_by("-count", "id")


def seen_from(table: Table, rows: Iterable[ColumnJoin]) -> Iterator[Join]:
    """The joins with the table's own column first."""
    for row in rows:
        sides = (row.first_column, row.second_column)
        own, other = sides if row.first_column.table_id == table.pk else sides[::-1]
        yield Join(own, other, row.count)
