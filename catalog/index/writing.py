"""The one writer of the index. Each service of the catalog ends with a call of it, in its own transaction.

Up to MAX_AT_ONCE assets are found, or gone, when the transaction commits. More are noted in SearchDue, and looked at in
the background (`catalog.index.catching_up`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Account
from catalog.index.entries import Words, words_of_assets
from catalog.index.words import VERSION
from catalog.models import CatalogQuerySet, SearchDue, SearchEntry, TableQuery
from catalog.models.assets import MODELS, AssetKind
from catalog.models.search import GROUPS, QUERY

MAX_AT_ONCE = 500  # assets that one transaction may index
LOCK = 0x5EA7C4  # of the advisory lock: with an account's id it is the index of that account

Ids = Mapping[str, Collection[UUID]]

# The kinds that lie in a place, each with the look-up that leads to the place.
BELOW: Mapping[str, Mapping[str, str]] = {
    "source": {
        AssetKind.TABLE: "schema__database__source",
        AssetKind.COLUMN: "source",
        AssetKind.DASHBOARD: "source",
        AssetKind.DASHBOARD_FIELD: "dashboard__source",
    },
    "database": {AssetKind.TABLE: "schema__database", AssetKind.COLUMN: "table__schema__database"},
    "schema": {AssetKind.TABLE: "schema", AssetKind.COLUMN: "table__schema"},
    "table": {AssetKind.TABLE: "pk", AssetKind.COLUMN: "table"},
    "term": {AssetKind.TERM: "parent_term"},
}


@transaction.atomic
def refresh(account: Account, assets: Ids, *, now: datetime) -> None:
    """Index these assets, by their kinds, as they are now; what is deleted, hidden or unknown leaves the index."""
    if sum(map(len, assets.values())) > MAX_AT_ONCE:
        put_off(account, ((SearchDue.What.ASSET, kind, pk) for kind, ids in assets.items() for pk in ids), now=now)
        return
    lock_index(account)
    changed = [write(account, kind, list(ids), now=now) for kind, ids in assets.items() if ids]
    if any(changed):
        put_off(account, [(SearchDue.What.COUNTS, "", account.uuid)], now=now)


def refresh_below(account: Account, kind: str, places: Collection[UUID], *, now: datetime) -> None:
    """The same for all that lies in these places, and for tables themselves."""
    if not places:
        return
    few = list(islice(ids_below(account, kind, places), MAX_AT_ONCE + 1))
    if len(few) > MAX_AT_ONCE:
        put_off(account, [(SearchDue.What.PLACE, kind, pk) for pk in places], now=now)
    else:
        found: dict[str, list[UUID]] = {}
        for of_kind, pk in few:
            found.setdefault(of_kind, []).append(pk)
        refresh(account, found, now=now)


def refresh_new(account: Account, assets: Ids, *, now: datetime) -> None:
    """Index assets that were just made; many are put off by the first of their ids, which sort by time."""
    if sum(map(len, assets.values())) <= MAX_AT_ONCE:
        refresh(account, assets, now=now)
    else:
        put_off(account, [(SearchDue.What.NEWER, "", min(pk for ids in assets.values() for pk in ids))], now=now)


def put_off(account: Account, due: Iterable[tuple[str, str, UUID]], *, now: datetime) -> None:
    """Note what has to be looked at again; what is noted already and not begun stays, with its older date."""
    rows = [
        SearchDue(account=account, what=what, kind=kind, asset=pk, since=now) for what, kind, pk in dict.fromkeys(due)
    ]
    SearchDue.objects.bulk_create(
        rows,
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["account", "what", "kind", "asset"],
        update_fields=["after"],  # from the beginning
    )


def ids_below(account: Account, kind: str, places: Collection[UUID]) -> Iterator[tuple[str, UUID]]:
    for of_kind, rows in rows_below(account, kind, places):
        for pk in rows.values_list("pk", flat=True)[: MAX_AT_ONCE + 1]:
            yield of_kind, pk


def rows_below(account: Account, kind: str, places: Collection[UUID]) -> Iterator[tuple[str, CatalogQuerySet]]:
    """All rows of each kind that lie there, deleted ones too, by id."""
    for of_kind, look_up in BELOW[kind].items():
        yield of_kind, model_of(of_kind).objects.visible_to(account).filter(**{f"{look_up}__in": places}).order_by("pk")


def model_of(kind: str) -> Any:
    return TableQuery if kind == QUERY else MODELS[kind]


def lock_index(account: Account) -> None:
    """Let other writers of this account's index wait until this transaction ends: each then reads what it wrote."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, account.pk])


def write(account: Account, kind: str, ids: Sequence[UUID], *, now: datetime) -> int:
    """Make entries and postings of these assets what their rows say; returns how many entries changed.

    The caller holds `lock_index`.
    """
    wanted = words_of_assets(account, kind, ids)
    stored = {entry.asset: entry for entry in SearchEntry.objects.filter(account=account, kind=kind, asset__in=ids)}
    gone = [entry for pk, entry in stored.items() if pk not in wanted]
    changed = [entry for pk, entry in stored.items() if pk in wanted and differs(entry, wanted[pk])]
    about = {"account": account, "kind": kind, "version": VERSION, "indexed_at": now}
    new = [SearchEntry(asset=pk, words=wanted[pk], **about) for pk in sorted(wanted.keys() - stored.keys())]
    SearchEntry.objects.bulk_create(new)
    postings = Postings(account, GROUPS[kind])
    for entry in new:
        postings.exchange(entry.pk, {}, entry.words)
    for entry in gone:
        postings.exchange(entry.pk, entry.words, {})
    for entry in changed:
        postings.exchange(entry.pk, entry.words, wanted[entry.asset])
        entry.words, entry.version, entry.indexed_at = wanted[entry.asset], VERSION, now
    postings.write()
    if changed:
        SearchEntry.objects.bulk_update(changed, ["words", "version", "indexed_at"])
    if gone:
        SearchEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    return len(gone) + len(changed) + len(new)


def differs(entry: SearchEntry, words: Words) -> bool:
    return entry.version != VERSION or entry.words != words


class Postings:
    """What changes among the postings of one group, gathered and written by two statements."""

    DELETE = """
        DELETE FROM catalog_searchposting
        WHERE account_id = %s AND "group" = %s AND word = %s AND impact = %s AND entry_id = %s
    """
    INSERT = """
        INSERT INTO catalog_searchposting (account_id, "group", word, impact, entry_id) VALUES (%s, %s, %s, %s, %s)
    """

    def __init__(self, account: Account, group: int) -> None:
        self.key = (account.pk, int(group))
        self.removed: list[tuple[Any, ...]] = []
        self.added: list[tuple[Any, ...]] = []

    def exchange(self, entry: int, before: Words, after: Words) -> None:
        """Give the entry of this id the words `after` in place of those `before`."""
        old, new = before.items(), after.items()
        self.removed += [(*self.key, word, impact, entry) for word, impact in old - new]
        self.added += [(*self.key, word, impact, entry) for word, impact in new - old]

    def write(self) -> None:
        with connection.cursor() as cursor:
            for statement, rows in ((self.DELETE, self.removed), (self.INSERT, self.added)):
                if rows:
                    cursor.executemany(statement, sorted(rows))
