"""What the pages of tables, dashboards and terms have in common."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from accounts.activity import last_change
from accounts.models import Account
from catalog.models import CatalogQuerySet, DescribedRow, NamedRow, Term
from catalog.models.assets import KINDS, AssetKind
from catalog.queries.references import AssetReference, joins_of, reference_from
from catalog.queries.visibility import points_to_shown

MAX_ROWS_SHOWN = 1_000  # of a table on a page: columns, fields
MAX_REFERENCES_SHOWN = 50  # in lists beside the main thing


def shown_or_404(model: type[NamedRow], account: Account, pk: Any, *along: str) -> Any:
    """The row, with these relations; Http404 for one that is deleted or hidden, or of another account."""
    if issubclass(model, DescribedRow):
        along = (*along, "verified_by_user", "deprecated_by_user")
    row = model.objects.visible_to(account).undeleted().unhidden().select_related(*along).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def about(account: Account, asset: Any) -> dict[str, Any]:
    """Owners, tags, pinned assets and the last change: what tables, dashboards and terms all have."""
    return {
        "account": account,
        "asset": asset,
        "owners": asset.owner_entities.visible_to(account)
        .select_related("user", "owner_label")
        .order_by("user__email"),
        "teams": asset.team_owner_entities.visible_to(account)
        .select_related("team", "owner_label")
        .order_by("team__name"),
        "tags": tags_of(account, asset),
        "pinned": references(asset.pinned.visible_to(account), "to_"),
        "description_url": reverse(f"asset-{KINDS[type(asset)]}-description", args=[asset.pk]),
        "is_kept": is_kept(asset),
        "last_change": last_change(account, KINDS[type(asset)], updated_at=asset.updated_at),
    }


def is_kept(asset: Any) -> bool:
    """Whether the asset is a term that a source keeps, and would write over."""
    return isinstance(asset, Term) and asset.external_id is not None


def tags_of(account: Account, asset: Any) -> CatalogQuerySet:
    entities: CatalogQuerySet = asset.tag_entities.visible_to(account).select_related("tag").order_by("tag__label")
    return entities


def references(rows: CatalogQuerySet, prefix: str = "") -> list[AssetReference]:
    """The visible assets that these rows point to, MAX_REFERENCES_SHOWN + 1 at most, to know whether there are more."""
    shown = rows.filter(points_to_shown(prefix, AssetKind)).select_related(*joins_of(AssetKind, prefix))
    return [reference_from(row, prefix) for row in shown[: MAX_REFERENCES_SHOWN + 1]]
