from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError

from tests.factories import NOW
from tests.tokens.uses import use
from tokens import entries
from tokens.clients import OTHERS
from tokens.doors import Door
from tokens.entries import MAX_CLIENTS_PER_DAY, Entry, Tally
from tokens.models import TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

SECOND = timedelta(seconds=1)
EARLIER, LATER = NOW - SECOND, NOW + SECOND
TODAY = NOW.date()
ORDERS = list(permutations([EARLIER, NOW, LATER]))


def entry(token, client="castor", *, day=TODAY, door=Door.REST, operation="", reason=""):
    return Entry(token.pk, day, door.value, client, operation, reason)


def tally(at=NOW, *, calls=1, address=None):
    return Tally(calls, at, at, address)


def clients_of(token):
    return set(token.uses.values_list("client", flat=True))


def test_writes_add_up(issued):
    for calls in (1, 20, 300):
        entries.write({entry(issued.token): tally(calls=calls)}, {})
    assert issued.token.uses.get().calls == 321


def test_a_row_holds_what_its_entry_and_tally_say(issued):
    found = entry(issued.token, door=Door.MCP, operation="get_tables", reason="insufficient_scope")
    entries.write({found: Tally(2, NOW, LATER, "2001:db8::1")}, {})
    row = issued.token.uses.get()
    assert (row.token_id, row.day, row.door, row.client, row.operation, row.reason) == found
    assert (row.calls, row.first_seen, row.last_seen, row.last_address) == (2, NOW, LATER, "2001:db8::1")


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_writes_does_not_matter(issued, order):
    for at in order:
        entries.write({entry(issued.token): tally(at, address=f"192.0.2.{at.second}")}, {})
    row = issued.token.uses.get()
    assert (row.calls, row.first_seen, row.last_seen) == (3, EARLIER, LATER)
    assert row.last_address == f"192.0.2.{LATER.second}"


@pytest.mark.parametrize("order", ORDERS)
def test_tallies_add_up_in_memory_as_they_do_in_a_row(order):
    summed = tally(order[0], address=f"192.0.2.{order[0].second}")
    for at in order[1:]:
        summed.add(tally(at, address=f"192.0.2.{at.second}"))
    assert summed == Tally(3, EARLIER, LATER, f"192.0.2.{LATER.second}")


def test_a_clock_that_jumps_back_widens_and_never_moves_a_time(issued):
    entries.write({entry(issued.token): tally(NOW)}, {})
    entries.write({entry(issued.token): Tally(1, NOW - timedelta(hours=3), NOW - timedelta(hours=2), None)}, {})
    row = issued.token.uses.get()
    assert (row.first_seen, row.last_seen) == (NOW - timedelta(hours=3), NOW)


def test_of_two_calls_at_one_instant_the_address_written_last_stays(issued):
    for address in ("192.0.2.1", "192.0.2.2"):
        entries.write({entry(issued.token): tally(address=address)}, {})
    assert issued.token.uses.get().last_address == "192.0.2.2"


def test_a_later_call_without_an_address_has_none(issued):
    entries.write({entry(issued.token): tally(NOW, address="192.0.2.1")}, {})
    entries.write({entry(issued.token): tally(LATER)}, {})
    assert issued.token.uses.get().last_address is None


@pytest.mark.parametrize("known_before", [True, False])
def test_who_comes_after_two_hundred_clients_is_one_of_the_others(issued, known_before):
    first = {entry(issued.token, f"c{number}"): tally() for number in range(MAX_CLIENTS_PER_DAY)}
    known = entries.write(first, {})
    late = {entry(issued.token, f"late{number}"): tally() for number in range(3)}
    entries.write(late, known if known_before else {})  # without: another process has filled the day
    assert clients_of(issued.token) == {found.client for found in first} | {OTHERS}
    assert issued.token.uses.get(client=OTHERS).calls == 3


def test_one_write_of_too_many_clients_admits_the_first(issued):
    entries.write({entry(issued.token, f"c{number}"): tally() for number in range(MAX_CLIENTS_PER_DAY + 50)}, {})
    assert clients_of(issued.token) == {f"c{number}" for number in range(MAX_CLIENTS_PER_DAY)} | {OTHERS}
    assert issued.token.uses.get(client=OTHERS).calls == 50


def test_a_client_on_record_keeps_its_name_on_a_full_day(issued):
    entries.write({entry(issued.token, f"c{number}"): tally() for number in range(MAX_CLIENTS_PER_DAY)}, {})
    entries.write({entry(issued.token, "c7", door=Door.MCP): tally(), entry(issued.token, "c7"): tally()}, {})
    assert sorted(issued.token.uses.filter(client="c7").values_list("door", "calls")) == [("mcp", 1), ("rest", 2)]


def test_the_others_do_not_count_as_a_client(issued):
    use(issued.token, OTHERS, calls=9)
    entries.write({entry(issued.token, f"c{number}"): tally() for number in range(MAX_CLIENTS_PER_DAY)}, {})
    assert len(clients_of(issued.token) - {OTHERS}) == MAX_CLIENTS_PER_DAY
    assert issued.token.uses.get(client=OTHERS).calls == 9


def test_refused_clients_and_unnamed_ones_take_room_like_any(issued):
    use(issued.token, "")
    for number in range(MAX_CLIENTS_PER_DAY - 1):
        use(issued.token, f"c{number}", reason="insufficient_scope")
    entries.write({entry(issued.token, "late"): tally()}, {})
    assert issued.token.uses.filter(reason="").exclude(client="").get().client == OTHERS


def test_each_token_and_each_day_has_its_own_room(issued, acme):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    for number in range(MAX_CLIENTS_PER_DAY):
        use(issued.token, f"c{number}")
    tomorrow = NOW.date() + timedelta(days=1)
    late = [entry(issued.token, "late"), entry(issued.token, "late", day=tomorrow), entry(other, "late")]
    learnt = entries.write(dict.fromkeys(late, tally()), {})
    assert clients_of(other) == {"late"}
    assert {row.client for row in issued.token.uses.filter(day=tomorrow)} == {"late"}
    assert {day: len(names) for day, names in learnt.items()} == {
        (issued.token.pk, TODAY): MAX_CLIENTS_PER_DAY, (issued.token.pk, tomorrow): 1, (other.pk, TODAY): 1
    }  # fmt: skip


def test_nothing_is_learnt_of_a_day_whose_clients_are_known(issued):
    known = entries.write({entry(issued.token): tally()}, {})
    assert known == {(issued.token.pk, TODAY): frozenset({"castor"})}
    assert entries.write({entry(issued.token): tally()}, known) == {}


def test_what_the_caller_hands_over_is_left_as_it_was(issued):
    handed = {entry(issued.token, name): tally() for name in ("a", "b")}
    known = {(issued.token.pk, TODAY): frozenset(f"c{number}" for number in range(MAX_CLIENTS_PER_DAY))}
    for number in range(MAX_CLIENTS_PER_DAY):
        use(issued.token, f"c{number}")
    entries.write(handed, known)
    assert handed == {entry(issued.token, name): tally() for name in ("a", "b")}


def test_more_rows_than_one_statement_takes_are_all_written(issued, monkeypatch):
    monkeypatch.setattr(entries, "MAX_ROWS_PER_STATEMENT", 7)
    entries.write({entry(issued.token, f"c{number}"): tally(calls=number) for number in range(1, 31)}, {})
    assert dict(issued.token.uses.values_list("client", "calls")) == {f"c{number}": number for number in range(1, 31)}


def test_a_statement_takes_as_many_rows_as_it_may(issued):
    days = [NOW.date() - timedelta(days=number) for number in range(entries.MAX_ROWS_PER_STATEMENT + 1)]
    entries.write({entry(issued.token, day=day): tally() for day in days}, {})
    assert issued.token.uses.count() == entries.MAX_ROWS_PER_STATEMENT + 1


def test_a_write_is_all_or_nothing(issued, monkeypatch):
    monkeypatch.setattr(entries, "MAX_ROWS_PER_STATEMENT", 1)
    good, bad = entry(issued.token), entry(issued.token)._replace(door="teapot")
    with pytest.raises(IntegrityError):
        entries.write({good: tally(), bad: tally()}, {})
    assert not TokenUse.objects.exists()
