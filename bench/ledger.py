"""What the ledger costs: a call that is counted, a call whose row somebody holds, and the writes of a minute.

    python3 dev.py bench ledger [--calls 10000] [--seconds 10] [--minutes 2]

1. In process, a trivial view of a door, interleaved with and without `ledger.record`.
2. gunicorn with 4 processes, called by 4 clients that it knows and one that has a new name each time, for --seconds
   while the token's row and all its ledger rows are held by SELECT … FOR UPDATE, half as long before and after. The
   rows of the known clients fall due while they are held. Exits 1 when the longest call is longer by 100 ms or more.
3. The same server: 10,000 calls of 3 clients spread over --minutes; a trigger writes down who writes. Exits 1 when
   counts are not exact after SIGTERM, or a process writes a client's row more than once in 60 s beside its last write.
"""

import argparse
import math
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

import django

django.setup()

from django.db import connection, connections  # noqa: E402  # Django has to be set up first

from bench._callers import PROCESSES, Callers, server  # noqa: E402
from bench._counting import new_token, report_counting  # noqa: E402
from tokens import ledger  # noqa: E402
from tokens.models import ApiToken  # noqa: E402

BOUND = 0.1  # seconds by which a held lock may lengthen the longest call
WRITERS = ("airflow", "dbt", "tableau")
WRITTEN_CALLS = 10_000

# The backend's pid stands for the process: its ledger keeps one connection (CONN_MAX_AGE is longer than this takes).
TRIGGER = """
CREATE TABLE bench_write (pid int, client text, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench_write (pid, client) VALUES (pg_backend_pid(), NEW.client);
    RETURN NULL;
END $$;
CREATE TRIGGER bench_note AFTER INSERT OR UPDATE ON tokens_tokenuse FOR EACH ROW EXECUTE FUNCTION bench_note();
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000, help="of the first part, for each view")
    parser.add_argument("--seconds", type=float, default=10, help="that the lock is held; half of it before and after")
    parser.add_argument("--minutes", type=float, default=2, help="over which the calls of the third part are spread")
    options = parser.parse_args()
    report_counting(options.calls)
    ledger.of_this_process.close()  # its thread, before servers are started
    delayed = report_locks(options.seconds)
    exact = report_writes(options.minutes * 60)
    return 0 if delayed < BOUND and exact else 1


# --- 2. What a held lock costs -------------------------------------------------------------------


def report_locks(seconds: float) -> float:
    """Seconds by which the longest call is longer while the rows are held, of the kind that suffers more."""
    issued = new_token("Locked")
    with server() as port:
        callers = Callers(port, issued.secret)
        begun = time.monotonic()
        callers.run(5)  # every process knows the known ones after that, and writes them again a minute later
        before = callers.run(seconds / 2)
        time.sleep(max(0.0, begun + ledger.INTERVAL - seconds / 2 - time.monotonic()))
        with held(issued.token) as rows:
            locked = callers.run(seconds)
        free = {kind: before[kind] + spent for kind, spent in callers.run(seconds / 2).items()}
        print(f"\nA held lock: token and {rows} ledger rows for {seconds:.0f} s, {PROCESSES} processes; times in ms")
        print_locks(free, locked)
    return max(max(spent) - max(free[kind]) for kind, spent in locked.items())


@contextmanager
def held(token: ApiToken) -> Iterator[int]:
    """Another connection holds the token's row and all that the ledger has of it. Yields how many those are."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM tokens_apitoken WHERE id = %s FOR UPDATE", [token.pk])
            cursor.execute("SELECT FROM tokens_tokenuse WHERE token_id = %s FOR UPDATE", [token.pk])
            yield cursor.rowcount
    finally:
        other.close()  # ends the transaction


def print_locks(free: dict[str, list[float]], locked: dict[str, list[float]]) -> None:
    print("| clients | rows | calls | median | 99 % | longest | longest is longer by |\n|---|---|---|---|---|---|---|")
    for kind in ("known", "new"):
        for state, spent in (("free", free[kind]), ("held", locked[kind])):
            middle, late = statistics.median(spent), statistics.quantiles(spent, n=100)[98]
            more = f"{(max(spent) - max(free[kind])) * 1000:+.1f}" if state == "held" else ""
            figures = f"{middle * 1000:.1f} | {late * 1000:.1f} | {max(spent) * 1000:.1f} | {more}"
            print(f"| {kind} | {state} | {len(spent):,} | {figures} |")


# --- 3. What is written --------------------------------------------------------------------------


def report_writes(seconds: float) -> bool:
    """Print who wrote what; whether counts are exact and rows were written once in 60 s at the most."""
    issued = new_token("Written")
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER)
    shares = {client: len(range(n, WRITTEN_CALLS, len(WRITERS))) for n, client in enumerate(WRITERS)}
    with server() as port:
        callers, begun = Callers(port, issued.secret), time.time()
        with ThreadPoolExecutor(len(WRITERS)) as pool:
            tasks = [pool.submit(spread, callers, *share, seconds) for share in shares.items()]
        for task in tasks:
            task.result()  # raises what went wrong
        ended = time.time()
    print(f"\nWrites: {WRITTEN_CALLS:,} calls of {len(WRITERS)} clients in {ended - begun:.0f} s")
    pause = print_writes(ended)
    counted = dict(issued.token.uses.values_list("client", "calls"))
    print(
        f"Counted after SIGTERM: {sum(counted.values()):,} of {WRITTEN_CALLS:,} calls. Shortest pause: {pause:.1f} s."
    )
    return counted == shares and pause >= ledger.INTERVAL


def spread(callers: Callers, client: str, calls: int, seconds: float) -> None:
    """So many calls, evenly spread."""
    begun = time.monotonic()
    for number in range(calls):
        time.sleep(max(0.0, begun + seconds * number / calls - time.monotonic()))
        callers.call(client, client)


def print_writes(ended: float) -> float:
    """Print the writes of each process; the seconds from one write of a row by it to the next, the shortest."""
    writes = writes_by_process()
    begun = min(moments[0] for moments in writes.values())
    minutes = range(math.ceil((ended - begun) / 60))
    print("| process | client |", *(f"minute {n + 1} |" for n in minutes), "at SIGTERM |")
    print("|---|---|---" + "|---" * len(minutes) + "|")
    for (pid, client), moments in sorted(writes.items()):
        found = Counter(int((at - begun) // 60) if at < ended else "at the end" for at in moments)
        print(f"| {pid} | {client} |", *(f"{found[n]} |" for n in (*minutes, "at the end")))
    pauses = [late - early for moments in writes.values() for early, late in pairwise(moments) if late < ended]
    return min(pauses, default=math.inf)


def writes_by_process() -> dict[tuple[int, str], list[float]]:
    """The moments of the writes, by process and client."""
    writes: dict[tuple[int, str], list[float]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid, client, extract(epoch FROM at)::float FROM bench_write ORDER BY at")
        for pid, client, at in cursor.fetchall():
            writes[pid, client].append(at)
    return writes


if __name__ == "__main__":
    sys.exit(main())
