"""What is known of tables and columns, many at once: the number of queries is the same for one and for twenty."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Account
from catalog.models import Column, QualityCheck, Table
from catalog.queries.details import Details

MAX_COLUMNS = 100  # of a table
MAX_QUERIES = 5  # the newest of a table
MAX_JOINS = 20  # the most frequent of a table or a column
MAX_CHECKS = 50  # the last to run on a table or a column


@dataclass(frozen=True, slots=True)
class RunQuery:
    """SQL that ran; `by` is who wrote it, by name or address."""

    sql: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Join:
    """How often two columns were seen joined; both by their paths, the asset's own first."""

    columns: tuple[str, str]
    count: int


@dataclass(slots=True, kw_only=True)
class TableDetails(Details):
    """`columns`, `parents` and `children` are numbers: of columns, and of the lineages up and down that lead to something."""

    columns: int = 0
    parents: int = 0
    children: int = 0
    column_list: list[Column] = field(default_factory=list)  # in the table's order, MAX_COLUMNS at most
    queries: list[RunQuery] = field(default_factory=list)  # the newest first
    joins: list[Join] = field(default_factory=list)  # the most frequent first
    quality: list[QualityCheck] = field(default_factory=list)  # the last to run first


@dataclass(slots=True, kw_only=True)
class ColumnDetails:
    """`version` is that of Catalog's own description, whatever the source says."""

    column: Column
    path: str
    url: str
    version: str
    tags: list[str] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    quality: list[QualityCheck] = field(default_factory=list)


def tables_in_detail(account: Account, tables: Sequence[Table], *, include: Collection[str] = ()) -> list[TableDetails]:
    """Of these rows, in their order. `include` may hold `columns`, `joins`, `quality` and `queries`."""
    raise NotImplementedError


def columns_in_detail(
    account: Account, columns: Sequence[Column], *, include: Collection[str] = ()
) -> list[ColumnDetails]:
    """Of these rows, in their order. `include` may hold `joins` and `quality`. At most six queries."""
    raise NotImplementedError
