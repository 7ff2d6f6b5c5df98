"""What one call of a Read Only token can cost: the dearest that were found, of those answered and of those refused.

    python3 dev.py bench calls [--tables N] [--steps N] [--rounds N] [--body BYTES] [--size N] [--short]

An account with --tables tables and ten times as many columns. Each family of calls (`families.py`) is tried in sizes
that double until a body has --body bytes or the size is --size, then --steps times between the size that cost most and
its neighbours, where an answer turns into a refusal, and somewhere. Of the dearest calls of each kind --rounds more are
made, and their medians count. CPU is that of the thread, through the whole WSGI application, with the middleware and
the line in the log; PostgreSQL's is not counted. Answers about the schema that are kept count as they cost the first
time.

Exits 1 when a refusal takes more than 100 ms, or an answer more than 1 s, but for one of more than 2,000 rows.
"""

import io
import random
import statistics
import sys
import time
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

import django

django.setup()

from django.conf import settings

from api.graphql.introspection import kept
from bench import figures, filling
from bench.calls.families import FAMILIES, bounded_size

BOUNDS = {"answered": 1.0, "refused": 0.1}  # seconds
SHOWN = 20


class Try(NamedTuple):
    """A call of a family in a size, and what it cost in seconds."""

    family: str
    size: int
    kind: str
    seconds: float

    @property
    def is_bounded(self) -> bool:
        return not (
            self.kind == "answered"
            and self.family.startswith("everything of")
            and self.size > bounded_size(self.family)
        )


class Caller:
    def __init__(self, secret: str, body: int, size: int) -> None:
        self.secret, self.body, self.size = secret, body, size

    def tried(self, family: str, size: int, times: int = 1) -> Try | None:
        """The median of so many calls; None when the body would be longer than those that are tried."""
        body = FAMILIES[family](size)
        if len(body) > self.body:
            return None
        kinds, spent = zip(*(self.call(body) for _ in range(times)), strict=True)
        return Try(family, size, kinds[0], statistics.median(spent))

    def call(self, body: bytes) -> tuple[str, float]:
        environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/public/graphql", "HTTP_HOST": "localhost"}
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1"}
        environ |= {"wsgi.input": io.BytesIO(body), "HTTP_AUTHORIZATION": f"Token {self.secret}"}
        setup_testing_defaults(environ)
        kept.answers.clear()
        begun = time.thread_time()
        status, answer = figures.answered(environ)
        spent = time.thread_time() - begun
        is_answer = status.startswith("200") and not answer.startswith(b'{"data":null')
        assert status[:1] in "24", (status, body[:200])
        return "answered" if is_answer else "refused", spent

    def searched(self, family: str, steps: int) -> list[Try]:
        """All that were tried of a family."""
        found: dict[int, Try] = {}
        size = 1
        while (one := self.tried(family, size)) and size <= self.size:
            found[size], size = one, size * 2
        for _ in range(steps):
            sizes = sorted(found)
            turns = [n for n, size in enumerate(sizes[1:]) if found[size].kind != found[sizes[n]].kind]
            around = {
                *turns,
                *(n + by for n in dearest(found, sizes) for by in (-1, 0)),
                *random.sample(range(len(sizes)), 1),
            }
            for n in around:
                if 0 <= n < len(sizes) - 1 and (one := self.tried(family, (sizes[n] + sizes[n + 1]) // 2)):
                    found[one.size] = one
        return list(found.values())


def dearest(found: dict[int, Try], sizes: list[int]) -> list[int]:
    """The places of the size that cost most, of each kind."""
    places = [[n for n, size in enumerate(sizes) if found[size].kind == kind] for kind in BOUNDS]
    return [max(of_kind, key=lambda n: found[sizes[n]].seconds) for of_kind in places if of_kind]


def main() -> int:
    longest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    short = {"tables": 20, "steps": 0, "rounds": 1, "body": 800, "size": 2}
    options = figures.arguments(__doc__, short, tables=3_000, steps=6, rounds=5, body=longest, size=4_000_000)
    _, secret = filling.fill_catalog(options.tables)
    caller = Caller(secret, options.body, options.size)
    caller.tried("ids", 1)  # warms up
    tries = [one for family in FAMILIES for one in caller.searched(family, options.steps)]
    print(f"{len(tries):,} calls of {len(FAMILIES)} families, {options.tables:,} tables.")
    held = [shown(caller, [one for one in tries if one.kind == kind], kind, options.rounds) for kind in BOUNDS]
    return 0 if all(held) or options.short else 1


def shown(caller: Caller, tries: list[Try], kind: str, rounds: int) -> bool:
    """Print the dearest, one a family, each called again; whether the bounded ones among them keep the bound."""
    best: dict[tuple[str, bool], Try] = {}
    for one in sorted(tries, key=lambda one: one.seconds):
        best[one.family, one.is_bounded] = one
    first = sorted(best.values(), key=lambda one: -one.seconds)[: 2 * SHOWN]
    again = [found for one in first if (found := caller.tried(one.family, one.size, rounds)) and found.kind == kind]
    again.sort(key=lambda one: -one.seconds)
    print(f"\nThe dearest that were {kind}:\n\n| family | size | CPU, ms |\n|---|---|---|")
    for one in again[:SHOWN]:
        print(f"| {one.family}{'' if one.is_bounded else ' (not bounded)'} | {one.size:,} | {one.seconds * 1000:.0f} |")
    worst = max(one.seconds for one in again if one.is_bounded)
    return figures.verdict(f"seconds of CPU of the dearest that was {kind}:", worst, at_most=BOUNDS[kind])


if __name__ == "__main__":
    sys.exit(main())
