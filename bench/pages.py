"""What the pages of people cost: ratios to the lightest answer of the site, queries, bytes.

    python3 dev.py bench pages [--tokens 1000000] [--rounds 15] [--database sqlite|postgresql]

Each page is called in process through the whole WSGI application, signed in, on a site with nothing but the accounts
that are looked at, and on one with --tokens beside them. All pages of all sites take turns in random order. The
lightest answer is /healthz: every middleware, no session, no query, no template.
"""

import argparse
import statistics
import sys

from bench._figures import ratios, spread
from bench._sites import DATABASES, Figures, Site, measured, sites

FLOOR = "/healthz"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000, help="of the big site")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", choices=DATABASES, help="default: both")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    with sites("bench._pages", chosen, [1, options.tokens]) as found:
        figures = measured(found, options.rounds)
    for database in chosen:
        small, big = (site for site in found if site.database == database)
        report(small, big, figures[small], figures[big])
    return 0


def report(small: Site, big: Site, of_small: Figures, of_big: Figures) -> None:
    rounds, floor = len(of_small[FLOOR]), statistics.median(of_small[FLOOR])
    print(f"\n{small.database}, multiples of {FLOOR} ({floor:.0f} µs): medians of {rounds} rounds (quartiles)")
    print(f"| page | 1 token | {big.tokens:,} tokens | many ÷ one | queries | bytes |\n|---|---|---|---|---|---|")
    for case, facts in big.facts.items():
        one = spread(ratios(of_small[case], of_small[FLOOR]), ".1f")
        many = spread(ratios(of_big[case], of_big[FLOOR]), ".1f")
        growth = spread(ratios(of_big[case], of_small[case]), ".2f")
        queries = both(small.facts[case]["queries"], facts["queries"])
        size = both(small.facts[case]["bytes"], facts["bytes"])
        print(f"| {case} | {one} | {many} | {growth} | {queries} | {size} |", flush=True)


def both(small: int, big: int) -> str:
    """One figure when they are the same."""
    return f"{small:,}" if small == big else f"{small:,}, {big:,}"


if __name__ == "__main__":
    sys.exit(main())
