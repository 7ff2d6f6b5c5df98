"""What grows with the number of tokens: each figure at 10,000 and 1,000,000 tokens as a multiple of its own at one.

    python3 dev.py bench growth [--tokens 1000000] [--rounds 15] [--database sqlite|postgresql]

Three sites of each database side by side, each with a database and a process of its own: with 1, 10,000 and --tokens
tokens, two of an account, with an event, an email and three rows of the ledger each (`bench/_filling.py`). Everything
takes turns in random order, and a multiple is one of the same round. Then the bytes of each table and index of
PostgreSQL's biggest site for a row, and from them what 10,000,000 tokens need.

Exits 1 when something grows that is not known to grow.
"""

import argparse
import statistics
import sys

from bench import _sizes
from bench._figures import ratios, spread
from bench._sites import DATABASES, Figures, Site, measured, sites

MIDDLE = 10_000  # tokens
FLAT = 2.0  # what is below this multiple of one token's is flat: a tree is deeper, a page comes from another cache
GROWS = {
    "/metrics": "counts all emails and open tokens",
    "events to plan, none": "looks at the newest 5,000 again, never at more",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000, help="of the biggest site")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", choices=DATABASES, help="default: both")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    sizes = sorted({1, min(MIDDLE, options.tokens), options.tokens})
    flat = True
    with sites("bench._growth", chosen, sizes) as found:
        figures = measured(found, options.rounds)
        for database in chosen:
            of_database = [site for site in found if site.database == database]
            flat = report(of_database, figures) and flat
        if "postgresql" in chosen:
            _sizes.report(next(site.url for site in found[::-1] if site.database == "postgresql"), options.tokens)
    return 0 if flat else 1


def report(found: list[Site], figures: dict[Site, Figures]) -> bool:
    """Print the table of one database; whether everything is flat that should be."""
    one, *others = found
    rounds = len(next(iter(figures[one].values())))
    print(f"\n{one.database}, multiples of what one token takes: medians of {rounds} rounds (quartiles)")
    print(f"| what | µs, 1 token | {' | '.join(f'{site.tokens:,} tokens' for site in others)} | queries | flat? |")
    print(f"|---|---|{'---|' * len(others)}---|---|")
    unknown = False
    for case, facts in one.facts.items():
        growth = [ratios(figures[site][case], figures[one][case]) for site in others]
        queries = sorted({facts["queries"], *(site.facts[case]["queries"] for site in others)})
        flat = all(statistics.median(values) < FLAT for values in growth) and len(queries) == 1
        unknown = unknown or (not flat and case not in GROWS)
        cells = [case, spread(figures[one][case], ".1f"), *(spread(values, ".2f") for values in growth)]
        cells += [" to ".join(map(str, queries)), "yes" if flat else f"no: {GROWS.get(case, 'UNKNOWN')}"]
        print(f"| {' | '.join(cells)} |", flush=True)
    return not unknown


if __name__ == "__main__":
    sys.exit(main())
