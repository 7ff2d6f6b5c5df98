"""What is known of dashboards and terms, many at once; `warehouse_details` has tables and columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Account
from catalog.models import Dashboard, DashboardField, Term
from catalog.queries.references import AssetReference

MAX_FIELDS = 100  # of a dashboard
MAX_TAGGED = 50  # assets that carry a term's tag
MAX_CHILDREN = 100  # terms below a term


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or a team; an email may be missing of a team alone."""

    name: str
    email: str | None


@dataclass(slots=True, kw_only=True)
class Details:
    """What is known of any asset that people describe. `asset` is its whole row; `readme` is Catalog's own text."""

    asset: Any
    reference: AssetReference
    readme: str
    version: str  # of `readme` (`catalog.rules.versions`)
    tags: list[str] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)


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
    """Of these rows, in their order. `include` may hold `fields`. At most five queries, however many dashboards."""
    raise NotImplementedError


def terms_in_detail(account: Account, terms: Sequence[Term], *, include: Collection[str] = ()) -> list[TermDetails]:
    """Of these rows, in their order. `include` may hold `children` and `assets`. At most seven queries."""
    raise NotImplementedError
