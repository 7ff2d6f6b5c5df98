"""What rows can be asked for: a condition by the filter's name. All that are given must hold; None is not given."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from catalog.ids import known_uuid
from catalog.models import ColumnJoin, TableQuery, TagEntity
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN
from catalog.models.people import OWNED
from catalog.queries.conditions import (
    NOTHING,
    Filter,
    Filters,
    among,
    any_of,
    below,
    contains,
    kind,
    known_ids,
    one,
    present,
    same,
)

DESCRIBED = Q(description_raw__gt="") | Q(external_description__gt="")  # in Catalog or by the source
Reading = TableQuery.tables.through  # one row says that a query reads or writes a table


def documented(yes: bool) -> Q:
    return DESCRIBED if yes else ~DESCRIBED


def joined(yes: bool) -> Q:
    """Columns that some query joins with another, whatever became of the other one."""
    sides = ("first_column", "second_column")
    first, second = (Q(Exists(ColumnJoin.objects.filter(**{side: OuterRef("pk")}))) for side in sides)
    return first | second if yes else ~first & ~second


def tagged(text: str) -> Q:
    """Products whose asset carries this tag."""
    tag = known_uuid(text)
    if tag is None:
        return NOTHING
    tags = TagEntity.objects.filter(tag=tag)
    condition = Q()
    for asset in OWNED:
        condition |= Q(**{f"{asset}__in": tags.filter(**{f"{asset}__isnull": False}).values(asset)})
    return condition


def queries_in(path: str) -> Filter:
    """Queries with a table that lies in this place."""
    return lambda text: Q(pk__in=Reading.objects.filter(any_of([path], [text])).values("tablequery"))


def queries_of_any(texts: Iterable[str]) -> Q:
    """Queries with at least one of these tables."""
    return Q(pk__in=Reading.objects.filter(any_of(["table"], texts)).values("tablequery"))


def queries_of_all(texts: list[str]) -> Q:
    """Queries with every one of these tables; an unknown one is in none."""
    tables = known_ids(texts)
    if not tables or len(tables) < len(texts):
        return NOTHING
    condition = Q()
    for table in set(tables):
        condition &= Q(pk__in=Reading.objects.filter(table=table).values("tablequery"))
    return condition


SOURCES: Filters = {
    "name_contains": contains("name"),
    "origin": same("origin"),
    "technology": same("technology"),
    "type": same("type"),
}
DATABASES: Filters = {"name_contains": contains("name"), "source_ids": among("source")}
SCHEMAS: Filters = {
    "database_ids": among("database"),
    "name_contains": contains("name"),
    "source_ids": among("database__source"),
}
TABLES: Filters = {
    "database_id": one("schema__database"),
    "ids": among("id"),
    "name_contains": contains("name"),
    "path_contains": contains("path"),
    "schema_id": one("schema"),
    "warehouse_id": one("schema__database__source"),
}
COLUMNS: Filters = {
    "name": same("name"),
    "name_contains": contains("name"),
    "description": contains("description_raw", "external_description"),
    "database_id": one("table__schema__database"),
    "database_ids": among("table__schema__database"),
    "has_column_joins": joined,
    "ids": among("id"),
    "is_documented": documented,
    "is_pii": same("is_pii"),
    "is_primary_key": same("is_primary_key"),
    "schema_id": one("table__schema"),
    "schema_ids": among("table__schema"),
    "source_id": one("source"),
    "source_ids": among("source"),
    "table_id": one("table"),
    "table_ids": among("table"),
}
DASHBOARDS: Filters = {
    "folder_path": below("folder_path"),
    "ids": among("id"),
    "name_contains": contains("name"),
    "source_id": one("source"),
}
DASHBOARD_FIELDS: Filters = {
    "dashboard_id": one("dashboard"),
    "dashboard_ids": among("dashboard"),
    "description": contains("description"),
    "ids": among("id"),
    "name_contains": contains("name"),
    "source_id": one("dashboard__source"),
}
TERMS: Filters = {"ids": among("id"), "name_contains": contains("name")}
TAGS: Filters = {"ids": among("id"), "label_contains": contains("label")}
DATA_PRODUCTS: Filters = {"with_tag_id": tagged, "entity_type": kind("", OWNED)}
PINNED_ASSETS: Filters = {
    "from_dashboard_id": one("from_dashboard"),
    "from_table_id": one("from_table"),
    "from_term_id": one("from_term"),
    "from_term_ids": among("from_term"),
    "to_columns_of_table_id": one("to_column__table"),
    "to_dashboard_id": one("to_dashboard"),
    "to_dashboard_field_id": one("to_dashboard_field"),
    "to_fields_of_dashboard_id": one("to_dashboard_field__dashboard"),
    "to_table_id": one("to_table"),
    "to_term_id": one("to_term"),
}
LINEAGES: Filters = {
    "child_dashboard_id": one("child_dashboard"),
    "child_source_id": one("child_dashboard__source", "child_table__schema__database__source"),
    "child_table_id": one("child_table"),
    "lineage_ids": among("id"),
    "lineage_type": same("lineage_type"),
    "parent_dashboard_id": one("parent_dashboard"),
    "parent_source_id": one("parent_dashboard__source", "parent_table__schema__database__source"),
    "parent_table_id": one("parent_table"),
    "with_child_asset_type": kind("child_", CHILDREN),
}
FIELD_LINEAGES: Filters = {
    "child_column_id": one("child_column"),
    "child_dashboard_field_id": one("child_dashboard_field"),
    "child_dashboard_field_source_id": one("child_dashboard_field__dashboard__source"),
    "child_dashboard_source_id": one("child_dashboard__source"),
    "column_source_id": one("parent_column__source", "child_column__source"),
    "has_dashboard_child": present("child_dashboard"),
    "lineage_type": same("lineage_type"),
    "parent_column_id": one("parent_column"),
    "parent_dashboard_field_id": one("parent_dashboard_field"),
    "with_child_asset_type": kind("child_", FIELD_CHILDREN),
}
COLUMN_JOINS: Filters = {
    "column_ids": among("first_column", "second_column"),
    "ids": among("id"),
    "table_ids": among("first_column__table", "second_column__table"),
}
QUALITY_CHECKS: Filters = {"table_id": one("table")}
TABLE_QUERIES: Filters = {
    "database_id": queries_in("table__schema__database"),
    "query_type": same("query_type"),
    "schema_id": queries_in("table__schema"),
    "table_ids": queries_of_all,
    "warehouse_id": queries_in("table__schema__database__source"),
}
QUERIES_OF_ANY_TABLE: Filters = {**TABLE_QUERIES, "table_ids": queries_of_any}
