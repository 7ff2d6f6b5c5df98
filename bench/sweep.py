"""A sweep over a million tokens of which 50,000 are due: time, longest transaction, memory, emails planned.

    python3 dev.py bench sweep [--tokens 1000000] [--due 50000]

Runs on a PostgreSQL of its own, like the tests; the rows are written by one INSERT … SELECT each.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from notifications import planning  # noqa: E402

ACCOUNTS = """
INSERT INTO accounts_account (name, slug, created_at)
SELECT 'Company ' || n, 'company-' || n, now() FROM generate_series(1, %(accounts)s) n
"""
USERS = """
INSERT INTO accounts_user
  (password, email, first_name, last_name, account_id, role, status, is_staff, created_at, bounced_address)
SELECT '', 'person' || id || '@example.test', '', '', id, 'ADMIN', 'ACTIVATED', false, now(), '' FROM accounts_account
"""
TOKENS = """
INSERT INTO tokens_apitoken
  (id, account_id, scope, region, public_id, digest, pepper_number, last_four, name, created_at, expires_at)
SELECT gen_random_uuid(), a.id, s.scope, 'eu', s.prefix || lpad(a.id::text, 10, '0'), decode(repeat('00', 32), 'hex'),
  1, '0000', '', now() - interval '1 year', now() + CASE WHEN (a.id * 2 + s.place) %% %(every)s = 0
    THEN interval '1 day' * (a.id %% 30 + 0.5) ELSE interval '31 days' + interval '1 second' * (a.id %% 28000000) END
FROM accounts_account a, (VALUES ('READ_ONLY', 'ro', 0), ('READ_WRITE', 'rw', 1)) s(scope, prefix, place)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=50_000)
    options = parser.parse_args()
    fill(options.tokens, options.due)
    with timed_pages() as longest:
        for name in ("first", "second"):
            report(name, longest)


def fill(tokens: int, due: int) -> None:
    with connection.cursor() as cursor:
        for statement in (ACCOUNTS, USERS, TOKENS):
            cursor.execute(statement, {"accounts": tokens // 2, "every": tokens // due})
        cursor.execute("ANALYZE")


def report(name: str, longest: list[float]) -> None:
    """One sweep, with what it took; the second finds everything planned already."""
    statements = [0]
    begun = time.monotonic()
    with counted(statements):
        found = planning.sweep(timezone.now())
    assert found is not None
    seconds = time.monotonic() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name} sweep: {found.tokens:,} due, {found.counts[planning.State.PENDING]:,} planned, {seconds:.1f} s, "
        f"longest transaction {longest[0] * 1000:.0f} ms, {statements[0]:,} queries, peak {memory:.0f} MB"
    )


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
