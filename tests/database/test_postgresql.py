"""Connections that give up: on PostgreSQL itself, and on a socket that accepts and says nothing."""

import socket
import threading

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import ConnectionTimeout

from database import web
from database.circuits import CircuitBreaker
from database.deadlines import Waiting, deadline, time_left, waiting
from database.errors import CircuitOpen, DeadlineMissed, is_slow
from database.postgresql.base import Connection, DatabaseWrapper
from tokens import lookup
from tokens.lookup import look_up

LATE = "SELECT pg_sleep(0.5)"

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could be frozen")


@pytest.fixture
def own_connection(transactional_db):
    """A connection, and circuits, that the tests before and after do not see."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DatabaseWrapper, "answering", CircuitBreaker())
        patched.setattr(lookup, "circuit", CircuitBreaker())
        connection.close()
        connection.ensure_connection()
        yield
        connection.close()


@pytest.fixture
def mute():
    """The port of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_statement_that_outlasts_the_deadline_is_given_up_and_its_connection_closed(own_connection):
    with pytest.raises(OperationalError) as caught, deadline(0.05), connection.cursor() as cursor:
        cursor.execute(LATE)
    assert isinstance(caught.value.__cause__, DeadlineMissed)
    assert connection.connection.closed
    assert not connection.is_usable()


def test_a_transaction_that_was_given_up_leaves_nothing_behind(own_connection, acme):
    with pytest.raises(OperationalError), transaction.atomic(), deadline(0.05), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET name = 'changed'; SELECT pg_sleep(0.5)")
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_an_answer_within_the_deadline_changes_nothing(db):
    with deadline(30), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert not connection.connection.closed


def test_a_server_that_accepts_and_says_nothing_is_no_connection(mute):
    with pytest.raises(ConnectionTimeout), deadline(1):
        Connection.connect(f"host=127.0.0.1 port={mute}", connect_timeout=60)


def test_deadlines_are_the_thread_s_own_and_the_shorter_one_holds():
    with deadline(1000):
        with deadline(5):
            assert 0 < (time_left() or 0) <= 5
        with deadline(5000):
            assert 5 < (time_left() or 0) <= 1000
        seen = []
        other = threading.Thread(target=lambda: seen.append(time_left()))
        other.start()
        other.join()
    assert (seen, time_left()) == ([None], None)


def test_a_web_process_waits_no_longer_than_its_limit(monkeypatch):
    monkeypatch.setattr(Waiting, "longest", 30.0)
    assert time_left() == 30.0
    with deadline(1000):
        assert time_left() == 30.0
    assert waiting.until is None


def test_a_look_up_that_is_late_spares_the_others_the_wait(own_connection, issued, settings):
    settings.LOOKUP_TIMEOUT = 0.1
    look_up(issued.token.public_id)  # on a connection that is there already
    with psycopg.connect(reachable()) as other:
        other.execute("LOCK TABLE tokens_apitoken IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):
            with pytest.raises(OperationalError) as caught:
                look_up(issued.token.public_id)
            assert is_slow(caught.value)
        assert isinstance(caught.value, CircuitOpen)


def test_who_does_not_answer_a_health_check_is_not_connected_to_either(own_connection, monkeypatch):
    monkeypatch.setattr("database.postgresql.base.HEALTH_CHECK_TIMEOUT", 0.05)
    ask = connection.connection.execute
    monkeypatch.setattr(connection.connection, "execute", lambda _: ask(LATE))
    assert not connection.is_usable()
    connection.close()
    with pytest.raises(OperationalError, match="a moment ago"):
        connection.ensure_connection()


def test_limits_of_the_web_are_said_once_a_connection(own_connection, settings):
    settings.STATEMENT_TIMEOUT, settings.LOCK_TIMEOUT = 7, 3
    web.set_limits(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("7s", "3s")


def test_a_limit_of_nothing_is_left_to_the_database(own_connection, settings):
    settings.STATEMENT_TIMEOUT = settings.LOCK_TIMEOUT = 0
    web.set_limits(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0", "0")


def reachable() -> str:
    parameters = connection.get_connection_params()
    return " ".join(f"{name}={parameters[name]}" for name in ("host", "port", "user", "dbname"))
