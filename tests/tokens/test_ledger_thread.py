"""The thread that writes the ledger, and how it ends."""

import threading
import time
from unittest.mock import Mock

import pytest

from tests.tokens.uses import complaints
from tokens import entries, ledger
from tokens.ledger import Ledger

HANGING = 60  # seconds


@pytest.fixture
def hanging(monkeypatch, issued):
    """A threaded ledger whose writes hang until the event is set, and are kept in a list instead of a table."""
    release, written = threading.Event(), []

    def hang(batch, known):
        release.wait(HANGING)
        written.append(batch)
        return {}

    monkeypatch.setattr(entries, "write", hang)
    monkeypatch.setattr(ledger, "connection", NoConnection())
    monkeypatch.setattr(ledger, "close_old_connections", lambda: None)
    monkeypatch.setattr(ledger, "of_this_process", Ledger())
    yield release, written
    release.set()
    ledger.of_this_process.close()


class NoConnection:
    """The thread's, in place of one that another test's teardown would trip over."""

    vendor = "none"

    def close(self):
        pass


def test_without_a_thread_to_be_had_the_call_is_answered(call, hanging, monkeypatch, caplog):
    monkeypatch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("can't start new thread")))
    monkeypatch.setattr(ledger, "FIRST_USE_WAIT", 0.01)
    call("castor")
    assert "ledger_has_no_thread" in caplog.text


def test_a_call_does_not_wait_for_a_write_that_hangs(call, hanging):
    release, written = hanging
    begun = time.monotonic()
    for number in range(5):
        call(f"c{number}")
    assert time.monotonic() - begun < HANGING
    assert (release.is_set(), written) == (False, [])


def test_closing_writes_what_is_left(call, hanging, caplog):
    release, written = hanging
    for client in ("a", "b", "a", "a", "b"):
        call(client)
    release.set()
    ledger.of_this_process.close()
    summed = [(entry.client, tally.calls) for batch in written for entry, tally in batch.items()]
    assert {client: sum(count for name, count in summed if name == client) for client in "ab"} == {"a": 3, "b": 2}
    assert complaints(caplog) == []


def test_threads_that_call_at_once_lose_no_call(call, hanging):
    release, written = hanging
    release.set()
    threads = [threading.Thread(target=lambda: [call(f"c{number % 3}") for number in range(300)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.of_this_process.close()
    assert sum(tally.calls for batch in written for tally in batch.values()) == 2400


def test_closing_waits_for_a_hanging_write_so_long_and_says_what_is_lost(call, hanging, caplog, monkeypatch):
    monkeypatch.setattr(ledger, "LAST_WRITE_WAIT", 0.01)
    for _ in range(4):
        call()  # the first hangs in its write
    ledger.of_this_process.close()
    assert any(line.startswith("ledger_calls_lost calls=") for line in complaints(caplog))


def test_closing_what_never_began_is_quiet(caplog):
    Ledger().close()
    assert complaints(caplog) == []


def test_a_call_after_closing_returns(call, hanging):
    release, _ = hanging
    release.set()
    ledger.of_this_process.close()
    call("late")
    assert ledger.of_this_process.thread is None or not ledger.of_this_process.thread.is_alive()


def test_a_thread_writes_first_uses_at_once_and_is_one(call, hanging, monkeypatch):
    release, written = hanging
    monkeypatch.setattr(ledger, "FIRST_USE_WAIT", HANGING)
    release.set()
    call("a")
    thread = ledger.of_this_process.thread
    call("b")
    assert [entry.client for batch in written for entry in batch] == ["a", "b"]
    assert thread is not None
    assert ledger.of_this_process.thread is thread
