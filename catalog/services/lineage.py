"""Lineage between assets, as programs write it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.checked import Given, check_once
from accounts.models import Account
from catalog.choices import LineageType
from catalog.models import Lineage
from catalog.rules.lineage import LineageSides, associated_by_lineage, check_lineages
from catalog.services.associations import (
    associate,
    associations_of,
    find_associated,
    in_order,
    lock_associations,
)
from catalog.services.bulk import ids_of, record_change
from database import returning


@transaction.atomic
def upsert_lineages(
    account: Account, *, rows: Given[Sequence[LineageSides]], by: Actor | None, now: datetime
) -> list[Lineage]:
    """The lineages in the order of the rows, all of them MANUAL_CUSTOMER and refreshed now.

    One that was found otherwise is the customer's from now on: it is what they vouch for. NotFound for unknown assets.
    """
    checked = check_once(check_lineages, rows)
    lock_associations(account)
    ids = find_associated(account, [associated_by_lineage(row) for row in checked])
    lineages = Lineage.objects.visible_to(account)
    said = {"lineage_type": LineageType.MANUAL_CUSTOMER, "refreshed_at": now}
    associations_of(lineages, ids).update(**said, updated_at=now)
    associate(account, Lineage, ids, now=now, **said)
    written = in_order(lineages, ids)
    record_change("upsert_lineages", account, ids_of(dict.fromkeys(written)), kind="lineage", by=by, now=now)
    return written


@transaction.atomic
def delete_lineages(account: Account, *, rows: Given[Sequence[LineageSides]], by: Actor | None, now: datetime) -> None:
    """Remove the lineages between these assets, whoever found them; none is fine. NotFound for unknown assets."""
    checked = check_once(check_lineages, rows)
    lock_associations(account)
    ids = find_associated(account, [associated_by_lineage(row) for row in checked])
    removed = returning.delete(associations_of(Lineage.objects.visible_to(account), ids))
    record_change("delete_lineages", account, removed, kind="lineage", by=by, now=now)
