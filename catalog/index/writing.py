"""The one writer of the index. Each service of the catalog ends with a call of it, in its own transaction.

Up to MAX_AT_ONCE assets are found, or gone, when the transaction commits. More are noted in SearchDue, and looked at in
the background (`catalog.index.catching_up`). Whoever writes the index, or what is due, holds its lock until the end of
the transaction, and takes no lock of a row after it: so nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Account
from catalog.index.counting import change_counts
from catalog.index.entries import Words, has_too_many_queries, words_of_assets
from catalog.index.words import VERSION
from catalog.models import CatalogQuerySet, SearchDue, SearchEntry, TableQuery
from catalog.models.assets import MODELS, AssetKind
from catalog.models.search import GROUPS, QUERY

MAX_AT_ONCE = 1_000  # assets that one transaction may index: a batch of 500, and what is found by its words
LOCK = 0x5EA7C4  # of the advisory lock: with an account's id it is the index of that account

Ids = Mapping[str, Collection[UUID]]

# The kinds that lie in a place or say its name, each with the look-up that leads to the place.
BELOW: Mapping[str, Mapping[str, str]] = {
    "source": {
        AssetKind.TABLE: "schema__database__source",
        AssetKind.COLUMN: "source",
        AssetKind.DASHBOARD: "source",
        AssetKind.DASHBOARD_FIELD: "dashboard__source",
    },
    "database": {
        AssetKind.TABLE: "schema__database",
        AssetKind.COLUMN: "table__schema__database",
        QUERY: "tables__schema__database",
    },
    "schema": {AssetKind.TABLE: "schema", AssetKind.COLUMN: "table__schema", QUERY: "tables__schema"},
    "table": {AssetKind.COLUMN: "table", QUERY: "tables"},
}


@transaction.atomic(savepoint=False)
def refresh(account: Account, assets: Ids, *, now: datetime) -> None:
    """Index these assets, by their kinds, as they are now; what is deleted, hidden or unknown leaves the index."""
    number = sum(map(len, assets.values()))
    if number > MAX_AT_ONCE:
        put_off(account, ((SearchDue.What.ASSET, kind, pk) for kind, ids in assets.items() for pk in ids), now=now)
    elif number:
        lock_index(account)
        if is_left_to_newer():
            note(account, ((SearchDue.What.ASSET, kind, pk) for kind, ids in assets.items() for pk in ids), now=now)
            return
        for kind, ids in assets.items():
            if ids:
                write(account, kind, list(ids), now=now)
        if assets.get(QUERY) and has_too_many_queries(account):
            note(account, [(SearchDue.What.COUNTS, QUERY, account.uuid)], now=now)


def refresh_below(
    account: Account, kind: str, places: Collection[UUID], *, now: datetime, also: Ids | None = None
) -> None:
    """The same for all that lies in these places, and for `also`, which does not wait for what lies there."""
    found = {of_kind: list(ids) for of_kind, ids in (also or {}).items()}
    most = max(MAX_AT_ONCE - sum(map(len, found.values())), 0)
    few = list(islice(ids_below(account, kind, places), most + 1)) if places else []
    if len(few) > most:
        put_off(account, [(SearchDue.What.PLACE, kind, pk) for pk in places], now=now)
    else:
        for of_kind, pk in few:
            found.setdefault(of_kind, []).append(pk)
    refresh(account, found, now=now)


@transaction.atomic(savepoint=False)
def refresh_new(account: Account, assets: Ids, *, now: datetime) -> None:
    """Index assets that were just made; many are put off by the first of their ids, which sort by time.

    Nothing is noted for those to which a row that is due has still to come: a thousand imports are looked through once.
    """
    if sum(map(len, assets.values())) <= MAX_AT_ONCE:
        refresh(account, assets, now=now)
        return
    lock_index(account)
    first = min(pk for ids in assets.values() for pk in ids)
    newer = SearchDue.objects.filter(account=account, what=SearchDue.What.NEWER, asset__lte=first)
    if not newer.filter(Q(after=None) | Q(after__lt=first)).exists():
        note(account, [(SearchDue.What.NEWER, "", first)], now=now)


@transaction.atomic(savepoint=False)
def put_off(account: Account, due: Iterable[tuple[str, str, UUID]], *, now: datetime) -> None:
    """Note what has to be looked at again; what is noted already begins anew, with its older date."""
    lock_index(account)
    note(account, due, now=now)


def note(account: Account, due: Iterable[tuple[str, str, UUID]], *, now: datetime) -> None:
    """The same for a caller that holds `lock_index`."""
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
        rows = model_of(of_kind).objects.visible_to(account).filter(**{f"{look_up}__in": places}).order_by("pk")
        yield of_kind, rows.distinct() if of_kind == QUERY else rows


def model_of(kind: str) -> Any:
    return TableQuery if kind == QUERY else MODELS[kind]


def is_left_to_newer() -> bool:
    """Whether a process of a newer version, whose words are others, has begun to index: then it does what is due.

    While a deployment replaces one process after the other, each would else write anew what the other wrote. One query.
    """
    return SearchEntry.objects.filter(version__gt=VERSION).exists()


def lock_index(account: Account) -> None:
    """Let other writers of this account's index wait until this transaction ends: each then reads what it wrote.

    On SQLite every transaction of ours that writes waits for the others from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, account.pk])


def write(account: Account, kind: str, ids: Sequence[UUID], *, now: datetime) -> None:
    """Make entries, postings and counts of these assets what their rows say. The caller holds `lock_index`."""
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
    change_counts(account, GROUPS[kind], postings.more() | {"": len(new) - len(gone)})
    if changed:
        SearchEntry.objects.bulk_update(changed, ["words", "version", "indexed_at"])
    if gone:
        SearchEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()


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

    def more(self) -> dict[str, int]:
        """To each word how many entries more have it."""
        words = Counter(word for _, _, word, *_ in self.added)
        words.subtract(word for _, _, word, *_ in self.removed)
        return dict(words)

    def write(self) -> None:
        with connection.cursor() as cursor:
            for statement, rows in ((self.DELETE, self.removed), (self.INSERT, self.added)):
                if rows:
                    cursor.executemany(statement, sorted(rows))
