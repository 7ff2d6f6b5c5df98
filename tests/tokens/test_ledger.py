import math
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.factories import NOW
from tests.tokens.uses import calls
from tokens import ledger
from tokens.clients import OTHERS
from tokens.doors import Door
from tokens.entries import MAX_CLIENTS_PER_DAY
from tokens.ledger import WRITE_INTERVAL
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token


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
    own_ledger.write_due(time.monotonic() + WRITE_INTERVAL)
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
    own_ledger.write_due(time.monotonic() + WRITE_INTERVAL)
    assert calls() == 2
    call()
    with django_assert_num_queries(0):
        for second in range(int(WRITE_INTERVAL)):
            own_ledger.write_due(time.monotonic() + second)
    own_ledger.write_due(time.monotonic() + WRITE_INTERVAL)
    assert calls() == 3


@pytest.mark.parametrize(
    "other",
    [{"reason": "insufficient_scope"}, {"door": Door.MCP}, {"client": "curl 8.5"}, {"operation": "get_tables"}],
)
def test_reason_door_client_and_operation_make_rows_of_their_own(call, other):
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


def test_past_days_are_forgotten(call, own_ledger):
    for days in range(5):
        call(f"c{days}", now=NOW + timedelta(days=days))
    assert len(own_ledger.known) == 2


def test_a_forked_process_begins_with_nothing(call, own_ledger):
    call()
    call()
    own_ledger.reset()
    own_ledger.write_due(math.inf)
    assert calls() == 1  # the second is its parent's to write
    call()
    assert calls() == 2


def test_ten_thousand_clients_leave_two_hundred_names_and_the_others(call, own_ledger):
    for number in range(10_000):
        call(f"c{number}")
    own_ledger.write_due(math.inf)
    names = set(TokenUse.objects.values_list("client", flat=True))
    assert (len(names), OTHERS in names, calls()) == (MAX_CLIENTS_PER_DAY + 1, True, 10_000)
    assert len(own_ledger.due) <= MAX_CLIENTS_PER_DAY + 2


def test_a_process_forgets_rows_that_rest(call, own_ledger, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_WRITTEN_ROWS", 3)
    for number in range(5):
        call(f"c{number}")
    call("c0")
    own_ledger.write_due(math.inf)
    assert {entry.client for entry in own_ledger.due} == {"c0"}
    call("c1")
    own_ledger.write_due(math.inf)
    assert calls() == 7
