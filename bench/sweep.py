"""What a sweep costs when nothing is due, at 2, 10,000 and 1,000,000 tokens, and when 5 % of them fall due at once.

    python3 dev.py bench sweep [--tokens 2 10000 1000000] [--rounds 15]

Runs on a PostgreSQL of its own, like the tests. Three ways to find what is owed are compared, round by round: the
agenda, a window on `expires_at`, and a scan of every open token.
"""

import argparse
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from bench import _filling  # noqa: E402
from jobs import heartbeats  # noqa: E402
from notifications import agenda, health, metrics, planning  # noqa: E402
from notifications.models import NextNotice  # noqa: E402

OWED = """
SELECT t.id, u.id FROM tokens_apitoken t
JOIN accounts_account a ON a.id = t.account_id AND a.suspended_at IS NULL
JOIN accounts_user u ON u.account_id = a.id AND u.role = 'ADMIN' AND u.status = 'ACTIVATED'
WHERE t.ended_at IS NULL AND t.expires_at - %(now)s BETWEEN interval '-1 day' AND interval '30 days' {window}
  AND NOT EXISTS (SELECT FROM notifications_email e
    WHERE e.token_id = t.id AND e.recipient_id = u.id AND e.event_id IS NULL AND e.day IS NULL
      AND e.kind = CASE WHEN t.expires_at <= %(now)s THEN 'expired'
        WHEN t.expires_at - %(now)s <= interval '1 day' THEN 'expires_1'
        WHEN t.expires_at - %(now)s <= interval '7 days' THEN 'expires_7' ELSE 'expires_30' END)
"""
WINDOW = "AND t.expires_at BETWEEN %(now)s - interval '1 day' AND %(now)s + interval '30 days'"
SIZES = """
SELECT pg_relation_size('notifications_nextnotice') / greatest(count(*), 1),
  pg_indexes_size('notifications_nextnotice') / greatest(count(*), 1),
  pg_relation_size('next_notice_at') / greatest(count(*), 1) FROM notifications_nextnotice
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, nargs="+", default=[2, 10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    for tokens in options.tokens:
        measure(tokens, options.rounds)


def measure(tokens: int, rounds: int) -> None:
    print(f"\n--- {tokens:,} tokens", flush=True)
    _filling.fill_alone(tokens)
    migrate()
    one_sweep("first sweep, a look at everything, nothing due")
    compare(rounds)
    if not (due := tokens // 20):
        return
    _filling.bring_near(due)
    for name in ("fall due", "are planned"):
        one_sweep(f"{due:,} {name}")
    compare(rounds)
    heartbeats.note_everything(timezone.now() - timedelta(hours=1))
    one_sweep("a look at everything, once an hour")


def migrate() -> None:
    """What the migration does on a site that has these tokens, and how large the rows are then."""
    migration = import_module("notifications.migrations.0006_next_notice_triggers")
    begun = time.monotonic()
    with connection.schema_editor() as editor:
        migration.fill(None, editor)
    print(f"the migration's fill: {NextNotice.objects.count():,} rows in {time.monotonic() - begun:.2f} s", end=", ")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_nextnotice")
        cursor.execute(SIZES)
        table, indexes, by_time = cursor.fetchone()
    print(f"{table} bytes a row and {indexes} of indexes, {by_time} of them by time")


def one_sweep(name: str) -> None:
    """One sweep, with what it took."""
    statements = [0]
    with timed_pages() as longest, counted(statements):
        begun = time.monotonic()
        found = planning.sweep(timezone.now())
        seconds = time.monotonic() - begun
    assert found is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {found.tokens:,} due, {found.counts[planning.State.PENDING]:,} planned, {seconds:.3f} s, "
        f"longest transaction {longest[0] * 1000:.0f} ms, {statements[0]:,} queries, peak {memory:.0f} MB",
        flush=True,
    )


def compare(rounds: int) -> None:
    """What stands beside a sweep, and the three ways of finding what is owed, one after the other in each round."""
    things: dict[str, Callable[[datetime], Any]] = {
        "find by the agenda": lambda now: next(agenda.due(now), None),
        "find by a window": lambda now: owed(WINDOW, now),
        "find by a scan": lambda now: owed("", now),
        "whole sweep": planning.sweep,
        "plan_events, newest": planning.plan_events,
        "plan_events, all": lambda now: planning.plan_events(now, all_of_them=True),
        "plan_echoes": planning.plan_echoes,
        "unreachable": lambda _: agenda.unreachable_accounts(),
        "readyz": health.checks,
        "metrics": metrics.exposition,
    }
    times, queries = defaultdict(list), {}
    for _ in range(rounds):
        for name, thing in things.items():
            statements = [0]
            begun = time.perf_counter()
            with counted(statements):
                thing(timezone.now())
            times[name].append((time.perf_counter() - begun) * 1000)
            queries[name] = statements[0]
    for name, found in times.items():
        low, middle, high = statistics.quantiles(found, n=4)
        print(f"  {name:<22}{middle:10.2f} ms ({low:.2f} to {high:.2f}), {queries[name]} queries")
    print("  " + plan(timezone.now()), flush=True)


def owed(window: str, now: datetime) -> list[Any]:
    """The notices that are owed by the tables alone."""
    with connection.cursor() as cursor:
        cursor.execute(OWED.format(window=window), {"now": now})
        return list(cursor.fetchall())


def plan(now: datetime) -> str:
    """How PostgreSQL looks for accounts that are due."""
    return agenda.due_rows(now)[: agenda.BATCH].explain(analyze=True).replace("\n", "\n  ")


@contextmanager
def timed_pages() -> Iterator[list[float]]:
    """Yields the seconds of the longest transaction so far."""
    longest, plan_page = [0.0], planning.plan_page

    def timed(*args: Any, **kwargs: Any) -> None:
        begun = time.monotonic()
        plan_page(*args, **kwargs)
        longest[0] = max(longest[0], time.monotonic() - begun)

    planning.plan_page = timed
    try:
        yield longest
    finally:
        planning.plan_page = plan_page


@contextmanager
def counted(statements: list[int]) -> Iterator[None]:
    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        statements[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


if __name__ == "__main__":
    main()
