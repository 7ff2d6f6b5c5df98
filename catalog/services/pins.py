"""Assets that are pinned to the pages of others."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.models import PinnedAsset
from catalog.rules.batches import Row
from catalog.rules.pins import check_pins, pin_ends
from catalog.services.ends import find_ends, in_order, join, joining, lock_ends


@transaction.atomic
def upsert_pinned_assets(account: Account, *, rows: Sequence[Row], now: datetime) -> list[PinnedAsset]:
    """The pins in the order of the rows; one that is there stays as it is. NotFound for an unknown asset."""
    check_pins(rows)
    lock_ends(account)
    ends = find_ends(account, [pin_ends(row) for row in rows])
    join(account, PinnedAsset, ends, now=now)
    return in_order(PinnedAsset.objects.visible_to(account), ends)


@transaction.atomic
def remove_pinned_assets(account: Account, *, rows: Sequence[Row]) -> None:
    """Unpin what is pinned. NotFound for an unknown asset, and then nothing is."""
    check_pins(rows)
    lock_ends(account)
    ends = find_ends(account, [pin_ends(row) for row in rows])
    joining(PinnedAsset.objects.visible_to(account), ends).delete()
