"""The filters of each kind of row: a condition by the filter's name.

All that are given must hold; None counts as not given. The names are those that doors use.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from catalog.ids import known_uuid
from catalog.models import CatalogQuerySet, ColumnJoin, TableQuery, TagEntity
from catalog.models.lineage import CHILDREN, FIELD_CHILDREN
from catalog.models.people import OWNED
from catalog.models.rows import NOTHING, any_of

Filter = Callable[[Any], Q]
Filters = Mapping[str, Filter]


def narrowed(rows: CatalogQuerySet, filters: Filters, given: Mapping[str, Any]) -> CatalogQuerySet:
    """The rows that every given filter lets through; deleted and hidden ones only if they are asked for."""
    for name, value in given.items():
        if value is not None and name in filters:
            rows = rows.filter(filters[name](value))
    if not given.get("with_deleted"):
        rows = rows.undeleted()
    return rows if given.get("with_hidden") else rows.unhidden()


def equals(path: str) -> Filter:
    return lambda value: Q(**{path: value})


def contains(*paths: str) -> Filter:
    """A part of any of these texts, in any case."""
    return lambda text: any_of(Q(**{f"{path}__icontains": text}) for path in paths)


def id_is(*paths: str) -> Filter:
    """The row of this id, by any of these paths; a text that is no id is an unknown id."""
    return lambda text: has_id(paths, [text])


def id_in(*paths: str) -> Filter:
    """The rows of these ids, by any of these paths; an empty list finds nothing."""
    return lambda texts: has_id(paths, texts)


def has_id(paths: Iterable[str], texts: Iterable[str]) -> Q:
    ids = known_ids(texts)
    if not ids:
        return NOTHING
    return any_of(Q(**{f"{path}__in": ids}) if len(ids) > 1 else Q(**{path: ids[0]}) for path in paths)


def known_ids(texts: Iterable[str]) -> list[UUID]:
    return [known for text in texts if (known := known_uuid(text))]


def is_set(path: str) -> Filter:
    """Whether there is anything at the end of this path."""
    return lambda yes: Q(**{f"{path}__isnull": not yes})


def points_to_kind(prefix: str, kinds: Collection[str]) -> Filter:
    """Rows that point to an asset of this kind, which comes in capitals; none for a kind that they cannot point to."""
    return lambda name: Q(**{f"{prefix}{name.lower()}__isnull": False}) if name.lower() in kinds else NOTHING


def in_folder(path: str) -> Filter:
    """What lies in this folder, or in one below it. The case counts, on SQLite too, whose LIKE would not mind it."""

    def condition(text: str) -> Q:
        folder = text.rstrip("/")
        inside = f"{folder}/"
        return Q(**{path: folder}) | Q(Exact(Left(path, len(inside)), inside)) if folder else Q()

    return condition


MARKS: Filters = {"is_verified": is_set("verified_at"), "is_deprecated": is_set("deprecated_at")}
DESCRIBED = Q(description_raw__gt="") | Q(external_description__gt="")  # in Catalog or by the source
TableOfQuery = TableQuery.tables.through  # one row says that a query reads or writes a table


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
    return any_of(Q(**{f"{asset}__in": tags.filter(**{f"{asset}__isnull": False}).values(asset)}) for asset in OWNED)


def queries_in(path: str) -> Filter:
    """Queries with a table that lies in this place."""
    return lambda text: Q(pk__in=TableOfQuery.objects.filter(has_id([path], [text])).values("tablequery"))


def queries_of_any(texts: Iterable[str]) -> Q:
    """Queries with at least one of these tables."""
    return Q(pk__in=TableOfQuery.objects.filter(has_id(["table"], texts)).values("tablequery"))


def queries_of_all(texts: list[str]) -> Q:
    """Queries with every one of these tables; an unknown one is in none."""
    tables = known_ids(texts)
    if not tables or len(tables) < len(texts):
        return NOTHING
    of_each = (TableOfQuery.objects.filter(table=table).values("tablequery") for table in set(tables))
    return Q(*(Q(pk__in=queries) for queries in of_each))


SOURCES: Filters = {
    "name_contains": contains("name"),
    "origin": equals("origin"),
    "technology": equals("technology"),
    "type": equals("type"),
}
DATABASES: Filters = {"name_contains": contains("name"), "source_ids": id_in("source")}
SCHEMAS: Filters = {
    "database_ids": id_in("database"),
    "name_contains": contains("name"),
    "source_ids": id_in("database__source"),
}
TABLES: Filters = {
    "database_id": id_is("schema__database"),
    "ids": id_in("id"),
    "name_contains": contains("name"),
    "path_contains": contains("path"),
    "schema_id": id_is("schema"),
    "warehouse_id": id_is("schema__database__source"),
    **MARKS,
}
COLUMNS: Filters = {
    "name": equals("name"),
    "name_contains": contains("name"),
    "description": contains("description_raw", "external_description"),
    "database_id": id_is("table__schema__database"),
    "database_ids": id_in("table__schema__database"),
    "has_column_joins": joined,
    "ids": id_in("id"),
    "is_documented": documented,
    "is_pii": equals("is_pii"),
    "is_primary_key": equals("is_primary_key"),
    "schema_id": id_is("table__schema"),
    "schema_ids": id_in("table__schema"),
    "source_id": id_is("source"),
    "source_ids": id_in("source"),
    "table_id": id_is("table"),
    "table_ids": id_in("table"),
}
DASHBOARDS: Filters = {
    "folder_path": in_folder("folder_path"),
    "ids": id_in("id"),
    "name_contains": contains("name"),
    "source_id": id_is("source"),
    **MARKS,
}
DASHBOARD_FIELDS: Filters = {
    "dashboard_id": id_is("dashboard"),
    "dashboard_ids": id_in("dashboard"),
    "description": contains("description"),
    "ids": id_in("id"),
    "name_contains": contains("name"),
    "source_id": id_is("dashboard__source"),
}
TERMS: Filters = {"ids": id_in("id"), "name_contains": contains("name"), **MARKS}
TAGS: Filters = {"ids": id_in("id"), "label_contains": contains("label")}
DATA_PRODUCTS: Filters = {"with_tag_id": tagged, "entity_type": points_to_kind("", OWNED)}
PINNED_ASSETS: Filters = {
    "from_dashboard_id": id_is("from_dashboard"),
    "from_table_id": id_is("from_table"),
    "from_term_id": id_is("from_term"),
    "from_term_ids": id_in("from_term"),
    "to_columns_of_table_id": id_is("to_column__table"),
    "to_dashboard_id": id_is("to_dashboard"),
    "to_dashboard_field_id": id_is("to_dashboard_field"),
    "to_fields_of_dashboard_id": id_is("to_dashboard_field__dashboard"),
    "to_table_id": id_is("to_table"),
    "to_term_id": id_is("to_term"),
}
LINEAGES: Filters = {
    "child_dashboard_id": id_is("child_dashboard"),
    "child_source_id": id_is("child_dashboard__source", "child_table__schema__database__source"),
    "child_table_id": id_is("child_table"),
    "lineage_ids": id_in("id"),
    "lineage_type": equals("lineage_type"),
    "parent_dashboard_id": id_is("parent_dashboard"),
    "parent_source_id": id_is("parent_dashboard__source", "parent_table__schema__database__source"),
    "parent_table_id": id_is("parent_table"),
    "with_child_asset_type": points_to_kind("child_", CHILDREN),
}
FIELD_LINEAGES: Filters = {
    "child_column_id": id_is("child_column"),
    "child_dashboard_field_id": id_is("child_dashboard_field"),
    "child_dashboard_field_source_id": id_is("child_dashboard_field__dashboard__source"),
    "child_dashboard_source_id": id_is("child_dashboard__source"),
    "column_source_id": id_is("parent_column__source", "child_column__source"),
    "has_dashboard_child": is_set("child_dashboard"),
    "lineage_type": equals("lineage_type"),
    "parent_column_id": id_is("parent_column"),
    "parent_dashboard_field_id": id_is("parent_dashboard_field"),
    "with_child_asset_type": points_to_kind("child_", FIELD_CHILDREN),
}
COLUMN_JOINS: Filters = {
    "column_ids": id_in("first_column", "second_column"),
    "ids": id_in("id"),
    "table_ids": id_in("first_column__table", "second_column__table"),
}
QUALITY_CHECKS: Filters = {"table_id": id_is("table")}
TABLE_QUERIES: Filters = {
    "database_id": queries_in("table__schema__database"),
    "query_type": equals("query_type"),
    "schema_id": queries_in("table__schema"),
    "table_ids": queries_of_all,
    "warehouse_id": queries_in("table__schema__database__source"),
}
QUERIES_OF_ANY_TABLE: Filters = {**TABLE_QUERIES, "table_ids": queries_of_any}
