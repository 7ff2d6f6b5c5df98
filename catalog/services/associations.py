"""Rows that only associate two others: lineages, pins, tags on assets, ownerships.

Such a row is its columns and the ids in them: {"tag_id": …, "table_id": …}. No two rows have the same.
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
from catalog.rules.assets import Associated
from catalog.services.lookups import find
from database import returning

AssociatedIds = dict[str, UUID]


def lock_associations(account: Account) -> None:
    """Let whoever associates assets of this account, or changes its terms, wait until this transaction ends.

    A row that is not there yet cannot be locked, nor can one be associated that somebody is about to delete for good.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)  # rows of the account may come meanwhile


def find_associated(account: Account, named: Sequence[Associated]) -> list[AssociatedIds]:
    """The ids of the assets that are named, by one query for a kind. NotFound names the unknown ones of a kind."""
    texts: dict[str, list[str]] = {}
    for kind, text in (asset for columns in named for asset in columns.values()):
        texts.setdefault(kind, []).append(text)
    pks = {
        (kind, text): row.pk
        for kind, ids in texts.items()
        for text, row in zip(ids, find(MODELS[kind].objects.visible_to(account).only("pk"), ids), strict=True)
    }
    return [{column: pks[asset] for column, asset in columns.items()} for columns in named]


def ids_by_kind(assets: Sequence[AssociatedIds]) -> dict[str, set[UUID]]:
    """The ids of assets that `find_associated` found, by their kinds."""
    ids: dict[str, set[UUID]] = {}
    for column, pk in (pair for columns in assets for pair in columns.items()):
        ids.setdefault(column.removesuffix("_id"), set()).add(pk)
    return ids


def associate(
    account: Account, model: type[CatalogRow], ids: Sequence[AssociatedIds], *, now: datetime, **values: Any
) -> list[UUID]:
    """Store a row with these values for those that have none, and return its id; one that is there stays as it is."""
    once = {frozenset(pair.items()): pair for pair in ids}.values()
    rows = [model(account=account, created_at=now, updated_at=now, **pair, **values) for pair in once]
    return returning.insert_new(rows)


def associations_of(rows: CatalogQuerySet, ids: Sequence[AssociatedIds]) -> CatalogQuerySet:
    """Those of the rows that have one of these sets of ids."""
    return rows.filter(any_of(Q(**pair) for pair in ids))


def in_order(rows: CatalogQuerySet, ids: Sequence[AssociatedIds]) -> list[Any]:
    """The rows in the order of these sets of ids, each of which has one; a set that comes twice gets its row twice."""
    columns = {column for pair in ids for column in pair}
    by_ids = {}
    for row in associations_of(rows, ids):
        values = {column: getattr(row, column) for column in columns}
        by_ids[frozenset(item for item in values.items() if item[1] is not None)] = row
    return [by_ids[frozenset(pair.items())] for pair in ids]
