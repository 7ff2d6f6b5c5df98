"""Search of SQL queries by a question in plain words: rare words of it weigh most."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from catalog.models import CatalogQuerySet, TableQuery
from catalog.models.rows import any_of
from catalog.queries.filters import TableOfQuery, contains

MAX_WORDS = 16  # of a question are looked for
MAX_QUERIES_SEARCHED = 20_000  # queries of an account, the newest
MAX_QUERIES_RANKED = 500  # of those with any of the words, the newest
MAX_ANSWERS = 10
MIN_WORD_LENGTH = 2  # characters
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about all am an and any are as at be been by can could did do does each find for from get give had has "
        "have how i if in into is it its like list many me much my of on or our out over per please query queries "
        "select should show so some sql table tables tell than that the their them then there these they this "
        "those to us use used using was we were what when where which who whose why will with would you your",
    )
)
TEXTS = ("query", "author", "source_user__name", "source_user__email")


def search_queries(rows: CatalogQuerySet, question: str) -> list[TableQuery]:
    """The best ten of these queries, with their tables and authors; hidden ones are never among them.

    One query looks for the words, in the SQL, its author, and the paths of its tables; another reads the tables.
    """
    words = words_of(question)
    if not words:
        return []
    newest = rows.filter(is_hidden=False).order_by("-timestamp", "-pk")[:MAX_QUERIES_SEARCHED].values("pk")
    matching = TableQuery.objects.filter(any_word(words), pk__in=newest).order_by("-timestamp", "-pk")
    return ranked(matching.select_related("source_user").prefetch_related("tables")[:MAX_QUERIES_RANKED], words)


def words_of(question: str) -> list[str]:
    """The words that say what is looked for, in lower case, without their endings: the longest, each once."""
    stems = (stem(word) for word in re.findall(r"\w+", question.lower()) if word not in STOP_WORDS)
    words = dict.fromkeys(word for word in stems if len(word) >= MIN_WORD_LENGTH)
    return sorted(words, key=len, reverse=True)[:MAX_WORDS]


def stem(word: str) -> str:
    """What the singular and the plural begin with, as a rule: countr of country and countries, sale of sales."""
    if len(word) > 4 and word.endswith(("ies", "y")):
        return word.removesuffix("y").removesuffix("ies")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def any_word(words: Iterable[str]) -> Q:
    """Queries in which at least one of the words is a part of some text."""
    tables = TableOfQuery.objects.filter(any_of(contains("table__path")(word) for word in words))
    return any_of(contains(*TEXTS)(word) for word in words) | Q(pk__in=tables.values("tablequery"))


def ranked(queries: Iterable[TableQuery], words: Sequence[str]) -> list[TableQuery]:
    """The best, first; of two that are as good, the newer one. A word counts more the fewer queries hold it."""
    hits = [(held(query, words), query) for query in queries]
    holding = Counter(word for words_held, _ in hits for word in words_held)
    weights = {word: math.log(1 + len(hits) / number) for word, number in holding.items()}
    hits.sort(key=lambda hit: sum(weights[word] for word in hit[0]), reverse=True)
    return [query for _, query in hits[:MAX_ANSWERS]]


def held(query: TableQuery, words: Iterable[str]) -> list[str]:
    text = "\n".join(texts_of(query)).lower()
    return [word for word in words if word in text]


def texts_of(query: TableQuery) -> Iterator[str]:
    yield query.query
    yield query.author or ""
    if query.source_user:
        yield from (query.source_user.name or "", query.source_user.email or "")
    yield from (table.path for table in query.tables.all())
