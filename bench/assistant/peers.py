"""What others search with, over the same texts: a part of a text, and the full-text search that the database brings."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Account
from catalog.index.entries import texts_of
from catalog.index.impacts import COLUMN_NAMES, COLUMN_TEXTS, NAME, PLACE, TEXT
from catalog.index.words import saying_nothing, tokens
from catalog.models.assets import MODELS, AssetKind
from catalog.models.search import SearchGroup
from catalog.queries.filters import contains
from catalog.queries.holding import SEARCHED_KINDS
from catalog.queries.visibility import shown_rows
from catalog.queries.weighing import weigh

KINDS = (AssetKind.TABLE, AssetKind.DASHBOARD, AssetKind.TERM)
FIELDS = (NAME, PLACE, TEXT, COLUMN_NAMES, COLUMN_TEXTS)
AT_ONCE = 500  # assets
MOST = 24  # words of a question, as many as ours

# bm25() weighs the fields as was best among what was tried; D, C, B and A of ts_rank are 0.1, 0.2, 0.4 and 1.
STATEMENTS = {
    "sqlite": {
        "table": """
            CREATE VIRTUAL TABLE bench_texts USING fts5(
              asset UNINDEXED, name, place, said, columns, column_texts, tokenize='porter unicode61')
        """,
        "row": "INSERT INTO bench_texts VALUES (%s, %s, %s, %s, %s, %s)",
        "index": "INSERT INTO bench_texts(bench_texts) VALUES ('optimize')",
        "search": """
            SELECT asset FROM bench_texts WHERE bench_texts MATCH %s
            ORDER BY bm25(bench_texts, 0, 4, 1, 2, 1, 0.5) LIMIT 10
        """,
    },
    "postgresql": {
        "table": "CREATE TABLE bench_texts (asset uuid PRIMARY KEY, words tsvector)",
        "row": """
            INSERT INTO bench_texts VALUES (%s,
              setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'C') ||
              setweight(to_tsvector('english', %s), 'B') || setweight(to_tsvector('english', %s), 'C') ||
              setweight(to_tsvector('english', %s), 'D'))
        """,
        "index": "CREATE INDEX ON bench_texts USING gin (words)",
        "search": """
            SELECT asset FROM bench_texts, to_tsquery('english', %s) AS asked
            WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC LIMIT 10
        """,
    },
}
FULL_TEXT = {"sqlite": "FTS5", "postgresql": "ts_rank"}


def asked_words(question: str) -> list[str]:
    """The words of a question that say something, without the lexicon's."""
    parts = [part for _, of_one in tokens(question) for part in of_one]
    left_out = saying_nothing(parts)
    return list(dict.fromkeys(part for part in parts if part not in left_out))[:MOST]


def our_words(account: Account, question: str) -> list[str]:
    """The words that our own search looks for, those that the lexicon brings among them."""
    weighed = weigh(account, SearchGroup.ASSETS, question, foreign=True)
    return list(dict.fromkeys(word for concept in weighed.weights for word in concept if " " not in word))[:MOST]


def by_parts(account: Account, words: Sequence[str]) -> list[UUID]:
    """What holds each word as a part of a text, as the page of assets asks, the most popular first."""
    found: list[UUID] = []
    for kind in KINDS if words else ():
        texts = SEARCHED_KINDS[kind].texts
        rows = shown_rows(account, kind).filter(*(contains(*texts)(word) for word in words))
        found += rows.order_by(*SEARCHED_KINDS[kind].order).values_list("pk", flat=True)[:10]
    return found[:10]


def store_texts(account: Account) -> None:
    """Make the index of the database's own full-text search, of the texts that ours reads."""
    say = STATEMENTS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(say["table"])
        for rows in rows_of_texts(account):
            cursor.executemany(say["row"], rows)
        cursor.execute(say["index"])


def rows_of_texts(account: Account) -> Iterator[list[tuple[Any, ...]]]:
    """Of each asset its id and a text a field, names with blanks in the place of underscores."""
    for kind in KINDS:
        for ids in slices(list(MODELS[kind].objects.visible_to(account).values_list("pk", flat=True))):
            texts = texts_of(account, kind, ids)
            yield [
                (str(pk), *(" ".join(of_one.get(field, ())).replace("_", " ") for field in FIELDS))
                for pk, of_one in texts.items()
            ]


def slices(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))


def by_full_text(words: Sequence[str]) -> list[UUID]:
    """What has any of the words, the best first."""
    if not words:
        return []
    either = " OR ".join(f'"{word}"' for word in words) if connection.vendor == "sqlite" else " | ".join(words)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[connection.vendor]["search"], [either])
        return [pk if isinstance(pk, UUID) else UUID(pk) for (pk,) in cursor.fetchall()]
