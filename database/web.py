"""Time limits of web processes, in which each wait for the database holds a thread and a person.

`wsgi.py` and `asgi.py` set them, and nobody else imports those: jobs, migrations and commands may take their time.
"""

from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from database.deadlines import Waiting

CANCEL_TIMEOUT = 5.0  # seconds, after its own limit, for PostgreSQL to say that it ended a statement


def limit_connections() -> None:
    """Set the limits on each connection that this process opens from now on."""
    Waiting.longest = settings.STATEMENT_TIMEOUT + CANCEL_TIMEOUT if settings.STATEMENT_TIMEOUT else None
    connection_created.connect(set_limits, dispatch_uid="database.web")


def set_limits(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Say once a connection how long statements and locks may take; 0 leaves it to the database.

    Not by libpq's `options`, with which a pooler such as PgBouncer refuses the connection.
    """
    seconds = {"statement_timeout": settings.STATEMENT_TIMEOUT, "lock_timeout": settings.LOCK_TIMEOUT}
    limits = {name: str(limit * 1000) for name, limit in seconds.items() if limit}
    if connection.vendor == "postgresql" and limits:
        calls = ", ".join(["set_config(%s, %s, false)"] * len(limits))
        connection.connection.execute(f"SELECT {calls}", [word for limit in limits.items() for word in limit])
    elif connection.vendor == "sqlite" and settings.LOCK_TIMEOUT:
        connection.connection.execute(f"PRAGMA busy_timeout = {settings.LOCK_TIMEOUT * 1000}")
