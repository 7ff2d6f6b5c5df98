"""What is known of tables and columns, many at once: the number of queries is the same for one and for twenty."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.db.models.functions import Left

from accounts.models import Account
from catalog.models import CatalogQuerySet, Column, ColumnJoin, Lineage, QualityCheck, Table
from catalog.models.assets import AssetKind
from catalog.models.lineage import CHILDREN, PARENTS
from catalog.queries.assets import tags_of
from catalog.queries.details import Details, first_of, grouped, in_common
from catalog.queries.filters import TableOfQuery
from catalog.queries.references import reference_to
from catalog.queries.visibility import points_to_shown, shown_rows
from catalog.rules.versions import version_of

MAX_COLUMNS = 100  # of a table
MAX_QUERIES = 5  # the newest of a table
MAX_SQL = 1_000  # characters of a query
MAX_JOINS = 20  # the most frequent of a table or a column
MAX_JOINS_READ = 2_000  # the most frequent of all that is asked for, from either side
MAX_CHECKS = 50  # the last to run on a table or a column
NEWEST_RUNS = (F("run_at").desc(), "id")


@dataclass(frozen=True, slots=True)
class RunQuery:
    """The beginning of SQL that ran; `by` is who ran it, by name or address, if that is known."""

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
    """`columns`, `parents` and `children` are numbers: of columns, and of lineages that lead to something shown."""

    columns: int
    parents: int
    children: int
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
    tags: list[str]
    joins: list[Join] = field(default_factory=list)
    quality: list[QualityCheck] = field(default_factory=list)


def tables_in_detail(account: Account, tables: Sequence[Table], *, include: Collection[str] = ()) -> list[TableDetails]:
    """Of these rows, in their order; at most eleven queries.

    `include` may hold `columns`, `joins`, `quality` and `queries`.
    """
    columns = Column.objects.visible_to(account).filter(table__in=tables, deleted_at=None)
    numbers, parents, children = (
        number_by(columns, "table"),
        lineages_up(account, tables),
        lineages_down(account, tables),
    )
    in_order = first_of(columns, "table", (F("source_order").asc(nulls_last=True), "name", "id"), MAX_COLUMNS)
    listed = grouped(in_order, "table_id") if "columns" in include else {}
    queries = queries_of(account, tables) if "queries" in include else {}
    joins = joins_of_any(account, tables, "column__table") if "joins" in include else {}
    quality = checks_of(account, tables, "table") if "quality" in include else {}
    return [
        TableDetails(
            **common,
            columns=numbers.get(table.pk, 0),
            parents=parents.get(table.pk, 0),
            children=children.get(table.pk, 0),
            column_list=listed.get(table.pk, []),
            queries=queries.get(table.pk, []),
            joins=joins.get(table.pk, []),
            quality=quality.get(table.pk, []),
        )
        for table, common in zip(tables, in_common(account, tables), strict=True)
    ]


def columns_in_detail(
    account: Account, columns: Sequence[Column], *, include: Collection[str] = ()
) -> list[ColumnDetails]:
    """Of these rows, in their order. `include` may hold `joins` and `quality`. At most five queries."""
    tags = tags_of(account, [column.pk for column in columns])
    joins = joins_of_any(account, columns, "column") if "joins" in include else {}
    quality = checks_of(account, columns, "column") if "quality" in include else {}
    references = [reference_to(column) for column in columns]
    return [
        ColumnDetails(
            column=column,
            path=reference.path,
            url=reference.url,
            version=version_of(column.description_raw),
            tags=tags[column.pk],
            joins=joins.get(column.pk, []),
            quality=quality.get(column.pk, []),
        )
        for column, reference in zip(columns, references, strict=True)
    ]


def number_by(rows: CatalogQuerySet, key: str) -> dict[UUID, int]:
    """How many rows there are of each key."""
    return dict(rows.order_by().values_list(key).annotate(number=Count("pk")))


def lineages_up(account: Account, tables: Sequence[Table]) -> dict[UUID, int]:
    rows = Lineage.objects.visible_to(account).filter(points_to_shown("parent_", PARENTS), child_table__in=tables)
    return number_by(rows, "child_table")


def lineages_down(account: Account, tables: Sequence[Table]) -> dict[UUID, int]:
    rows = Lineage.objects.visible_to(account).filter(points_to_shown("child_", CHILDREN), parent_table__in=tables)
    return number_by(rows, "parent_table")


def queries_of(account: Account, tables: Sequence[Table]) -> dict[UUID, list[RunQuery]]:
    rows: Any = TableOfQuery.objects.filter(
        table__in=tables, tablequery__account=account, tablequery__is_hidden=False
    ).annotate(sql=Left("tablequery__query", MAX_SQL))
    who = ("tablequery__source_user__name", "tablequery__source_user__email", "tablequery__author")
    newest = first_of(rows, "table", (F("tablequery__timestamp").desc(), F("tablequery").desc()), MAX_QUERIES)
    queries: dict[UUID, list[RunQuery]] = defaultdict(list)
    for pk, sql, at, *names in newest.values_list("table", "sql", "tablequery__timestamp", *who):
        queries[pk].append(RunQuery(sql, at, next(filter(None, names), "")))
    return queries


def joins_of_any(account: Account, assets: Sequence[Table | Column], own: str) -> dict[UUID, list[Join]]:
    """By one side, then the other, from which `own` leads to the assets; one within a table comes once all the same.

    The columns on the far side are read apart: a statement that looks at all that both sides lie in joins many tables,
    and where nothing was analyzed yet PostgreSQL takes seconds for it.
    """
    found: dict[tuple[UUID, UUID], tuple[str, UUID, int]] = {}
    for side, other in (("first", "second"), ("second", "first")):
        rows = ColumnJoin.objects.visible_to(account).filter(
            **{f"{side}_{own}__in": assets, f"{side}_column__deleted_at": None}
        )
        columns = (f"{side}_{own}", f"{side}_column__table__path", f"{side}_column__name", f"{other}_column", "count")
        most = rows.order_by("-count", "id").values_list("pk", *columns)[:MAX_JOINS_READ]
        for join, pk, path, name, far, count in most:
            found.setdefault((pk, join), (f"{path}.{name}", far, count))
    shown = shown_rows(account, AssetKind.COLUMN).filter(pk__in={far for _, far, _ in found.values()})
    paths = {pk: f"{path}.{name}" for pk, path, name in shown.values_list("pk", "table__path", "name").order_by()}
    joins: dict[UUID, list[Join]] = defaultdict(list)
    for (pk, _), (near, far, count) in found.items():
        if far in paths:
            joins[pk].append(Join((near, paths[far]), count))
    return {pk: sorted(of_one, key=lambda one: (-one.count, one.columns))[:MAX_JOINS] for pk, of_one in joins.items()}


def checks_of(account: Account, assets: Sequence[Table | Column], key: str) -> dict[UUID, list[QualityCheck]]:
    rows = QualityCheck.objects.visible_to(account).undeleted().filter(**{f"{key}__in": assets})
    return grouped(first_of(rows, key, NEWEST_RUNS, MAX_CHECKS), f"{key}_id")
