"""The one statement of the check, as the database sees it."""

from unittest.mock import Mock

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Account
from tests.factories import NOW
from tokens.authentication import authenticate
from tokens.errors import UnknownToken
from tokens.keys import mint
from tokens.lookup import look_up

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has neither")


def test_where_there_is_no_token_at_all_nothing_opens(db):
    assert look_up("a" * 12) is None
    with pytest.raises(UnknownToken):
        authenticate(mint("READ_ONLY", "eu").text, now=NOW)


def test_an_unknown_public_id_fetches_another_token_s_row_which_is_not_taken_for_it(issued):
    found = look_up("~" * 12)
    assert found is not None
    assert (found["public_id"], found.is_real) == (issued.token.public_id, False)
    found = look_up(issued.token.public_id)
    assert found is not None
    assert found.is_real


@on_postgresql
def test_the_statement_is_prepared_once_a_connection(issued):
    for _ in range(3):
        look_up(issued.token.public_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1, 3)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_went_away_is_made_anew(issued):
    cut_off()
    found = look_up(issued.token.public_id)
    assert found is not None
    assert found.is_real


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_a_migration_has_outdated_is_prepared_anew(issued):
    look_up(issued.token.public_id)
    try:
        resize_names(200)
        found = look_up(issued.token.public_id)
    finally:
        resize_names(Account._meta.get_field("name").max_length)
    assert found is not None
    assert found.is_real


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_reached_is_asked_once(issued, monkeypatch):
    connection.close()
    monkeypatch.setattr(connection, "get_new_connection", connect := Mock(side_effect=OperationalError))
    with pytest.raises(OperationalError):
        look_up(issued.token.public_id)
    assert connect.call_count == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_asked_twice(issued):
    with transaction.atomic():
        cut_off()
        with pytest.raises(OperationalError):
            look_up(issued.token.public_id)
        transaction.set_rollback(True)


def resize_names(length):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accounts_account ALTER name TYPE varchar({length})")


def cut_off():
    """The server ends this connection, as it does when it restarts."""
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    del parameters["context"], parameters["cursor_factory"]
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
