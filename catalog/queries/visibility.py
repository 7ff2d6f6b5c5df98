"""Which rows people are shown: what is deleted or hidden, or lies in something that is, stays away."""

from collections.abc import Iterable

from django.db.models import Q

from catalog.models import CatalogRow
from catalog.models.assets import MODELS


def leads_to_shown(look_up: str, model: type[CatalogRow]) -> Q:
    """That this look-up, which ends in a row of the model, leads nowhere or to one that is shown."""
    deleted = {f"{look_up}__{path}deleted_at": None for path in model.DELETED_WITH}
    hidden = {f"{look_up}__{path}is_hidden": False for path in model.HIDDEN_WITH}
    return Q(**{look_up: None}) | Q(**deleted, **hidden)


def points_to_shown(prefix: str, kinds: Iterable[str]) -> Q:
    """The same for the columns that are called by the prefix and one of these kinds."""
    return Q(*(leads_to_shown(f"{prefix}{kind}", MODELS[kind]) for kind in kinds))
