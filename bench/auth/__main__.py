"""What a check costs: the same trivial view behind our door, behind those of three peers, and behind none.

    python3 dev.py bench auth [--tokens N] [--rounds N] [--calls N] [--short]

- In process, the whole WSGI application with middleware and logs as they are shipped: in each round
  the variants take turns in random order, and each is compared with the floor of its round. With one token, then with
  --tokens of ours and of each peer. And the check without a view.
- What unknown, malformed and ended tokens cost, and whether time or an answer tells a wrong secret from an unknown one.

Exits 1 when, through the whole application, a warm call takes more than 1.15 times as long as one without
authentication, or one with a token that is seen for the first time more than 1.6 (SQLite) or 2.4 times (PostgreSQL), or
when a wrong secret takes 1.1 times as long as an unknown token, or the other way round.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ |= {"LOG_LEVEL": "info", "LOG_FORMAT": "json"}  # as shipped: a line a call is part of what it costs
django.setup()

from bench import figures
from bench.auth import checks, refusals, variants


def main() -> int:
    options = figures.arguments(
        __doc__, {"tokens": 20, "rounds": 1, "calls": 2}, tokens=1_000_000, rounds=31, calls=100
    )
    rounds, calls = options.rounds, options.calls
    with log_in_a_file():
        headers = variants.credentials()
        kept = checks.report(headers, 1, rounds, calls)
        variants.fill(options.tokens)
        kept = checks.report(headers, options.tokens, rounds, calls) and kept
        checks.report_check_alone(headers, rounds, calls)
        kept = refusals.report(headers["public id"], rounds, calls) and kept
    return 0 if kept or options.short else 1


@contextmanager
def log_in_a_file() -> Iterator[None]:
    """Standard error goes to a file, as a site's log would; an exception comes out again on the real one."""
    kept = os.dup(2)
    with Path(os.environ["VAR_DIR"], "log").open("w") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)


if __name__ == "__main__":
    sys.exit(main())
