"""A limit for statements that anybody can make dear: PostgreSQL ends them itself (decision 0019: the limit of all)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class StatementTooSlow(Exception):
    """PostgreSQL ended a statement that took longer than its caller wants to spend on it."""


@contextmanager
def statement_limit(seconds: float) -> Iterator[None]:
    """In its block PostgreSQL ends each statement after so many seconds; raises StatementTooSlow then.

    The block is a transaction, for the limit ends with it. SQLite has none; its transactions would wait for writers.
    """
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise StatementTooSlow from error
        raise
