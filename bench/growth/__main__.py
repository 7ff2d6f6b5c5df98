"""What grows with the number of tokens: each figure at 10,000 and 1,000,000 tokens as a multiple of its own at one.

    python3 dev.py bench growth [--tokens N] [--rounds N] [--short]

Three sites side by side, each with a database and a process of its own: with 1, 10,000 and --tokens tokens, two of an
account, with an event, an email and three rows of the ledger each (`bench/filling.py`). The check, the ledger's writes,
the sweep, the outbox and the pages take turns in random order, and a multiple is one of the same round. At last a
twentieth of the biggest site's tokens fall due, and one sweep plans their notices. On PostgreSQL then the bytes of each
table for a row, and from them what 10,000,000 tokens need.

Exits 1 when something grows that is not known to grow.
"""

import statistics
import sys

import django

django.setup()

from django.db import connection

from bench import figures
from bench.growth import site, sizes, turns
from bench.growth.sites import Figures, Site, measured, sites

MIDDLE = 10_000  # tokens
FLAT = 2.0  # what is below this multiple of one token's is flat: a tree is deeper, a page comes from another cache
COUNTED = "counts all rows to number its pages"
GROWS = {
    "/metrics": "counts all emails and open tokens",
    "events to plan, none": "looks at the newest 5,000 again, never at more",
    "admin: tokens/apitoken": COUNTED,
    "admin: tokens/tokenuse": COUNTED,
    "admin: notifications/email": COUNTED,
    "admin: accounts/account": COUNTED,
    "admin: notifications/delivery": "counts accounts without anybody to tell, and the notices of thirty days",
}


def main() -> int:
    options = figures.arguments(
        __doc__, {"tokens": 20, "rounds": 1}, tokens=1_000_000, rounds=15, flags={"site": "one site, asked by lines"}
    )
    if options.site:
        turns.serve(site.cases(options.tokens), last=site.fall_due(options.tokens))
        return 0
    if options.short:
        return report_one(options.tokens)
    with sites(sorted({1, min(MIDDLE, options.tokens), options.tokens})) as found:
        flat = report(found, *measured(found, options.rounds))
        spent = found[-1].ask("last") / 1e6
        print(
            f"\n{options.tokens // 20:,} tokens fall due at once: {spent:.1f} s for the sweep that plans their notices"
        )
        if connection.vendor == "postgresql":
            sizes.report(found[-1].url, options.tokens)
    return 0 if flat else 1


def report_one(tokens: int) -> int:
    """Everything once, on the database of the settings."""
    print(f"\n{connection.vendor}, {tokens:,} tokens\n| what | µs | queries |\n|---|---|---|")
    for name, case in site.cases(tokens).items():
        print(f"| {name} | {case.timed() / case.of_a_call:.1f} | {case.queries()} |", flush=True)
    print(f"| a twentieth falls due | {site.fall_due(tokens * 20).timed():.1f} | |")
    return 0


def report(found: list[Site], spent: dict[Site, Figures], asked: dict[str, set[int]]) -> bool:
    """Print the table; whether everything is flat that should be."""
    one, *others = found
    rounds = len(next(iter(spent[one].values())))
    print(f"\n{connection.vendor}, multiples of what one token takes: medians of {rounds} rounds (quartiles)")
    print(f"| what | µs, 1 token | {' | '.join(f'{other.tokens:,} tokens' for other in others)} | queries | flat? |")
    print(f"|---|---|{'---|' * len(others)}---|---|")
    unknown = False
    for case, values in spent[one].items():
        growth = [figures.ratios(spent[other][case], values) for other in others]
        flat = all(statistics.median(multiples) < FLAT for multiples in growth) and len(asked[case]) == 1
        unknown = unknown or (not flat and case not in GROWS)
        cells = [case, figures.spread(values, ".1f"), *(figures.spread(multiples, ".2f") for multiples in growth)]
        cells += [" to ".join(map(str, sorted(asked[case])))]
        print(f"| {' | '.join(cells)} | {'yes' if flat else 'no: ' + GROWS.get(case, 'UNKNOWN')} |", flush=True)
    return not unknown


if __name__ == "__main__":
    sys.exit(main())
