"""What the search finds of a corpus, and how long it takes, beside what else there is.

    python3 dev.py bench assistant [--corpus DIR] [--tables N] [--columns] [--account SLUG] [--short]

Stores the assets of a corpus (`bench/assistant/corpus.py` says how its files look; ours is the demo), and tables mixed
from them until there are --tables. All questions are asked of the product's own search. Every fourth goes to five in
turn: to it, to it in an account of 1,000 assets, to a search for parts of texts (`icontains`), to the database's
full-text search (FTS5, ts_rank) with the words of the question that say something, and to the same with the words that
our search looks for, those of the lexicon among them: the same work, whose time the bar is of. Times are of the
processor on SQLite, of the clock on PostgreSQL. Tables, dashboards and terms are indexed; with --columns their parts,
too.

--account asks a catalog that is there the questions whose answers its people found right, and writes nothing: in the
database of `dev.py up`, or that of the environment.

Exits 1 below the bars. They hold for the sets that a corpus has, those of time from 50,000 assets on.
"""

import random
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import django

django.setup()

from django.db import connection
from django.utils import timezone

from accounts.models import Account
from bench import filling
from bench.assistant import copies, corpus, peers
from bench.assistant.asking import OURS, Asked, Search, ask
from bench.assistant.sizes import sizes
from catalog.index.checking import count_words
from catalog.index.writing import MAX_AT_ONCE, refresh
from catalog.models import Column, SearchDue, SearchEntry, Table
from catalog.models.assets import MODELS, AssetKind
from catalog.queries import search
from catalog.queries.search import find

DEMO = Path(__file__).parent / "demo"
SMALL, BIG = 1_000, 50_000  # assets
SMALL_OURS, FULL_TEXT = f"ours among {SMALL:,}", peers.FULL_TEXT[connection.vendor]
SAME_WORDS = f"{FULL_TEXT}, our words"
INDEPENDENT = ("beaver", "spider", "bird", "spider2")  # sets whose authors did not write the lexicon
# At least, among few assets and among many.
FEW_BARS = {"independent": 0.60, "spider-de": 0.48, "hand": 0.80, "MRR": 0.57, "answered": 0.88, "refused": 0.80}
MANY_BARS = {"independent": 0.42, "spider-de": 0.37, "hand": 0.74}
COPIES = 0.95
# At most: p95 ÷ that among SMALL, p95 ÷ the full-text search's, queries of a question.
GROWTH, OF_FULL_TEXT, QUERIES = 12, 0.1, 29

Rows = list[tuple[str, str, str, bool]]  # what, figure, bar, whether it is kept


def main() -> int:
    given = options()
    if given.account:
        return of_account(given.account)
    assets, questions = corpus.read_assets(given.corpus), corpus.read_questions(given.corpus)
    account, names = filled("corpus", chain(assets, corpus.mixed(assets, questions, given.tables - len(assets))), given)
    small, few = filled("small", random.Random(17).sample(assets, min(len(assets), SMALL)), given)  # noqa: S311
    peers.store_texts(account)
    filling.tidy()
    ours = {question.text: peers.our_words(account, question.text) for question in questions}
    searches: dict[str, Search] = {
        SMALL_OURS: lambda question: [few.get(hit.id, "") for hit in find(small, question.text).items],
        "icontains": lambda question: named(names, peers.by_parts(account, peers.asked_words(question.text))),
        FULL_TEXT: lambda question: named(names, peers.by_full_text(peers.asked_words(question.text))),
        SAME_WORDS: lambda question: named(names, peers.by_full_text(ours[question.text])),
    }
    print(f"{connection.vendor}: {len(names):,} assets, {Column.objects.filter(account=account).count():,} columns")
    asked = ask(account, names, questions, searches)
    tell(asked)
    rows = quality(asked, MANY_BARS if len(names) >= BIG else FEW_BARS)
    rows += times(asked) if len(names) >= BIG else []
    rows += of_copies(assets, given)
    kept = tell_bars(rows)
    tell_sizes(account)
    return 0 if kept or given.short else 1


def options() -> Namespace:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, metavar="DIR", default=DEMO, help="default: the demo")
    parser.add_argument("--tables", type=int, metavar="N", help="default: those of the corpus alone; short: 200")
    parser.add_argument("--columns", action="store_true", help="index columns and fields, too, for their size")
    parser.add_argument("--account", metavar="SLUG", help="ask this account's own questions of its own catalog")
    parser.add_argument("--short", action="store_true", help="a few of everything; breaks no bound")
    given = parser.parse_args()
    given.tables = given.tables or (200 if given.short else 0)
    return given


# --- What is asked ---------------------------------------------------------------------------------


def filled(slug: str, assets: Iterable[dict[str, Any]], given: Namespace) -> tuple[Account, dict[UUID, str]]:
    """An account of these assets, indexed, and to each of their ids the one that the corpus gives it."""
    now = timezone.now()
    account = Account.objects.create(name=slug.title(), slug=slug, created_at=now)
    names = corpus.store(account, assets, now=now)
    SearchDue.objects.filter(account=account).delete()  # the job would index columns, too
    for kind in MODELS if given.columns else peers.KINDS:
        ids = list(MODELS[kind].objects.visible_to(account).values_list("pk", flat=True))
        for some in peers.slices(ids):
            refresh(account, {kind: some}, now=now)
    count_words(account)
    SearchDue.objects.filter(account=account).delete()
    return account, names


def named(names: Mapping[UUID, str], ids: Iterable[UUID]) -> list[str]:
    return [names[pk] for pk in ids]


def of_account(slug: str) -> int:
    """Ask an account's own questions of its own catalog; nothing is written."""
    account = Account.objects.filter(slug=slug).first()
    if account is None:
        sys.exit(f"There is no account {slug!r} in this database.")
    questions = corpus.verified_questions(account)
    if not questions:
        print(f"Nobody of {slug} has found an answer right yet: there is nothing to ask. Thumbs up make questions.")
        return 0
    entries = SearchEntry.objects.filter(account=account).values_list("asset", flat=True)
    tell(ask(account, {pk: str(pk) for pk in entries}, questions, {}))
    return 0


# --- What came of it -------------------------------------------------------------------------------


def tell(asked: Asked) -> None:
    """Print what was found, by set and kind, and by search."""
    print("\n| set | kind | questions | R@5 | R@10 | MRR |\n|---|---|---|---|---|---|")
    for (group, kind), tally in sorted(asked.ours.items()):
        print(f"| {group} | {kind} | {tally.cells()} |")
    print("\n| search | questions | R@5 | R@10 | MRR | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|")
    for name, tally in asked.searches.items():
        print(f"| {name} | {tally.cells()} | {tally.p50:.1f} | {tally.p95:.1f} |")


def quality(asked: Asked, bars: Mapping[str, float]) -> Rows:
    """What was found, in means of sets that the bars name, and whether the evidence says what is there."""
    figures = {group: statistics.mean(asked.of(group).at_10) for group in asked.groups if asked.of(group).at_10}
    found: dict[str, tuple[str, float]] = {
        name: (f"R@10 of {name}", figures[name]) for name in ("spider-de", "hand") if name in figures
    }
    if set(INDEPENDENT) <= figures.keys():
        whole = asked.of(*INDEPENDENT, "hand")
        mean = statistics.mean(figures[name] for name in INDEPENDENT)
        found["independent"] = (f"R@10, mean of {', '.join(INDEPENDENT)}", mean)
        found["MRR"] = ("MRR of these and hand", statistics.mean(whole.ranks))
    rows = [at_least(what, figure, bars.get(name)) for name, (what, figure) in found.items()]
    for what, judged in (("answered", asked.answered), ("refused", asked.refused)):
        if judged:
            rows.append(at_least(f"{what}, of {len(judged)}", statistics.mean(judged), bars.get(what)))
    return [*rows, at_most("queries of a question, at most", asked.queries, QUERIES)]


def times(asked: Asked) -> Rows:
    p95 = {name: tally.p95 for name, tally in asked.searches.items()}
    return [
        at_most(f"p95 ÷ p95 among {SMALL:,}", p95[OURS] / p95[SMALL_OURS], GROWTH),
        at_most(f"p95 ÷ p95 of {SAME_WORDS}", p95[OURS] / p95[SAME_WORDS], OF_FULL_TEXT),
        (f"p95 ÷ p95 of {FULL_TEXT}", f"{p95[OURS] / p95[FULL_TEXT]:.3g}", "", True),
    ]


def of_copies(assets: Sequence[dict[str, Any]], given: Namespace) -> Rows:
    """How often the trusted table comes before its copies, with what else speaks for it and without."""
    tables, of_each = (5, 4) if given.short else (100, 20)
    copied = list(copies.copies(assets, tables, of_each))
    account, names = filled("copies", copied, Namespace(columns=False))
    asked = list(copies.questions(copied))

    def first() -> float:
        return statistics.mean(
            [names[hit.id] for hit in find(account, text).items[:1]] == [trusted] for trusted, text in asked
        )

    with patch.object(search, "BOOSTS", dict.fromkeys(search.BOOSTS, 0.0)):
        by_words = first()
    what = f"{len(asked)} trusted tables before their {of_each} copies each"
    return [at_least(what, first(), COPIES), at_least("the same by words alone", by_words, None)]


def at_least(what: str, figure: float, bar: float | None) -> tuple[str, str, str, bool]:
    return what, f"{figure:.3f}", "" if bar is None else f"≥ {bar}", bar is None or figure >= bar


def at_most(what: str, figure: float, bar: float) -> tuple[str, str, str, bool]:
    return what, f"{figure:.3g}", f"≤ {bar}", figure <= bar


def tell_bars(rows: Rows) -> bool:
    """Print them; whether all were kept."""
    print("\n| what | figure | bar |\n|---|---|---|")
    for what, figure, bar, kept in rows:
        print(f"| {what} | {figure} | {bar}{'' if kept else ', BROKEN'} |")
    return all(kept for *_, kept in rows)


def tell_sizes(account: Account) -> None:
    """Print how much room the index takes, of all accounts, and how long it takes to index changed tables anew."""
    print("\n| table | rows | MB |\n|---|---|---|")
    for table, rows, megabytes in sizes():
        print(f"| {table} | {rows:,} | {megabytes:.1f} |")
    tables = Table.objects.visible_to(account).order_by("pk")
    ids = list(tables.values_list("pk", flat=True)[:MAX_AT_ONCE])
    spent = list(re_indexing(account, ids))
    print(f"\n{len(ids)} tables with other texts, indexed anew in one transaction: {min(spent):.0f} ms.")


def re_indexing(account: Account, ids: Sequence[UUID]) -> Iterator[float]:
    """Milliseconds, three times."""
    for text in ("Counted anew.", "Each of them twice.", "Corrected by hand."):
        Table.objects.filter(pk__in=ids).update(external_description=text)
        began = time.perf_counter()
        refresh(account, {AssetKind.TABLE: ids}, now=timezone.now())
        yield 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
