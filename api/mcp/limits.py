"""How long a call may take, and how often a token may write."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from api import throttling
from database.deadlines import deadline
from tokens.models import ApiToken

GRACE = 0.3  # seconds after which the wait for an answer ends although PostgreSQL does not say that it stopped
SAID_EVERY = 0.1  # seconds by which the time left may differ from what PostgreSQL was told
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class TooSlow(Exception):
    """The time of the call is over; nothing of it was written."""


class TooManyWrites(Exception):
    """The token wrote too often; `wait` is in seconds."""

    def __init__(self, *, limit: int, wait: int) -> None:
        super().__init__(limit, wait)
        self.limit, self.wait = limit, wait


def count_write(token: ApiToken) -> None:
    """Take one of the token's writes by MCP. Raises TooManyWrites."""
    limit = settings.MCP_WRITES_PER_MINUTE
    if wait := throttling.writes_by_mcp.take(token.public_id, limit=limit, batch=1):
        raise TooManyWrites(limit=limit, wait=wait)


@contextmanager
def within_seconds(seconds: float) -> Iterator[None]:
    """In its block all statements together have so long; it is one transaction.

    PostgreSQL ends the statement that takes longer; SQLite ends none, but the next one does not begin. Raises TooSlow,
    and django.db.OperationalError of which `database.errors.is_slow` holds.
    """
    left = TimeLeft(time.monotonic() + seconds)
    with deadline(seconds + GRACE), transaction.atomic(), connection.execute_wrapper(left):
        yield


class TimeLeft:
    """Tells PostgreSQL before a statement how long it may take, when that has changed."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.said = float("inf")

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not str(sql).startswith(OF_TRANSACTIONS):
            self.check(context["connection"])
        return execute(sql, params, many, context)

    def check(self, database: Any) -> None:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TooSlow
        if database.vendor == "postgresql" and left < self.said - SAID_EVERY:
            self.said = left
            limit = str(max(1, int(left * 1000)))
            with database.wrap_database_errors:
                database.connection.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
