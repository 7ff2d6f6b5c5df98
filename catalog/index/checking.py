"""Whether the index says what the rows say: for `index_catalog --check` and for tests."""

from collections.abc import Iterator
from typing import Any

from accounts.models import Account
from catalog.index.entries import found_rows, words_of_assets
from catalog.index.words import VERSION
from catalog.models import SearchEntry, SearchPosting
from catalog.models.search import GROUPS

AT_ONCE = 500


def differences(account: Account) -> Iterator[str]:
    """A line for each asset whose entry or postings are not what they should be; none is the proof."""
    for kind in GROUPS:
        entries = SearchEntry.objects.filter(account=account, kind=kind)
        found = set(found_rows(account, kind).values_list("pk", flat=True))
        for pk in entries.values_list("asset", flat=True).iterator():
            if pk not in found:
                yield f"{kind} {pk} is in the index, but not to be found"
        ordered = sorted(found)
        for ids in (ordered[first : first + AT_ONCE] for first in range(0, len(ordered), AT_ONCE)):
            stored = {entry.asset: entry for entry in entries.filter(asset__in=ids)}
            for pk, words in words_of_assets(account, kind, ids).items():
                if pk not in stored:
                    yield f"{kind} {pk} is not in the index"
                elif stored[pk].words != words or stored[pk].version != VERSION:
                    yield f"{kind} {pk} has other words than the index says"
    yield from of_postings(account)


def of_postings(account: Account) -> Iterator[str]:
    """Whether the postings are those of the entries."""
    wanted: set[tuple[Any, ...]] = {
        (GROUPS[kind], word, impact, pk)
        for kind, pk, words in SearchEntry.objects.filter(account=account).values_list("kind", "pk", "words").iterator()
        for word, impact in words.items()
    }
    stored = set(SearchPosting.objects.filter(account=account).values_list("group", "word", "impact", "entry"))
    if wanted != stored:
        yield f"{len(wanted - stored)} postings are missing, {len(stored - wanted)} are too many"
