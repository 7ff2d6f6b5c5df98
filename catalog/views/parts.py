"""What the pages of the catalog share."""

from typing import Any

from django.http import Http404

from accounts.models import Account
from catalog.models import CatalogQuerySet, DescribedRow
from catalog.models.assets import AssetKind
from catalog.queries.references import AssetReference, joins_of, reference_from
from catalog.queries.visibility import points_to_shown

ROWS = 1_000  # of a table on a page: columns, fields
LISTED = 50  # in lists beside the main thing


def shown_or_404(model: type[DescribedRow], account: Account, pk: Any, *along: str) -> Any:
    """The row with what is read along; one of another account is as unknown as one that never was."""
    along = (*along, "verified_by_user", "deprecated_by_user")
    row = model.objects.visible_to(account).undeleted().unhidden().select_related(*along).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def about(account: Account, asset: Any) -> dict[str, Any]:
    """Owners, tags and pinned assets: what tables, dashboards and terms all have."""
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
    }


def tags_of(account: Account, asset: Any) -> CatalogQuerySet:
    entities: CatalogQuerySet = asset.tag_entities.visible_to(account).select_related("tag").order_by("tag__label")
    return entities


def references(rows: CatalogQuerySet, prefix: str = "") -> list[AssetReference]:
    """What rows point to by columns with this prefix, as far as it is shown: one more than a list has room for."""
    shown = rows.filter(points_to_shown(prefix, AssetKind)).select_related(*joins_of(AssetKind, prefix))
    return [reference_from(row, prefix) for row in shown[: LISTED + 1]]
