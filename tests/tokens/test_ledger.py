import math
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import Mock

import pytest
from django.db import DataError, IntegrityError, OperationalError

from tests.factories import NOW
from tokens import entries, ledger
from tokens.clients import OTHERS
from tokens.doors import Door
from tokens.entries import CLIENTS
from tokens.ledger import INTERVAL, Ledger
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

GENEROUS = 5  # seconds


@pytest.fixture
def call(issued):
    """Records a call with the token: `call("castor", reason="expired")`."""

    def record(client="castor", *, door=Door.REST, address=None, now=NOW, reason="", token=issued.token):
        ledger.record(token, door=door, client=client, address=address, now=now, reason=reason)

    return record


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


@pytest.fixture
def hanging(monkeypatch, issued):
    """A threaded ledger whose writes hang until the event is set, and are kept in a list instead of a table."""
    release, written = threading.Event(), []

    def hang(batch, known):
        release.wait(60)
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


def calls():
    return sum(TokenUse.objects.values_list("calls", flat=True))


def complaints(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "tokens.ledger"]


def test_a_first_use_is_a_row_at_once(call, issued):
    call("castor", address="192.0.2.7")
    row = issued.token.uses.get()
    assert (row.client, row.door, row.calls, row.reason, row.last_address) == ("castor", "rest", 1, "", "192.0.2.7")
    assert row.first_seen == row.last_seen == NOW


def test_later_calls_ask_the_database_nothing(call, django_assert_num_queries):
    call()
    with django_assert_num_queries(0):
        for second in range(1000):
            call(now=NOW + timedelta(seconds=second))


def test_later_calls_are_written_when_they_are_due(call, own_ledger, django_assert_num_queries):
    call()
    call(now=NOW + timedelta(seconds=9), address="192.0.2.9")
    with django_assert_num_queries(0):
        own_ledger.write_due(time.monotonic())
    own_ledger.write_due(time.monotonic() + INTERVAL)
    row = TokenUse.objects.get()
    assert (row.calls, row.last_seen, row.last_address) == (2, NOW + timedelta(seconds=9), "192.0.2.9")


def test_a_last_look_writes_everything_exactly(call, own_ledger):
    for number in range(300):
        call(f"c{number % 3}")
    own_ledger.write_due(math.inf)
    own_ledger.write_due(math.inf)
    assert dict(TokenUse.objects.values_list("client", "calls")) == {"c0": 100, "c1": 100, "c2": 100}


def test_a_row_is_written_once_in_an_interval(call, own_ledger, django_assert_num_queries):
    call()
    call()
    own_ledger.write_due(time.monotonic() + INTERVAL)
    assert calls() == 2
    call()
    with django_assert_num_queries(0):
        for second in range(int(INTERVAL)):
            own_ledger.write_due(time.monotonic() + second)
    own_ledger.write_due(time.monotonic() + INTERVAL)
    assert calls() == 3


@pytest.mark.parametrize("other", [{"reason": "insufficient_scope"}, {"door": Door.MCP}, {"client": "curl 8.5"}])
def test_reason_door_and_client_make_rows_of_their_own(call, other):
    call()
    call(**other)
    assert list(TokenUse.objects.values_list("calls", flat=True)) == [1, 1]


def test_tokens_have_rows_of_their_own(call, issued, acme):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    call()
    call(token=other)
    assert other.uses.get().calls == issued.token.uses.get().calls == 1


def test_a_day_is_utc_s_wherever_the_clock_stands(call):
    east = timezone(timedelta(hours=14))
    call(now=datetime(2026, 11, 25, 13, 59, 59, tzinfo=east))
    call(now=datetime(2026, 11, 25, 14, 0, tzinfo=east))
    days = TokenUse.objects.order_by("day").values_list("day", "first_seen")
    assert [(day.day, at) for day, at in days] == [
        (24, datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)), (25, datetime(2026, 11, 25, tzinfo=UTC))
    ]  # fmt: skip


def test_a_clock_that_jumps_back_counts_all_the_same(call, own_ledger):
    for hours in (0, -3, 1, -1):
        call(now=NOW + timedelta(hours=hours))
    own_ledger.write_due(math.inf)
    row = TokenUse.objects.get()
    assert (row.calls, row.first_seen, row.last_seen) == (4, NOW - timedelta(hours=3), NOW + timedelta(hours=1))


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
    own_ledger.write_due(time.monotonic() + ledger.RETRY)
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
    own_ledger.complained -= INTERVAL
    own_ledger.write_due(math.inf)
    assert complaints(caplog)[1:] == ["ledger_not_written rows=20 error=OperationalError"]


def test_while_nothing_can_be_written_a_day_keeps_as_many_clients_as_ever(call, own_ledger, broken):
    for number in range(CLIENTS + 50):
        call(f"c{number}")
    assert {entry.client for entry in own_ledger.later} == {f"c{number}" for number in range(CLIENTS)} | {OTHERS}
    broken.clear()
    own_ledger.write_due(math.inf)
    assert calls() == CLIENTS + 50


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


def test_past_days_are_forgotten(call, own_ledger):
    for days in range(5):
        call(f"c{days}", now=NOW + timedelta(days=days))
    assert len(own_ledger.known) == 2


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
    assert write.call_count == 1 + ledger.HELD_ROWS
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


def test_without_a_thread_to_be_had_the_call_is_answered(call, hanging, monkeypatch, caplog):
    monkeypatch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("can't start new thread")))
    monkeypatch.setattr(ledger, "PATIENCE", 0.01)
    call("castor")
    assert "ledger_has_no_thread" in caplog.text


def test_a_call_does_not_wait_for_a_write_that_hangs(call, hanging):
    release, written = hanging
    begun = time.monotonic()
    for number in range(5):
        call(f"c{number}")
    assert time.monotonic() - begun < GENEROUS
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
    monkeypatch.setattr(ledger, "CLOSING", 0.01)
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
    monkeypatch.setattr(ledger, "PATIENCE", GENEROUS)
    release.set()
    call("a")
    thread = ledger.of_this_process.thread
    call("b")
    assert [entry.client for batch in written for entry in batch] == ["a", "b"]
    assert thread is not None
    assert ledger.of_this_process.thread is thread


def test_a_forked_process_begins_with_nothing(call, own_ledger):
    call()
    call()
    own_ledger.begin()
    own_ledger.write_due(math.inf)
    assert calls() == 1  # the second is its parent's to write
    call()
    assert calls() == 2


def test_ten_thousand_clients_leave_two_hundred_names_and_the_others(call, own_ledger):
    for number in range(10_000):
        call(f"c{number}")
    own_ledger.write_due(math.inf)
    names = set(TokenUse.objects.values_list("client", flat=True))
    assert (len(names), OTHERS in names, calls()) == (CLIENTS + 1, True, 10_000)
    assert len(own_ledger.due) <= CLIENTS + 2


def test_a_process_forgets_rows_that_rest(call, own_ledger, monkeypatch):
    monkeypatch.setattr(ledger, "IDLE_ROWS", 3)
    for number in range(5):
        call(f"c{number}")
    call("c0")
    own_ledger.write_due(math.inf)
    assert {entry.client for entry in own_ledger.due} == {"c0"}
    call("c1")
    own_ledger.write_due(math.inf)
    assert calls() == 7
