"""Which rows the pages show: what is deleted or hidden, or lies in something that is, stays away."""

from collections.abc import Iterable

from django.db.models import Q

from catalog.models import CatalogRow
from catalog.queries.references import KNOWN, Kind

MODELS = {kind: model for model, (kind, _) in KNOWN.items()}


def through(look_up: str, model: type[CatalogRow]) -> Q:
    """That this look-up, which ends in a row of the model, leads nowhere or to one that is shown."""
    deleted = {f"{look_up}__{path}deleted_at": None for path in model.DELETED_WITH}
    hidden = {f"{look_up}__{path}is_hidden": False for path in model.HIDDEN_WITH}
    return Q(**{look_up: None}) | Q(**deleted, **hidden)


def through_all(prefix: str, kinds: Iterable[Kind]) -> Q:
    """The same for the columns that are called by the prefix and one of these kinds."""
    condition = Q()
    for kind in kinds:
        condition &= through(f"{prefix}{kind.value}", MODELS[kind])
    return condition
