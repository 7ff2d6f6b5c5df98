"""The kinds of conditions that rows can be asked for, and how those that are given narrow them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from catalog.ids import known_uuid
from catalog.models import CatalogQuerySet

Filter = Callable[[Any], Q]
Filters = Mapping[str, Filter]

NOTHING = Q(pk__in=())


def narrowed(rows: CatalogQuerySet, filters: Filters, given: Mapping[str, Any]) -> CatalogQuerySet:
    """The rows that every given filter lets through; deleted and hidden ones only if they are asked for."""
    for name, value in given.items():
        if value is not None and name in filters:
            rows = rows.filter(filters[name](value))
    if not given.get("with_deleted"):
        rows = rows.undeleted()
    return rows if given.get("with_hidden") else rows.unhidden()


def same(path: str) -> Filter:
    return lambda value: Q(**{path: value})


def contains(*paths: str) -> Filter:
    """A part of any of these texts, in any case."""
    return lambda text: either(Q(**{f"{path}__icontains": text}) for path in paths)


def one(*paths: str) -> Filter:
    """The row of this id, by any of these paths; a text that is no id is an unknown id."""
    return lambda text: any_of(paths, [text])


def among(*paths: str) -> Filter:
    """The rows of these ids, by any of these paths; an empty list finds nothing."""
    return lambda texts: any_of(paths, texts)


def any_of(paths: Iterable[str], texts: Iterable[str]) -> Q:
    ids = known_ids(texts)
    if not ids:
        return NOTHING
    return either(Q(**{f"{path}__in": ids}) if len(ids) > 1 else Q(**{path: ids[0]}) for path in paths)


def known_ids(texts: Iterable[str]) -> list[UUID]:
    return [known for text in texts if (known := known_uuid(text))]


def either(conditions: Iterable[Q]) -> Q:
    """At least one of them; of none, nothing is asked."""
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def present(path: str) -> Filter:
    """Whether it points to anything by this path."""
    return lambda yes: Q(**{f"{path}__isnull": not yes})


def kind(prefix: str, kinds: Collection[str]) -> Filter:
    """Rows that point to an asset of this kind, in capitals as choices are; there are none of another kind."""
    return lambda name: Q(**{f"{prefix}{name.lower()}__isnull": False}) if name.lower() in kinds else NOTHING


def below(path: str) -> Filter:
    """What lies in this folder, or in one below it. The case counts, on SQLite too, whose LIKE would not mind it."""

    def condition(text: str) -> Q:
        folder = text.rstrip("/")
        inside = f"{folder}/"
        return Q(**{path: folder}) | Q(Exact(Left(path, len(inside)), inside)) if folder else Q()

    return condition
