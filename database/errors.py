"""Errors of a database that does not answer, and the log line about them."""

import logging
import sqlite3

import psycopg
from django.db import InterfaceError, OperationalError
from psycopg.errors import ConnectionTimeout, LockNotAvailable, QueryCanceled

logger = logging.getLogger(__name__)

OUTAGES = (OperationalError, InterfaceError)  # of Django: the answer is 503


class DeadlineMissed(psycopg.OperationalError):
    """PostgreSQL did not answer in time. Django raises its OperationalError from it."""


class CircuitOpen(OperationalError):
    """The database missed a deadline a moment ago, and is not asked again yet."""


SLOW = (DeadlineMissed, CircuitOpen, ConnectionTimeout, LockNotAvailable, QueryCanceled)


def is_slow(error: BaseException) -> bool:
    """Whether time was lost before this error of Django's, psycopg's or SQLite's: a deadline, or somebody's lock."""
    cause = error.__cause__ or error
    busy = isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorname.startswith("SQLITE_BUSY")
    return busy or isinstance(cause, SLOW)


def has_run_out_of_time(error: BaseException) -> bool:
    """Whether a statement was ended by its own limit, by somebody's lock or by our clock: the database was there."""
    return is_slow(error) and not isinstance(error.__cause__ or error, CircuitOpen | ConnectionTimeout)


def report(error: Exception) -> None:
    """One line without a traceback: there may be hundreds a second. None of calls that an open circuit spared.

    Of PostgreSQL's words the first line: the others quote the statement, with the values that are in it.
    """
    if not isinstance(error, CircuitOpen):
        logger.error(
            "database_away error=%s: %s", type(error.__cause__ or error).__name__, str(error).partition("\n")[0]
        )
