"""What an error of the database says: that it is away, that time was lost, or that one statement took too long."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import IntegrityError, OperationalError
from psycopg.errors import ConnectionTimeout, LockNotAvailable, QueryCanceled, UndefinedTable

from database.errors import CircuitOpen, DeadlineMissed, has_run_out_of_time, is_slow


def raised_from(cause, kind=OperationalError):
    """The error as Django raises it: its own, from the driver's."""
    error = kind("as Django says it")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause", [QueryCanceled(), LockNotAvailable(), DeadlineMissed()], ids=lambda one: type(one).__name__
)
def test_a_statement_that_was_ended_has_run_out_of_time(cause):
    assert (is_slow(raised_from(cause)), has_run_out_of_time(raised_from(cause))) == (True, True)


@pytest.mark.parametrize("error", [CircuitOpen(), raised_from(ConnectionTimeout())], ids=["circuit", "connection"])
def test_a_database_that_does_not_answer_at_all_is_away(error):
    assert (is_slow(error), has_run_out_of_time(error)) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("without a cause"),
        raised_from(psycopg.OperationalError("the connection is closed")),
        raised_from(UndefinedTable()),
        raised_from(psycopg.IntegrityError(), IntegrityError),
        ValueError(),
    ],
    ids=["bare", "closed", "undefined", "integrity", "other"],
)
def test_any_other_error_cost_no_time(error):
    assert (is_slow(error), has_run_out_of_time(error)) == (False, False)


def test_a_file_that_another_writer_holds_has_run_out_of_time(tmp_path):
    file = tmp_path / "held.sqlite3"
    with closing(sqlite3.connect(file)) as holder, closing(sqlite3.connect(file, timeout=0)) as other:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as held:
            other.execute("BEGIN IMMEDIATE")
    assert has_run_out_of_time(raised_from(held.value))
