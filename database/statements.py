"""A limit for statements that anybody can make dear: PostgreSQL ends them itself (decision 0019: the limit of all)."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class StatementTooSlow(Exception):
    """PostgreSQL ended a statement that took longer than its caller wants to spend on it."""


@contextmanager
def statement_limit(seconds: float) -> Iterator[None]:
    """In its block PostgreSQL ends whatever statement runs when so many seconds are over; raises StatementTooSlow then.

    All statements of the block share the seconds, to a tenth. The block is a transaction, for the limit ends with it.
    SQLite has none; its transactions would wait for writers.
    """
    if connection.vendor != "postgresql":
        yield
        return
    time = SharedTime(seconds)
    try:
        with transaction.atomic():
            with connection.execute_wrapper(time):
                yield
            if connection.savepoint_ids:  # the transaction goes on, with the limit that it had
                tell_limit(time.before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise StatementTooSlow from error
        raise


class SharedTime:
    """Before a statement, PostgreSQL is told how much time is left: at the first, and when a tenth is gone.

    `before` is the limit that held until then, in milliseconds.
    """

    def __init__(self, seconds: float) -> None:
        self.end, self.tenth = monotonic() + seconds, seconds / 10
        self.told, self.before = float("inf"), "0"

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        left = self.end - monotonic()
        if left <= self.told - self.tenth:
            before = tell_limit(str(max(int(left * 1000), 1)))  # 0 would be no limit
            self.before = before if self.told == float("inf") else self.before
            self.told = left
        return execute(sql, params, many, context)


def tell_limit(limit: str) -> str:
    """Let PostgreSQL end statements of this transaction by this `statement_timeout`; returns what it was."""
    with connection.wrap_database_errors:
        said = connection.connection.execute(
            "SELECT k, set_config('statement_timeout', %s, true) FROM current_setting('statement_timeout') AS k",
            [limit],
        )
        return str(said.fetchone()[0])
