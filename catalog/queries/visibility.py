"""Conditions that leave out what is deleted or hidden, or lies in something that is."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Account
from catalog.models import CatalogQuerySet, CatalogRow
from catalog.models.assets import MODELS, AssetKind


def shown_rows(account: Account, kind: AssetKind) -> CatalogQuerySet:
    """The account's assets of this kind that are neither deleted nor hidden."""
    rows: CatalogQuerySet = MODELS[kind].objects.visible_to(account).undeleted().unhidden()
    return rows


def leads_to_shown(look_up: str, model: type[CatalogRow]) -> Q:
    """That the look-up, which ends in the model, is NULL or leads to a row that is neither deleted nor hidden."""
    deleted = {f"{look_up}__{path}deleted_at": None for path in model.DELETED_WITH}
    hidden = {f"{look_up}__{path}is_hidden": False for path in model.HIDDEN_WITH}
    return Q(**{look_up: None}) | Q(**deleted, **hidden)


def points_to_shown(prefix: str, kinds: Iterable[str]) -> Q:
    """The same for all columns `{prefix}{kind}`."""
    return Q(*(leads_to_shown(f"{prefix}{kind}", MODELS[kind]) for kind in kinds))
