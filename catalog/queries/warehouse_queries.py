"""Search of SQL queries by a question in plain words."""

from accounts.models import Account
from catalog.models import CatalogQuerySet, TableQuery
from catalog.models.search import SearchGroup
from catalog.queries.search import MAX_CANDIDATES, MAX_POSTINGS, candidates

MAX_ANSWERS = 10


def search_queries(
    account: Account, rows: CatalogQuerySet, question: str, *, is_narrowed: bool = False, foreign: bool = True
) -> list[TableQuery]:
    """The best ten of these queries of the account, with their tables and authors; of two as good, the newer first.

    Hidden ones are never among them, nor those that are older than the newest 20,000. `is_narrowed` says that `rows`
    are a part of them, which may be far down. At most five queries.
    """
    most = MAX_POSTINGS if is_narrowed else MAX_CANDIDATES
    scores = {
        hit.id: hit.score for hit in candidates(account, SearchGroup.QUERIES, question, foreign=foreign, most=most)
    }
    shown = TableQuery.objects.filter(pk__in=rows.filter(is_hidden=False, pk__in=scores).order_by().values("pk"))
    times = shown.order_by().values_list("pk", "timestamp")
    best = sorted(times, key=lambda one: (scores[one[0]], one[1]), reverse=True)[:MAX_ANSWERS]
    read = shown.select_related("source_user").prefetch_related("tables").in_bulk([pk for pk, _ in best])
    return [read[pk] for pk, _ in best if pk in read]
