"""Something to do on a site, and how long it takes; the site's own process does one turn at a time as it is asked."""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import queries

SLICE = 0.03  # seconds that a case has before it is another's turn
CALLS = 20  # of it in that time, at the most


def nothing() -> None:
    """Prepares what needs no preparation."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something to do; `prepare` runs before each call, outside the clock, and gives what the call gets."""

    call: Callable[[Any], object]
    prepare: Callable[[], Any] = nothing
    of_a_call: int = 1  # how often `call` does it

    def queries(self) -> int:
        return queries(self.prepare, self.call)

    def timed(self) -> float:
        """Microseconds of one call."""
        prepared = self.prepare()
        gc.disable()
        begun = time.perf_counter_ns()
        self.call(prepared)
        ended = time.perf_counter_ns()
        gc.enable()
        return (ended - begun) / 1000

    def turn(self, before: float) -> float:
        """Microseconds of a call, the median of as many as there is time for; `before` is what the last turn said.

        A call before them is not counted: it takes the lease, and finds the caches as other cases left them.
        """
        calls = min(CALLS, max(1, int(SLICE * 1e6 / before)))
        gc.collect()
        if calls > 1:
            self.timed()
        return statistics.median(self.timed() for _ in range(calls))


def serve(cases: Mapping[str, Case], *, last: Case) -> None:
    """Tell the queries of each, then do a turn of each case whose name comes in, and answer with its microseconds.

    `last` is done once, when the name `last` comes.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what else is said does not come between
    asked = {name: case.queries() for name, case in cases.items()}
    gc.collect()
    gc.freeze()  # what is here to stay makes no collection longer
    print(json.dumps(asked), file=answers, flush=True)
    spent = {name: case.timed() for name, case in cases.items()}
    for line in sys.stdin:
        name = line.strip()
        if name != "last":
            spent[name] = cases[name].turn(spent[name])
        print(last.timed() if name == "last" else spent[name] / cases[name].of_a_call, file=answers, flush=True)
