"""What rows can be asked for: a condition by the filter's name. All that are given must hold; None is not given."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q

from catalog.ids import known_uuid
from catalog.models import CatalogQuerySet

Filter = Callable[[Any], Q]
Filters = Mapping[str, Filter]

NOTHING = Q(pk__in=())


def same(path: str) -> Filter:
    return lambda value: Q(**{path: value})


def contains(path: str) -> Filter:
    """A part of the text, in any case."""
    return lambda text: Q(**{f"{path}__icontains": text})


def one(*paths: str) -> Filter:
    """The row of this id, by any of these paths; a text that is no id is an unknown id."""
    return lambda text: any_of(paths, [text])


def among(*paths: str) -> Filter:
    """The rows of these ids, by any of these paths."""
    return lambda texts: any_of(paths, texts)


def any_of(paths: Iterable[str], texts: Iterable[str]) -> Q:
    ids = [known for text in texts if (known := known_uuid(text))]
    if not ids:
        return NOTHING
    condition = Q()
    for path in paths:
        condition |= Q(**{f"{path}__in": ids}) if len(ids) > 1 else Q(**{path: ids[0]})
    return condition


def narrowed(rows: CatalogQuerySet, filters: Filters, given: Mapping[str, Any]) -> CatalogQuerySet:
    """The rows that every given filter lets through; deleted and hidden ones only if they are asked for."""
    for name, value in given.items():
        if value is not None and name in filters:
            rows = rows.filter(filters[name](value))
    if not given.get("with_deleted"):
        rows = rows.undeleted()
    return rows if given.get("with_hidden") else rows.unhidden()


def documented(yes: bool) -> Q:
    """In Catalog or by the source."""
    texts = Q(description_raw__gt="") | Q(external_description__gt="")
    return texts if yes else ~(texts & Q(pk__isnull=False)) | Q(description_raw=None, external_description=None)


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
    "database_id": one("table__schema__database"),
    "database_ids": among("table__schema__database"),
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
