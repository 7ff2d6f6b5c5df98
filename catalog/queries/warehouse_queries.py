"""Search of SQL queries by a question in plain words."""

from collections.abc import Mapping
from uuid import UUID

from accounts.models import Account
from catalog.models import CatalogQuerySet, SearchEntry, TableQuery
from catalog.models.search import QUERY, SearchGroup
from catalog.queries.search import MAX_CANDIDATES, MAX_POSTINGS, best_entries
from catalog.queries.weighing import BESIDE, Weights, weigh

MAX_ANSWERS = 10
MAX_NEWEST = 500  # queries of some tables that are looked through when the index has few among its best


def search_queries(
    account: Account, rows: CatalogQuerySet, question: str, *, is_narrowed: bool = False, foreign: bool = True
) -> list[TableQuery]:
    """The best ten of these queries of the account, with their tables and authors; of two as good, the newer first.

    Hidden ones are never among them, nor those that are older than the newest 20,000. `is_narrowed` says that `rows`
    are a part of them, which may be far down: then the newest of them are looked through as well. At most six queries,
    and one for each word that nothing has.
    """
    weights = weigh(account, SearchGroup.QUERIES, question, foreign=foreign).weights
    best_of_all = best_entries(
        account, SearchGroup.QUERIES, weights, most=MAX_POSTINGS if is_narrowed else MAX_CANDIDATES
    )
    scores = {hit.id: hit.score for hit in best_of_all}
    shown = rows.filter(is_hidden=False)
    times = dict(shown.filter(pk__in=scores).order_by().values_list("pk", "timestamp"))
    if is_narrowed and weights and len(times) < MAX_ANSWERS:
        newest = dict(shown.exclude(pk__in=times).order_by("-timestamp").values_list("pk", "timestamp")[:MAX_NEWEST])
        scores |= scores_of(account, weights, newest)
        times |= {pk: at for pk, at in newest.items() if pk in scores}
    best = sorted(times, key=lambda pk: (scores[pk], times[pk]), reverse=True)[:MAX_ANSWERS]
    read = shown.select_related("source_user").prefetch_related("tables").in_bulk(best)
    return [read[pk] for pk in best if pk in read]


def scores_of(account: Account, weights: Weights, ids: Mapping[UUID, object]) -> dict[UUID, float]:
    """How well those of these queries fit that have any of the words: each below what is among the best of all."""
    entries = SearchEntry.objects.filter(account=account, kind=QUERY, asset__in=list(ids))
    said = {asset: score_of(words, weights) for asset, words in entries.values_list("asset", "words")}
    return {asset: score / (1 + score) - 1 for asset, score in said.items() if score}


def score_of(words: Mapping[str, int], weights: Weights) -> float:
    """What `best_entries` would give an entry of these words."""
    scores = [[weight * words.get(word, 0) for word, weight in concept.items()] for concept in weights]
    return sum((1 - BESIDE) * max(of_one) + BESIDE * sum(of_one) for of_one in scores)
