"""Whether the index says what the rows say, and making its postings follow its entries again."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Account
from catalog.index.counting import GROUP
from catalog.index.entries import found_rows, words_of_assets
from catalog.index.words import VERSION
from catalog.index.writing import lock_index
from catalog.models import SearchEntry
from catalog.models.search import GROUPS

AT_ONCE = 500  # assets

# The words of an entry as rows, and its group, as SQLite and PostgreSQL say it.
WORDS = {
    "sqlite": "json_each(entry.words) AS said",
    "postgresql": "LATERAL jsonb_each_text(entry.words) AS said(key, value)",
}
SAID = """
    FROM catalog_searchentry AS entry CROSS JOIN {words} WHERE entry.account_id = %s
"""
POSTED = """
    EXISTS (SELECT 1 FROM catalog_searchposting AS posting
      WHERE posting.account_id = entry.account_id AND posting."group" = {group} AND posting.word = said.key
        AND posting.impact = CAST(said.value AS integer) AND posting.entry_id = entry.id)
"""
COUNT = f"""
    SELECT (SELECT COUNT(*) FROM catalog_searchposting WHERE account_id = %s), COUNT(*),
      COALESCE(SUM(CASE WHEN {POSTED} THEN 1 ELSE 0 END), 0) {SAID}
"""  # noqa: S608  # of constants
INSERT = f"""
    INSERT INTO catalog_searchposting (account_id, "group", word, impact, entry_id)
    SELECT entry.account_id, {{group}}, said.key, CAST(said.value AS integer), entry.id {SAID} AND NOT {POSTED}
"""
DELETE = """
    DELETE FROM catalog_searchposting WHERE account_id = %s AND NOT EXISTS (
      SELECT 1 FROM catalog_searchentry AS entry CROSS JOIN {words}
      WHERE entry.id = catalog_searchposting.entry_id AND entry.account_id = catalog_searchposting.account_id
        AND catalog_searchposting."group" = {group} AND said.key = catalog_searchposting.word
        AND CAST(said.value AS integer) = catalog_searchposting.impact)
"""


def differences(account: Account) -> Iterator[str]:
    """A line for each asset whose entry or postings are not what they should be; none is the proof.

    What somebody writes meanwhile is no difference: what differs is compared again while nobody writes.
    """
    for kind in GROUPS:
        found = found_rows(account, kind).order_by("pk").annotate(asset=F("pk"))
        entries = SearchEntry.objects.filter(account=account, kind=kind).order_by("asset")
        for rows in (found, entries.filter(~Exists(found.order_by().filter(pk=OuterRef("asset"))))):
            for ids in slices_of(rows):
                if compare(account, kind, ids):
                    with transaction.atomic():
                        lock_index(account)
                        different = compare(account, kind, ids)
                    yield from different
    missing, surplus = count_wrong_postings(account)
    if missing or surplus:
        yield f"{missing:,} postings are missing, {surplus:,} are too many"


def slices_of(rows: QuerySet) -> Iterator[list[UUID]]:
    """The ids of the assets, in their order."""
    ids = list(rows.values_list("asset", flat=True)[:AT_ONCE])
    while ids:
        yield ids
        ids = list(rows.filter(asset__gt=ids[-1]).values_list("asset", flat=True)[:AT_ONCE])


def compare(account: Account, kind: str, ids: Sequence[UUID]) -> list[str]:
    """A line for each of these assets whose entry differs."""
    wanted = words_of_assets(account, kind, ids)
    stored = {entry.asset: entry for entry in SearchEntry.objects.filter(account=account, kind=kind, asset__in=ids)}
    lines = []
    for pk in sorted({*wanted, *stored}):
        if pk not in wanted:
            lines.append(f"{kind} {pk} is in the index, but not to be found")
        elif pk not in stored:
            lines.append(f"{kind} {pk} is not in the index")
        elif stored[pk].words != wanted[pk] or stored[pk].version != VERSION:
            lines.append(f"{kind} {pk} has other words than the index says")
    return lines


def count_wrong_postings(account: Account) -> tuple[int, int]:
    """How many postings the entries miss, and how many there are that no entry has: one statement, of one instant."""
    with connection.cursor() as cursor:
        cursor.execute(in_dialect(COUNT), [account.pk, account.pk])
        posted, said, right = cursor.fetchone()
    return said - right, posted - right


@transaction.atomic
def mend_postings(account: Account) -> None:
    """Make the postings those of the entries; who writes waits meanwhile, seconds in a big account."""
    lock_index(account)
    with connection.cursor() as cursor:
        for statement in (DELETE, INSERT):
            cursor.execute(in_dialect(statement), [account.pk])


def in_dialect(statement: str) -> str:
    return statement.format(words=WORDS[connection.vendor], group=GROUP)
