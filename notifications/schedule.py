"""When the sweep has to check which account (decision 0009).

Triggers of the database add a row that is due at once when anything changes that a check reads. A check takes away the
rows that were there before it read, and adds one for the instant at which another notice becomes due.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet

from notifications.models import NextNotice

MAX_ACCOUNTS_PER_CHECK = 250  # each has two open tokens at the most
MAX_ROWS_PER_CHECK = 10_000  # that a check takes away; those beyond are due again


def due(now: datetime) -> Iterator[tuple[set[int], set[int]]]:
    """Rows that are due and their accounts, in pages, those that wait longest first.

    Each page has to be checked before the next one is asked for. An account may come again, by rows of its tokens.
    """
    while page := list(due_rows(now).values_list("pk", "account_id", "token__account_id")[:MAX_ACCOUNTS_PER_CHECK]):
        yield {pk for pk, _, _ in page}, {of or of_token for _, of, of_token in page if of or of_token}


def due_rows(now: datetime) -> QuerySet[NextNotice]:
    return NextNotice.objects.filter(next_notice_at__lte=now).order_by("next_notice_at")


def rows_of(accounts: Collection[int]) -> set[int]:
    """The rows that name these accounts, those that are due first. Read them before anything else."""
    rows = NextNotice.objects.filter(account__in=accounts).order_by("next_notice_at")
    return set(rows.values_list("pk", flat=True)[:MAX_ROWS_PER_CHECK])


def reschedule(rows: Collection[int], next_checks: Mapping[int, datetime], *, unreachable: Collection[int]) -> None:
    """Replace `rows`, which were read before the check, by the next check of each account.

    `next_checks` has the accounts for which one is known, `unreachable` those of which nobody can be told. To be
    called in the transaction that writes what the check planned. Only what was read before it may go: a row that came
    later speaks of a change that the check may not have seen.
    """
    NextNotice.objects.filter(pk__in=rows).delete()
    ahead = [
        NextNotice(account_id=account, next_notice_at=next_checks.get(account), unreachable=account in unreachable)
        for account in sorted({*next_checks, *unreachable})
    ]
    NextNotice.objects.bulk_create(ahead)


def unreachable_accounts() -> set[int]:
    """Those with a notice to send and nobody who can be told."""
    rows = NextNotice.objects.filter(unreachable=True).order_by()  # in order, SQLite would read the whole table
    return set(rows.values_list("account_id", flat=True))
