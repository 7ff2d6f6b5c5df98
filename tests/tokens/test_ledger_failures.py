"""What the ledger does when something cannot be written."""

import math
import threading
import time
from unittest.mock import Mock

import pytest
from django.db import DataError, IntegrityError, OperationalError

from tests.factories import NOW
from tests.tokens.uses import calls, complaints
from tokens import entries, ledger
from tokens.clients import OTHERS
from tokens.entries import MAX_CLIENTS_PER_DAY
from tokens.ledger import WRITE_INTERVAL
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token


@pytest.fixture
def broken(monkeypatch):
    """Lets every write fail until `broken.clear()`."""
    away, write = threading.Event(), entries.write
    away.set()

    def fail(batch, known):
        if away.is_set():
            raise OperationalError("the database is away")
        return write(batch, known)

    monkeypatch.setattr(entries, "write", fail)
    return away


class Locked(Exception):
    sqlstate = "55P03"


def held():
    """What Django raises when somebody else holds the row."""
    error = OperationalError()
    error.__cause__ = Locked()
    return error


def refusing(client, error):
    """`entries.write`, but for batches with this client."""
    write = entries.write

    def refuse(batch, known):
        if any(entry.client == client for entry in batch):
            raise error
        return write(batch, known)

    return refuse


def refusing_token(token_id):
    """`entries.write`, but somebody holds this token's rows."""
    write = entries.write

    def refuse(batch, known):
        if any(entry.token_id == token_id for entry in batch):
            raise held()
        return write(batch, known)

    return refuse


def test_a_database_that_is_away_reaches_no_caller_and_loses_nothing(call, own_ledger, broken):
    for number in range(10):
        call(f"c{number % 2}")
    assert not TokenUse.objects.exists()
    broken.clear()
    own_ledger.write_due(math.inf)
    assert dict(TokenUse.objects.values_list("client", "calls")) == {"c0": 5, "c1": 5}


def test_what_could_not_be_written_is_tried_again_soon(call, own_ledger, broken):
    call()
    broken.clear()
    own_ledger.write_due(time.monotonic())
    assert calls() == 0
    own_ledger.write_due(time.monotonic() + ledger.RETRY_INTERVAL)
    assert calls() == 1


def test_failing_again_and_again_adds_nothing_twice(call, own_ledger, broken):
    call()
    for _ in range(5):
        call()
        own_ledger.write_due(math.inf)
    broken.clear()
    own_ledger.write_due(math.inf)
    assert calls() == 6


def test_it_is_said_once_in_an_interval_that_nothing_can_be_written(call, own_ledger, broken, caplog):
    for number in range(20):
        call(f"c{number}")
    assert complaints(caplog) == ["ledger_not_written rows=1 error=OperationalError"]
    own_ledger.warned -= WRITE_INTERVAL
    own_ledger.write_due(math.inf)
    assert complaints(caplog)[1:] == ["ledger_not_written rows=20 error=OperationalError"]


def test_while_nothing_can_be_written_a_day_keeps_as_many_clients_as_ever(call, own_ledger, broken):
    for number in range(MAX_CLIENTS_PER_DAY + 50):
        call(f"c{number}")
    named = {f"c{number}" for number in range(MAX_CLIENTS_PER_DAY)}
    assert {entry.client for entry in own_ledger.later} == named | {OTHERS}
    broken.clear()
    own_ledger.write_due(math.inf)
    assert calls() == MAX_CLIENTS_PER_DAY + 50


def test_a_token_whose_rows_are_held_holds_up_no_other(call, own_ledger, acme, monkeypatch):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    for number in range(5):
        call(f"c{number}")
        call(f"c{number}")
    call("free", token=other)
    call("free", token=other)
    held_token = next(iter(own_ledger.later)).token_id
    monkeypatch.setattr(entries, "write", refusing_token(held_token))
    own_ledger.write_due(math.inf)
    assert TokenUse.objects.get(token=other).calls == 2
    assert {entry.token_id for entry in own_ledger.later} == {held_token}


def test_a_bug_in_one_row_counts_no_other_twice(call, own_ledger, monkeypatch):
    for client in ("good", "good", "bad", "bad"):
        call(client)
    with monkeypatch.context() as patch:
        patch.setattr(entries, "write", refusing("bad", ValueError("a bug")))
        for _ in range(3):
            own_ledger.write_due(math.inf)
    own_ledger.write_due(math.inf)
    assert dict(TokenUse.objects.values_list("client", "calls")) == {"good": 2, "bad": 2}


def test_a_row_that_somebody_holds_lets_the_others_through(call, own_ledger, monkeypatch):
    monkeypatch.setattr(entries, "write", refusing("held", held()))
    for client in ("a", "held", "b", "a", "held", "b"):
        call(client)
    own_ledger.write_due(math.inf)
    assert dict(TokenUse.objects.values_list("client", "calls")) == {"a": 2, "b": 2}
    assert {entry.client: tally.calls for entry, tally in own_ledger.later.items()} == {"held": 2}


def test_a_row_that_was_held_is_written_exactly_later(call, own_ledger, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(entries, "write", Mock(side_effect=held()))
        for _ in range(3):
            call()
        assert not own_ledger.failing  # so that first uses of other rows are still waited for
    own_ledger.write_due(math.inf)
    assert calls() == 3


@pytest.mark.parametrize("kind", [IntegrityError, DataError])
def test_a_row_that_can_never_be_is_dropped_alone(call, own_ledger, monkeypatch, caplog, kind):
    for client in ("a", "bad", "b"):
        call(client)
    monkeypatch.setattr(entries, "write", refusing("bad", kind()))
    for client in ("a", "bad", "b"):
        call(client)
    own_ledger.write_due(math.inf)
    assert dict(TokenUse.objects.values_list("client", "calls")) == {"a": 2, "bad": 1, "b": 2}
    assert (len(own_ledger.later), len(complaints(caplog))) == (0, 1)
    assert complaints(caplog)[0].startswith("ledger_entry_dropped entry=")


def test_many_held_rows_do_not_hold_up_the_thread(call, own_ledger, monkeypatch):
    write = Mock(side_effect=held())
    for number in range(20):
        call(f"client-{number}")
        call(f"client-{number}")
    with monkeypatch.context() as patch:
        patch.setattr(entries, "write", write)
        own_ledger.write_due(math.inf)
    assert write.call_count == 1 + ledger.MAX_LOCKED_ROWS
    own_ledger.write_due(math.inf)
    assert calls() == 40


def test_a_bug_costs_neither_counts_nor_the_thread(call, own_ledger, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(entries, "write", Mock(side_effect=TypeError("a bug")))
        call("castor")
        call("castor")
    assert "TypeError: a bug" in caplog.text
    own_ledger.write_due(math.inf)
    assert calls() == 2
