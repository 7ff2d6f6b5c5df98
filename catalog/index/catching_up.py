"""What a transaction put off: looked at in slices, each in a transaction of its own, by a job or a command."""

import logging
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Account
from catalog.index.checking import count_words
from catalog.index.entries import newest_queries
from catalog.index.words import VERSION
from catalog.index.writing import is_left_to_newer, lock_index, model_of, put_off, refresh, rows_below
from catalog.models import CatalogQuerySet, SearchDue, SearchEntry
from catalog.models.search import GROUPS, QUERY

logger = logging.getLogger(__name__)

What = SearchDue.What

EVERYTHING = UUID(int=0)  # no row has a smaller id
SLICE = 500  # assets of one transaction
SLICES_PER_RUN = 30
SLICES_PER_TURN = 5  # of an account, before another has its turn
SLOWEST_SLICE = 2.5  # seconds, on a busy host: a run has to end before its queue asks it to


def index_account(account: Account, *, now: datetime) -> None:
    """Look at all of the account again, from now on in the background, and count its words anew."""
    put_off(account, [(What.NEWER, "", EVERYTHING), (What.COUNTS, "", account.uuid)], now=now)


def number_of_assets(account: Account) -> int:
    """How many rows `index_account` looks at, deleted and hidden ones too."""
    return sum(int(model_of(kind).objects.visible_to(account).count()) for kind in GROUPS)


def catch_up(*, now: datetime, account: Account | None = None, slices: int = SLICES_PER_RUN) -> int:
    """Work off so many slices of what is due, the oldest first, then count; returns how many slices there were.

    Entries that older words made are due, too; once newer words made any, all is left to a newer process. May run any
    number of times at once. Without an account all take turns; what fails in one is logged, and holds up no other.
    """
    if is_left_to_newer():
        return 0
    if account is not None:
        return work_off(account, now=now, slices=slices)
    waiting, done = deque(accounts_due()), 0
    while waiting and done < slices:
        one, turn = waiting.popleft(), min(SLICES_PER_TURN, slices - done)
        try:
            taken = work_off(one, now=now, slices=turn)
        except Exception as error:  # noqa: BLE001  # whatever it is, its text may quote what people wrote
            logger.error("index_failed account=%s error=%s", one.slug, type(error).__name__)  # noqa: TRY400
            continue
        done += taken
        if taken == turn:
            waiting.append(one)
    return done


def accounts_due() -> list[Account]:
    """Those with anything due, in no order: one whose slices kill their process does not always come first."""
    older = SearchEntry.objects.filter(version__lt=VERSION).order_by().values("account")
    due = SearchDue.objects.order_by().values("account")
    return list(Account.objects.filter(Q(pk__in=due) | Q(pk__in=older)).order_by("?"))


def work_off(account: Account, *, now: datetime, slices: int) -> int:
    """So many slices of one account; when all is there, its words are counted anew if that is due."""
    due = SearchDue.objects.filter(account=account).select_related("account").order_by("since", "pk")
    words, done = Q(what=What.COUNTS, kind=""), 0
    while first := due.exclude(words).first() or note_older_words(account, now=now):
        if done == slices:
            return done
        take_slice(first, now=now)
        done += 1
    for one in due.filter(words):
        count_anew(one)
    return done


def note_older_words(account: Account, *, now: datetime) -> SearchDue | None:
    """Put off all of an account that has entries of an older version of the words, which serve meanwhile."""
    if not SearchEntry.objects.filter(account=account, version__lt=VERSION).exists():
        return None
    index_account(account, now=now)
    return SearchDue.objects.select_related("account").filter(account=account, what=What.NEWER).first()


@transaction.atomic
def take_slice(first: SearchDue, *, now: datetime) -> None:
    """Index what is next of this, and note how far it is; nothing when another process was faster."""
    account = first.account
    lock_index(account)
    if is_left_to_newer():
        return
    rows = SearchDue.objects.filter(account=account)
    if first.what == What.ASSET:
        assets = list(rows.filter(what=What.ASSET).order_by("since", "pk")[:SLICE])
        refresh(account, by_kind((one.kind, one.asset) for one in assets), now=now)
        rows.filter(pk__in=[one.pk for one in assets]).delete()
        return
    due = rows.filter(pk=first.pk).first()
    if due is None:
        return
    if due.what == What.COUNTS:  # of queries
        more = forget_gone(account, [QUERY], now=now)
    else:
        following = list(islice(ids_of(account, due), SLICE))
        refresh(account, by_kind((kind, pk) for pk, kind in following), now=now)
        due.after = following[-1][0] if following else due.after
        more = len(following) == SLICE or (due.asset == EVERYTHING and forget_gone(account, GROUPS, now=now))
    if more:
        due.save(update_fields=["after"])
    else:
        due.delete()


def ids_of(account: Account, due: SearchDue) -> Iterator[tuple[UUID, str]]:
    """Ids behind `after` with their kinds, in the order of ids."""
    return merge(*(in_order(rows, kind, due.after) for kind, rows in rows_of(account, due)))


def rows_of(account: Account, due: SearchDue) -> Iterator[tuple[str, CatalogQuerySet]]:
    if due.what == What.PLACE:
        yield from rows_below(account, due.kind, [due.asset])
        return
    for kind in GROUPS:
        yield kind, model_of(kind).objects.visible_to(account).filter(pk__gte=due.asset)


def in_order(rows: CatalogQuerySet, kind: str, after: UUID | None) -> list[tuple[UUID, str]]:
    behind = rows.filter(pk__gt=after) if after else rows
    return [(pk, kind) for pk in behind.order_by("pk").values_list("pk", flat=True)[:SLICE]]


def by_kind(assets: Iterable[tuple[str, UUID]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for kind, pk in assets:
        found.setdefault(kind, []).append(pk)
    return found


def forget_gone(account: Account, kinds: Collection[str], *, now: datetime) -> bool:
    """Take SLICE entries at most out of the index that have no row any more, or are queries that newer ones pushed out.

    Whether there may be more.
    """
    for kind in kinds:
        rows = newest_queries(account) if kind == QUERY else model_of(kind).objects.visible_to(account)
        entries: QuerySet[SearchEntry] = SearchEntry.objects.filter(account=account, kind=kind)
        gone = entries.filter(~Exists(rows.order_by().filter(pk=OuterRef("asset")))).values_list("asset", flat=True)
        if ids := list(gone[:SLICE]):
            refresh(account, {kind: ids}, now=now)
            if len(ids) == SLICE:
                return True
    return False


def count_anew(due: SearchDue) -> None:
    """Count all words of an account. Who notes that meanwhile unsets `after`: then they are counted once more."""
    begun = uuid4()
    row = SearchDue.objects.filter(pk=due.pk)
    row.update(after=begun)
    count_words(due.account)
    row.filter(after=begun).delete()
