"""How rows can be sorted: what each key means."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, F, IntegerField, OrderBy, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce, Length

from catalog.models import OwnerEntity, TagEntity, TeamOwnerEntity
from catalog.queries.filters import DESCRIBED

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
    pointing: QuerySet[Any] = model.objects.filter(**{asset: OuterRef("pk")}).order_by().values(asset)
    return Coalesce(Subquery(pointing.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def owners(asset: str) -> Expression:
    return rows_of(OwnerEntity, asset) + rows_of(TeamOwnerEntity, asset)


def filled(condition: Q | Exists) -> Expression:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def pointed_at(model: type[OwnerEntity] | type[TagEntity] | type[TeamOwnerEntity], asset: str) -> Exists:
    return Exists(model.objects.filter(**{asset: OuterRef("pk")}))


def popularity(parents: Iterable[str], children: Iterable[str]) -> Expression:
    """The sum of the parent's and the child's; an unknown one counts as 0, and when both are unknown it is NULL."""
    parent, child = (Coalesce(*(F(f"{path}popularity") for path in paths)) for paths in (parents, children))
    return Coalesce(parent + child, parent, child)


OWNED_TABLE = Q(pointed_at(OwnerEntity, "table")) | Q(pointed_at(TeamOwnerEntity, "table"))
TABLES: Keys = {
    # How much is said of a table, 0 to 4: whether it has a description, an owner, a tag, and is verified.
    "level_of_completion": filled(DESCRIBED)
    + filled(OWNED_TABLE)
    + filled(pointed_at(TagEntity, "table"))
    + filled(Q(verified_at__isnull=False)),
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
DASHBOARDS: Keys = {
    "name": F("name"),
    "owners_and_team_owners_count": owners("dashboard"),
    "popularity": F("popularity"),
}
TERMS: Keys = {"name": F("name"), "owners_and_team_owners_count": owners("term")}
TAGS: Keys = {"label": F("label")}
DATA_PRODUCTS: Keys = {
    "table_name": F("table__name"),
    "dashboard_name": F("dashboard__name"),
    "term_name": F("term__name"),
}
PINNED_ASSETS: Keys = {"created_at": F("created_at")}
LINEAGES: Keys = {
    "id": F("id"),
    "popularity": popularity(["parent_table__", "parent_dashboard__"], ["child_table__", "child_dashboard__"]),
    "type": F("lineage_type"),
}
FIELD_LINEAGES: Keys = {
    "child_dashboard_popularity": F("child_dashboard__popularity"),
    "id": F("id"),
    # A column is as popular as its table.
    "popularity": popularity(
        ["parent_column__table__", "parent_dashboard_field__"],
        ["child_column__table__", "child_dashboard_field__", "child_dashboard__"],
    ),
    "type": F("lineage_type"),
}
COLUMN_JOINS: Keys = {"count": F("count")}
TABLE_QUERIES: Keys = {"hash": F("hash"), "query_type": F("query_type"), "timestamp": F("timestamp")}
