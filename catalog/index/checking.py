"""Whether the index says what the rows say, and a repair of what somebody wrote into it by hand.

Both go through it in slices, and hold the lock of the index for one of them: who writes waits for no more.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Account
from catalog.index.counting import keep_counts, miscounted
from catalog.index.entries import found_rows, words_of_assets
from catalog.index.words import VERSION
from catalog.index.writing import lock_index
from catalog.models import SearchEntry, SearchPosting
from catalog.models.search import GROUPS, SearchGroup

AT_ONCE = 500  # assets
POSTINGS_AT_ONCE = 20_000  # and those of the last of their words

# The group of an entry, as SQL.
GROUP = " ".join(["CASE entry.kind", *(f"WHEN '{kind}' THEN {group:d}" for kind, group in GROUPS.items()), "END"])
# The words of an entry as rows, as SQLite and PostgreSQL say it.
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
    SELECT entry.account_id, {{group}}, said.key, CAST(said.value AS integer), entry.id {SAID}
      AND entry.id > %s AND entry.id <= %s AND NOT {POSTED}
"""
DELETE = """
    DELETE FROM catalog_searchposting
    WHERE account_id = %s AND "group" = %s AND word > %s AND word <= %s AND NOT EXISTS (
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
    elif wrong := count_words(account, mend=False):
        yield f"{wrong:,} words are counted wrongly"


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


def mend_postings(account: Account) -> None:
    """Make the postings those of the entries, and count their words anew."""
    for group in SearchGroup:
        after: str | None = ""
        while after is not None:
            after = delete_surplus(account, group, after)
    entry: int | None = 0
    while entry is not None:
        entry = insert_missing(account, entry)
    count_words(account)


@transaction.atomic
def delete_surplus(account: Account, group: int, after: str) -> str | None:
    """The postings behind this word that no entry has; returns the last of the words looked at, None behind all."""
    lock_index(account)
    postings = SearchPosting.objects.filter(account=account, group=group, word__gt=after).order_by("word")
    words = postings.values_list("word", flat=True)
    last = next(iter(words[POSTINGS_AT_ONCE : POSTINGS_AT_ONCE + 1]), None) or words.last()
    if last is not None:
        with connection.cursor() as cursor:
            cursor.execute(in_dialect(DELETE), [account.pk, group, after, last])
    return last


@transaction.atomic
def insert_missing(account: Account, after: int) -> int | None:
    """The postings that entries behind this one miss; returns the last of the entries looked at, None behind all."""
    lock_index(account)
    entries = SearchEntry.objects.filter(account=account, pk__gt=after).order_by("pk")
    ids = list(entries.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return None
    with connection.cursor() as cursor:
        cursor.execute(in_dialect(INSERT), [account.pk, after, ids[-1]])
    return ids[-1]


def count_words(account: Account, *, mend: bool = True) -> int:
    """How many words were counted wrongly; they are counted rightly then, unless that is not wanted."""
    number = 0
    for group in SearchGroup:
        after: str | None = ""
        while after is not None:
            with transaction.atomic():
                lock_index(account)
                wrong, after = miscounted(account, group, after)
                if mend:
                    keep_counts(account, group, wrong)
            number += len(wrong)
    return number


def in_dialect(statement: str) -> str:
    return statement.format(words=WORDS[connection.vendor], group=GROUP)
