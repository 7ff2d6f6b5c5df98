"""Addresses about tables of any source."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.models import ExternalLink, Table
from catalog.rules.batches import Row
from catalog.rules.links import check_link_updates, check_new_links
from catalog.services.finding import find, find_locked
from catalog.services.writing import beneath, write


@transaction.atomic
def create_external_links(account: Account, *, rows: Sequence[Row], now: datetime) -> list[ExternalLink]:
    """New links of tables; NotFound for an unknown table."""
    check_new_links(rows)
    tables = find(Table.objects.visible_to(account), [row["table_id"] for row in rows])
    links = [
        ExternalLink(account=account, created_at=now, updated_at=now, **values)
        for values in beneath("table", tables, rows)
    ]
    return ExternalLink.objects.bulk_create(links)


@transaction.atomic
def update_external_links(account: Account, *, rows: Sequence[Row], now: datetime) -> list[ExternalLink]:
    """Give links other addresses; NotFound for an unknown one."""
    check_link_updates(rows)
    found = find_locked(ExternalLink.objects.visible_to(account), [row["id"] for row in rows])
    write(found, rows, now=now)
    return found


@transaction.atomic
def delete_external_links(account: Account, *, rows: Sequence[Row]) -> None:
    """Remove links for good; NotFound for an unknown one, and then none is removed."""
    check_link_updates(rows)
    found = find_locked(ExternalLink.objects.visible_to(account), [row["id"] for row in rows])
    ExternalLink.objects.visible_to(account).filter(pk__in=[link.pk for link in found]).delete()
