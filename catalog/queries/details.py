"""What is known of dashboards and terms, many at once; `warehouse_details` has tables and columns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, OrderBy, Value, Window
from django.db.models.functions import RowNumber

from accounts.models import Account, User
from catalog.models import (
    CatalogQuerySet,
    Dashboard,
    DashboardField,
    OwnerEntity,
    Tag,
    TagEntity,
    TeamOwnerEntity,
    Term,
)
from catalog.models.assets import AssetKind
from catalog.models.people import OWNED
from catalog.queries.assets import points_to_any, tags_of
from catalog.queries.references import AssetReference, joins_of, reference_from, reference_to
from catalog.queries.visibility import points_to_shown
from catalog.rules.versions import version_of

MAX_FIELDS = 100  # of a dashboard
MAX_TAGGED = 50  # assets that carry a term's tag
MAX_CHILDREN = 100  # terms below a term


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A person or a team; `email` may be missing of a team alone."""

    name: str
    email: str


@dataclass(slots=True, kw_only=True)
class Details:
    """What is known of any asset that people describe. `asset` is its whole row; `readme` is Catalog's own text."""

    asset: Any
    reference: AssetReference
    readme: str
    version: str  # of `readme` (`catalog.rules.versions`)
    tags: list[str]
    owners: list[Owner]


@dataclass(slots=True, kw_only=True)
class DashboardDetails(Details):
    fields: list[DashboardField] = field(default_factory=list)  # by name, MAX_FIELDS at most


@dataclass(slots=True, kw_only=True)
class TermDetails(Details):
    linked_tag: str | None = None
    children: list[AssetReference] = field(default_factory=list)  # by name, MAX_CHILDREN at most
    assets: list[AssetReference] = field(default_factory=list)  # that carry the linked tag, MAX_TAGGED at most


def dashboards_in_detail(
    account: Account, dashboards: Sequence[Dashboard], *, include: Collection[str] = ()
) -> list[DashboardDetails]:
    """Of these rows, in their order. `include` may hold `fields`. At most three queries, however many dashboards."""
    told = [DashboardDetails(**common) for common in in_common(account, dashboards)]
    if "fields" in include:
        fields = DashboardField.objects.visible_to(account).filter(dashboard__in=dashboards, deleted_at=None)
        by_dashboard = grouped(first_of(fields, "dashboard", ("name", "id"), MAX_FIELDS), "dashboard_id")
        for one in told:
            one.fields = by_dashboard[one.asset.pk]
    return told


def terms_in_detail(account: Account, terms: Sequence[Term], *, include: Collection[str] = ()) -> list[TermDetails]:
    """Of these rows, in their order. `include` may hold `children` and `assets`. At most five queries."""
    told = [TermDetails(**common) for common in in_common(account, terms)]
    tags = {tag.linked_term_id: tag for tag in Tag.objects.visible_to(account).filter(linked_term__in=terms)}
    children = children_of(account, terms) if "children" in include else {}
    carrying = carrying_any(account, list(tags.values())) if "assets" in include else {}
    for one in told:
        tag = tags.get(one.asset.pk)
        one.linked_tag = tag.label if tag else None
        one.children = children.get(one.asset.pk, [])
        one.assets = carrying.get(tag.pk, []) if tag else []
    return told


def in_common(account: Account, assets: Sequence[Any]) -> list[dict[str, Any]]:
    """What `Details` has, of each. Two queries."""
    ids = [asset.pk for asset in assets]
    tags, owners = tags_of(account, ids), owners_of_any(account, ids)
    return [
        {
            "asset": asset,
            "reference": reference_to(asset),
            "readme": asset.description_raw or "",
            "version": version_of(asset.description_raw),
            "tags": tags[asset.pk],
            "owners": owners[asset.pk],
        }
        for asset in assets
    ]


def owners_of_any(account: Account, ids: Sequence[UUID]) -> dict[UUID, list[Owner]]:
    """To each of these assets the people and teams that own it, by name; one query."""
    pointing = points_to_any(OWNED, ids)
    people = OwnerEntity.objects.visible_to(account).filter(pointing).order_by()
    teams = TeamOwnerEntity.objects.visible_to(account).filter(pointing).order_by()
    nobody = Value("", CharField())
    rows = people.values_list(*OWNED, "user__first_name", "user__last_name", "user__email").union(
        teams.values_list(*OWNED, "team__name", nobody, "team__email"), all=True
    )
    owners: dict[UUID, list[Owner]] = defaultdict(list)
    for *pointers, first_name, last_name, email in rows:
        person = User(first_name=first_name, last_name=last_name, email=email or "")
        owners[next(pk for pk in pointers if pk)].append(Owner(person.full_name, person.email))
    for of_one in owners.values():
        of_one.sort()
    return owners


def children_of(account: Account, terms: Sequence[Term]) -> dict[UUID, list[AssetReference]]:
    rows = Term.objects.visible_to(account).filter(parent_term__in=terms, deleted_at=None)
    children = first_of(rows.select_related("parent_term"), "parent_term", ("name", "id"), MAX_CHILDREN)
    return {pk: list(map(reference_to, of_one)) for pk, of_one in grouped(children, "parent_term_id").items()}


def carrying_any(account: Account, tags: Sequence[Tag]) -> dict[UUID, list[AssetReference]]:
    """To each tag the assets that carry it, in the order in which it was put on them."""
    rows = TagEntity.objects.visible_to(account).filter(points_to_shown("", AssetKind), tag__in=tags)
    entities = first_of(rows.select_related(*joins_of(AssetKind)), "tag", ("id",), MAX_TAGGED)
    return {pk: list(map(reference_from, of_one)) for pk, of_one in grouped(entities, "tag_id").items()}


def first_of(rows: CatalogQuerySet, key: str, order: Sequence[str | OrderBy], most: int) -> CatalogQuerySet:
    """Of each group of rows with the same key the first, in this order."""
    place = Window(RowNumber(), partition_by=[key], order_by=list(order))
    first: CatalogQuerySet = rows.annotate(place_in_group=place).filter(place_in_group__lte=most)
    return first.order_by("place_in_group")


def grouped(rows: Iterable[Any], attribute: str) -> dict[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, attribute)].append(row)
    return groups
