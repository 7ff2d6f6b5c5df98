"""Django's PostgreSQL, whose connections give up at the deadline of their thread (`database.deadlines`)."""

import math
from types import SimpleNamespace
from typing import Any, Self, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import _WaitTimeout

from database.circuits import CircuitBreaker
from database.deadlines import deadline, time_left
from database.errors import CircuitOpen, DeadlineMissed

HEALTH_CHECK_TIMEOUT = 2.0  # seconds in which a connection that is kept has to show that it still answers

Answer = TypeVar("Answer")


class Connection(psycopg.Connection[Any]):
    @classmethod
    def connect(cls, conninfo: str = "", **parameters: Any) -> Self:
        left = time_left()
        if left is not None:  # in whole seconds, 2 at least: that is psycopg's
            parameters["connect_timeout"] = min(parameters["connect_timeout"], max(1, math.ceil(left)))
        return super().connect(conninfo, **parameters)

    def wait(self, gen: Any, *more: Any, **options: Any) -> Any:
        """What psycopg waits in for every answer. A connection that was given up is closed: its state is not known."""
        options.setdefault("timeout", time_left())
        try:
            return super().wait(gen, *more, **options)
        except _WaitTimeout:
            self.pgconn.finish()
            raise DeadlineMissed("PostgreSQL did not answer in time") from None


class DatabaseWrapper(base.DatabaseWrapper):
    Database: Any = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
    answering = CircuitBreaker()  # of the process: whether the server lets anybody in

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with self.answering:
            return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Whether a connection that was kept still answers; asked before a request uses it (CONN_HEALTH_CHECKS)."""
        if self.connection is None:
            return False
        try:
            with self.answering, deadline(HEALTH_CHECK_TIMEOUT):
                self.connection.execute("SELECT 1")
        except (psycopg.Error, CircuitOpen):
            return False
        return True
