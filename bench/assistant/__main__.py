"""What the search finds of a corpus, and how long it takes, beside what it took the place of.

    python3 dev.py bench assistant [--corpus DIR] [--short]

Stores the assets of a corpus (`bench/assistant/corpus.py` says how its files look; ours is the demo), asks its
questions, and prints by set how many of the right assets are among the first ten, how often questions that nothing
answers are told so, and the time of a question. Exits 1 below the bars, which hold for the sets that a corpus has.
"""

import statistics
import sys
import time
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path

import django

django.setup()

from django.db import connection
from django.utils import timezone

from accounts.models import Account
from bench.assistant import corpus
from catalog.index.catching_up import catch_up, index_account
from catalog.queries.search import Hits, find

DEMO = Path(__file__).parent / "demo"
FIRST = 10
LEAST_EVIDENCE = 0.5  # below it an answer says that the catalog does not tell
INDEPENDENT = ("beaver", "spider", "bird", "spider2")  # sets whose authors did not write the lexicon
BARS = {"spider-de": 0.48, "hand": 0.75}
MEAN_BAR, ANSWERED_BAR, REFUSED_BAR = 0.60, 0.88, 0.80


def main() -> int:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--corpus", type=Path, default=DEMO)
    options.add_argument("--short", action="store_true", help="whatever the figures, exit 0")
    given = options.parse_args()
    folder = given.corpus
    now = timezone.now()
    account = Account.objects.create(name="Corpus", slug="corpus", created_at=now)
    names = corpus.store(account, corpus.read_assets(folder), now=now)
    begun = time.perf_counter()
    index_account(account, now=now)
    while catch_up(now=timezone.now(), account=account):
        pass
    print(f"{connection.vendor}: {len(names):,} assets, indexed in {time.perf_counter() - begun:.0f} s\n")
    shares: dict[str, list[float]] = defaultdict(list)
    answered, refused, times = list[bool](), list[bool](), list[float]()
    for question in corpus.read_questions(folder):
        begun = time.perf_counter()
        hits: Hits = find(account, question.text)
        times.append((time.perf_counter() - begun) * 1_000)
        if not question.gold:
            refused.append(hits.evidence < LEAST_EVIDENCE)
            continue
        shares[question.group].append(question.share([names[hit.id] for hit in hits.items[:FIRST]]))
        if question.any_will_do:
            answered.append(hits.evidence >= LEAST_EVIDENCE)
    below = report(shares, answered, refused, times)
    return 0 if given.short else below


def report(shares: dict[str, list[float]], answered: list[bool], refused: list[bool], times: list[float]) -> int:
    """Print the table; 1 when something is below its bar."""
    means = {name: statistics.mean(values) for name, values in sorted(shares.items())}
    rows = [(name, len(shares[name]), mean, BARS.get(name)) for name, mean in means.items()]
    if set(INDEPENDENT) <= means.keys():
        mean = statistics.mean(means[name] for name in INDEPENDENT)
        rows.append(("mean of " + ", ".join(INDEPENDENT), 0, mean, MEAN_BAR))
    rows += [
        (label, len(values), statistics.mean(values), bar)
        for label, values, bar in (("answered", answered, ANSWERED_BAR), ("refused", refused, REFUSED_BAR))
        if values
    ]
    print("| set | questions | among the first ten | bar |\n|---|---|---|---|")
    for name, number, value, bar in rows:
        print(f"| {name} | {number or ''} | {value:.3f} | {bar or ''} |")
    cuts = statistics.quantiles(times, n=20)
    print(f"\nA question: p50 {statistics.median(times):.1f} ms, p95 {cuts[18]:.1f} ms")
    return int(any(bar is not None and value < bar for _, _, value, bar in rows))


if __name__ == "__main__":
    sys.exit(main())
