"""How rows can be sorted: what each key means."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, OrderBy, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce, Length

from catalog.models import OwnerEntity, TeamOwnerEntity

Keys = Mapping[str, Expression | F]


class Sorting(NamedTuple):
    key: str
    descending: bool = False
    nulls_first: bool = False


def ordering(keys: Keys, sortings: Iterable[Sorting]) -> list[OrderBy]:
    """What `order_by` takes; the first sorting counts most."""
    return [
        OrderBy(
            keys[by.key],
            descending=by.descending,
            nulls_first=by.nulls_first or None,
            nulls_last=not by.nulls_first or None,
        )
        for by in sortings
    ]


def rows_of(model: type[OwnerEntity] | type[TeamOwnerEntity], asset: str) -> Expression:
    """How many rows of this model point to the asset."""
    found: QuerySet[Any] = model.objects.filter(**{asset: OuterRef("pk")}).order_by().values(asset)
    return Coalesce(Subquery(found.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def owners(asset: str) -> Expression:
    return rows_of(OwnerEntity, asset) + rows_of(TeamOwnerEntity, asset)


def filled(condition: Q) -> Expression:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


TABLES: Keys = {
    # How much is said of a table: whether it has a description, owners, tags, and is verified.
    "level_of_completion": filled(Q(description_raw__gt="") | Q(external_description__gt=""))
    + filled(Q(verified_at__isnull=False))
    + owners("table"),
    "name": F("name"),
    "name_length": Length("name"),
    "owners_and_team_owners_count": owners("table"),
    "popularity": F("popularity"),
    "schema_name": F("schema__name"),
}
COLUMNS: Keys = {
    "name": F("name"),
    "source_order": F("source_order"),
    "table_name": F("table__name"),
    "table_popularity": F("table__popularity"),
}
