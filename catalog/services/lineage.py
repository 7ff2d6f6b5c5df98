"""What is made from what, as programs say it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.choices import LineageType
from catalog.models import Lineage
from catalog.rules.batches import Row
from catalog.rules.lineage import check_lineages, lineage_ends
from catalog.services.ends import find_ends, in_order, join, joining, lock_ends


@transaction.atomic
def upsert_lineages(account: Account, *, rows: Sequence[Row], now: datetime) -> list[Lineage]:
    """The lineages in the order of the rows, all of them MANUAL_CUSTOMER and refreshed now.

    One that was found otherwise is the customer's from now on: it is what they vouch for. NotFound for unknown ends.
    """
    check_lineages(rows)
    lock_ends(account)
    ends = find_ends(account, [lineage_ends(row) for row in rows])
    lineages = Lineage.objects.visible_to(account)
    said = {"lineage_type": LineageType.MANUAL_CUSTOMER, "refreshed_at": now}
    joining(lineages, ends).update(**said, updated_at=now)
    join(account, Lineage, ends, now=now, **said)
    return in_order(lineages, ends)


@transaction.atomic
def delete_lineages(account: Account, *, rows: Sequence[Row]) -> None:
    """Remove the lineages with these ends, whoever found them, where there are any. NotFound for unknown ends."""
    check_lineages(rows)
    lock_ends(account)
    ends = find_ends(account, [lineage_ends(row) for row in rows])
    joining(Lineage.objects.visible_to(account), ends).delete()
