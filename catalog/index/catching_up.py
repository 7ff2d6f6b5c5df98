"""What a transaction put off: looked at in slices, each in a transaction of its own, by a job or a command."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Account
from catalog.index.counting import count_words
from catalog.index.entries import newest_queries
from catalog.index.writing import MAX_AT_ONCE, model_of, put_off, refresh, rows_below
from catalog.models import CatalogQuerySet, SearchDue, SearchEntry
from catalog.models.search import GROUPS, QUERY

What = SearchDue.What

EVERYTHING = UUID(int=0)  # no row has a smaller id
COUNT_AFTER = timedelta(seconds=20)  # of the first change, so that many changes are counted once
SLICES_PER_RUN = 50


def index_account(account: Account, *, now: datetime) -> None:
    """Look at all of the account again, from now on in the background."""
    put_off(account, [(What.NEWER, "", EVERYTHING), (What.COUNTS, "", account.uuid)], now=now)


def catch_up(*, now: datetime, account: Account | None = None, slices: int = SLICES_PER_RUN) -> int:
    """Work off so many slices of what is due, the oldest first, then count; returns how many slices there were."""
    due = SearchDue.objects.order_by("since", "pk")
    if account is not None:
        due = due.filter(account=account)
    done = 0
    while done < slices and (first := due.exclude(what=What.COUNTS).first()):
        take_slice(first, now=now)
        done += 1
    if done == slices:
        return done  # more is due; words are counted when all is there
    for one in due.filter(what=What.COUNTS).select_related("account"):
        if account is not None or one.since <= now - COUNT_AFTER:
            one.delete()  # before it is counted: what changes meanwhile is noted anew
            forget_old_queries(one.account, now=now)
            count_words(one.account)
    return done


@transaction.atomic
def take_slice(first: SearchDue, *, now: datetime) -> None:
    """Index what is next of this, and note how far it is; nothing when another process has it."""
    rows = SearchDue.objects.filter(account=first.account_id)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    if first.what == What.ASSET:
        assets = list(rows.filter(what=What.ASSET).order_by("since", "pk")[:MAX_AT_ONCE])
        refresh(first.account, by_kind((one.kind, one.asset) for one in assets), now=now)
        SearchDue.objects.filter(pk__in=[one.pk for one in assets]).delete()
        return
    due = rows.filter(pk=first.pk).first()
    if due is None:
        return
    following = list(islice(ids_of(due), MAX_AT_ONCE))
    refresh(due.account, by_kind((kind, pk) for pk, kind in following), now=now)
    if len(following) < MAX_AT_ONCE:
        due.delete()
    else:
        due.after = following[-1][0]
        due.save(update_fields=["after"])


def ids_of(due: SearchDue) -> Iterator[tuple[UUID, str]]:
    """Ids behind `after` with their kinds, in the order of ids."""
    return merge(*(in_order(rows, kind, due.after) for kind, rows in rows_of(due)))


def rows_of(due: SearchDue) -> Iterator[tuple[str, CatalogQuerySet]]:
    if due.what == What.PLACE:
        yield from rows_below(due.account, due.kind, [due.asset])
        return
    for kind in GROUPS:
        yield kind, model_of(kind).objects.visible_to(due.account).filter(pk__gte=due.asset)


def in_order(rows: CatalogQuerySet, kind: str, after: UUID | None) -> list[tuple[UUID, str]]:
    behind = rows.filter(pk__gt=after) if after else rows
    return [(pk, kind) for pk in behind.order_by("pk").values_list("pk", flat=True)[:MAX_AT_ONCE]]


def by_kind(assets: Iterator[tuple[str, UUID]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for kind, pk in assets:
        found.setdefault(kind, []).append(pk)
    return found


def forget_old_queries(account: Account, *, now: datetime) -> None:
    """Take queries out of the index that newer ones have pushed out, MAX_AT_ONCE at most."""
    entries = SearchEntry.objects.filter(account=account, kind=QUERY)
    old = entries.exclude(asset__in=newest_queries(account).order_by().values("pk"))
    if ids := list(old.values_list("asset", flat=True)[:MAX_AT_ONCE]):
        refresh(account, {QUERY: ids}, now=now)
