"""Rows that say nothing but what they join: lineages, pins, tags on assets, ownerships.

The ends of such a row are its columns and the ids in them: {"tag_id": …, "table_id": …}. No two rows have the same.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Account
from catalog.models import CatalogQuerySet, CatalogRow
from catalog.models.assets import MODELS
from catalog.models.rows import any_of
from catalog.rules.assets import Ends
from catalog.services.finding import find

FoundEnds = dict[str, UUID]


def lock_ends(account: Account) -> None:
    """Let those who join assets of this account, or change its terms, wait for each other until the transaction ends.

    A row that is not there yet cannot be locked, nor can one be joined that somebody is about to delete for good.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)  # rows of the account may come meanwhile


def find_ends(account: Account, named: Sequence[Ends]) -> list[FoundEnds]:
    """The same with the ids of rows, by one query for a kind of asset. NotFound names the unknown ones of a kind."""
    texts: dict[str, list[str]] = {}
    for kind, text in (asset for ends in named for asset in ends.values()):
        texts.setdefault(kind, []).append(text)
    found = {
        (kind, text): row.pk
        for kind, ids in texts.items()
        for text, row in zip(ids, find(MODELS[kind].objects.visible_to(account).only("pk"), ids), strict=True)
    }
    return [{column: found[asset] for column, asset in ends.items()} for ends in named]


def join(account: Account, model: type[CatalogRow], ends: Sequence[FoundEnds], *, now: datetime, **values: Any) -> None:
    """Store a row with these values for the ends that none has; one that is there stays as it is."""
    once = {frozenset(pair.items()): pair for pair in ends}.values()
    rows = [model(account=account, created_at=now, updated_at=now, **pair, **values) for pair in once]
    model.objects.bulk_create(rows, ignore_conflicts=True)


def joining(rows: CatalogQuerySet, ends: Sequence[FoundEnds]) -> CatalogQuerySet:
    """Those that have one of these ends."""
    return rows.filter(any_of(Q(**pair) for pair in ends))


def in_order(rows: CatalogQuerySet, ends: Sequence[FoundEnds]) -> list[Any]:
    """The row of each of these ends, which are all there; one that is asked for twice comes twice."""
    columns = {column for pair in ends for column in pair}
    found = {}
    for row in joining(rows, ends):
        values = {column: getattr(row, column) for column in columns}
        found[frozenset(item for item in values.items() if item[1] is not None)] = row
    return [found[frozenset(pair.items())] for pair in ends]
