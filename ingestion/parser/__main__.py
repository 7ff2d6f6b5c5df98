"""The child: a text a line in, an answer a line out, until there are no more.

A request is `{"id", "sql", "dialect": NAME | null, "tables": [[PATH, [COLUMN, …]], …], "default": [DATABASE, SCHEMA],
"target": PATH | null, "skip": [NUMBER, …]}`, where a PATH is a list of names. Before a part of the text is read, the
child writes `{"id", "begun": NUMBER}`, so that its parent knows which one killed it; at the end
`{"id", "statements": [ingestion.parser.answers.Traced, …], "cpu": SECONDS, "memory": MEGABYTES}`.

More than its share of the processor, and the kernel ends this process (SIGPROF): compiled code asks nobody.
"""

import json
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ingestion.parser import limits
from ingestion.parser.naming import StoredTable
from ingestion.parser.texts import trace

FRAMES = 4_000  # calls within calls: brackets in brackets, each some ten calls of ours


class Watch:
    """Tells the parent what is begun, and gives each part of a text its share of the processor and no more."""

    def __init__(self, request: dict[str, Any], out: IO[str]) -> None:
        self.request, self.out = request, out
        self.skipped = set(request.get("skip") or ())
        self.spent: dict[int, float] = defaultdict(float)
        self.number, self.since = 0, time.process_time()

    def begun(self, number: int) -> bool:
        """Whether this part is to be read. Told of again for each dialect that is tried, and on each way through."""
        now = time.process_time()
        self.spent[self.number] += now - self.since
        self.number, self.since = number, now
        if number in self.skipped:
            return False
        write(self.out, {"id": self.request["id"], "begun": number})
        signal.setitimer(signal.ITIMER_PROF, max(limits.CPU_SECONDS - self.spent[number], 0.01))
        return True


def answer(request: dict[str, Any], out: IO[str]) -> dict[str, Any]:
    began = time.process_time()
    traced = trace(
        request["sql"],
        dialect=request.get("dialect"),
        tables=[StoredTable(tuple(path), columns) for path, columns in request.get("tables") or ()],
        default=tuple(request.get("default") or (None, None)),
        target=tuple(request["target"]) if request.get("target") else None,
        begun=Watch(request, out).begun,
    )
    signal.setitimer(signal.ITIMER_PROF, 0)
    return {
        "id": request["id"],
        "statements": [asdict(each) for each in traced],
        "cpu": round(time.process_time() - began, 4),
        "memory": resident_megabytes(),
    }


def write(out: IO[str], told: dict[str, Any]) -> None:
    out.write(json.dumps(told, separators=(",", ":")) + "\n")
    out.flush()


def serve(lines: Iterable[str], out: IO[str]) -> None:
    for line in lines:
        write(out, answer(json.loads(line), out))


def resident_megabytes() -> int:
    """What is in memory now. `ru_maxrss` would begin with what the parent had: a fork copies it, exec keeps it."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except FileNotFoundError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_048_576
    return int(pages) * resource.getpagesize() // 1_048_576


def limit() -> None:
    """Bounds that hold whatever is read: memory, no dump of it on a crash, calls within calls."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.ADDRESS_SPACE, limits.ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(FRAMES)


if __name__ == "__main__":
    limit()
    serve(sys.stdin, sys.stdout)
