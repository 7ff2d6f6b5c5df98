"""Which accounts the sweep has to look at, and from when on (decision 0009).

Triggers of the database add a row that is due at once when anything changes that a look reads. A look takes away the
rows that were there before it read, and adds one for the instant at which something else will fit.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet

from notifications.models import NextNotice

MAX_ACCOUNTS_PER_CHECK = 250  # each has two open tokens at the most
MAX_ROWS_PER_CHECK = 10_000  # that a check takes away; those beyond are due again


def due(now: datetime) -> Iterator[tuple[set[int], set[int]]]:
    """Rows that are due and their accounts, in pages, those that wait longest first.

    Each page has to be looked at before the next one is asked for. An account may come again, by rows of its tokens.
    """
    while page := list(due_rows(now).values_list("pk", "account_id", "token__account_id")[:MAX_ACCOUNTS_PER_CHECK]):
        yield {pk for pk, _, _ in page}, {of or of_token for _, of, of_token in page if of or of_token}


def due_rows(now: datetime) -> QuerySet[NextNotice]:
    return NextNotice.objects.filter(next_notice_at__lte=now).order_by("next_notice_at")


def rows_of(accounts: Collection[int]) -> set[int]:
    """The rows that name these accounts, those that are due first. Read them before anything else."""
    rows = NextNotice.objects.filter(account__in=accounts).order_by("next_notice_at")
    return set(rows.values_list("pk", flat=True)[:MAX_ROWS_PER_CHECK])


def move_on(rows: Collection[int], turns: Mapping[int, datetime], *, unreachable: Collection[int]) -> None:
    """Take away rows that were read before the look, and look again at its turn; `turns` and `unreachable`: accounts.

    In the transaction that writes what the look found. Only what was read before it may go: a row that came later
    speaks of a change that the look may not have seen.
    """
    NextNotice.objects.filter(pk__in=rows).delete()
    ahead = [
        NextNotice(account_id=account, next_notice_at=turns.get(account), unreachable=account in unreachable)
        for account in sorted({*turns, *unreachable})
    ]
    NextNotice.objects.bulk_create(ahead)


def unreachable_accounts() -> set[int]:
    """Those that are owed something and have nobody who can be told."""
    rows = NextNotice.objects.filter(unreachable=True).order_by()  # in order, SQLite would read the whole agenda
    return set(rows.values_list("account_id", flat=True))
