"""How many entries of an account have each word, for that says how rare it is.

The numbers change with the postings, in the same transaction and under the lock of the index: so they are right
whatever is rolled back, and whoever writes at once. Counting all of them anew is a repair (`catalog.index.checking`).
"""

from collections.abc import Mapping

from django.db.models import Count, QuerySet

from accounts.models import Account
from catalog.models import SearchEntry, SearchPosting, SearchWord
from catalog.models.search import GROUPS

AT_ONCE = 2_000  # words


def change_counts(account: Account, group: int, more: Mapping[str, int]) -> None:
    """Add so many entries to each of these words; that of no word stands for all entries of the group.

    The caller holds `lock_index`.
    """
    changed = sorted(word for word, number in more.items() if number)
    for first in range(0, len(changed), AT_ONCE):
        some = changed[first : first + AT_ONCE]
        known = dict(counts_of(account, group).filter(word__in=some).values_list("word", "entries"))
        keep_counts(account, group, {word: known.get(word, 0) + more[word] for word in some})


def keep_counts(account: Account, group: int, numbers: Mapping[str, int]) -> None:
    """Write these numbers of entries; a word that none has is not kept."""
    rows = [
        SearchWord(account=account, group=group, word=word, entries=number, first=word[:1], length=len(word))
        for word, number in numbers.items()
        if number > 0
    ]
    SearchWord.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "group", "word"], update_fields=["entries"]
    )
    if gone := [word for word, number in numbers.items() if number <= 0]:
        counts_of(account, group).filter(word__in=gone).delete()


def miscounted(account: Account, group: int, after: str) -> tuple[dict[str, int], str | None]:
    """Of the first words behind this one those that are counted wrongly, with their numbers; and the last of the words.

    None when there are no more. The empty word, which is all entries, is looked at with the first.
    """
    postings = SearchPosting.objects.filter(account=account, group=group, word__gt=after).order_by("word")
    counted = dict(postings.values_list("word").annotate(number=Count("*"))[:AT_ONCE])
    known = counts_of(account, group).filter(word__gt=after)
    last = next(reversed(counted)) if len(counted) == AT_ONCE else None
    stored = dict((known.filter(word__lte=last) if last else known).values_list("word", "entries"))
    if not after:
        kinds = [kind for kind, of_kind in GROUPS.items() if of_kind == group]
        counted[""] = SearchEntry.objects.filter(account=account, kind__in=kinds).count()
        stored |= counts_of(account, group).filter(word="").values_list("word", "entries")
    wrong = {word for word in {*counted, *stored} if counted.get(word, 0) != stored.get(word, 0)}
    return {word: counted.get(word, 0) for word in wrong}, last


def counts_of(account: Account, group: int) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(account=account, group=group)
