from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.tokens.uses import use
from tokens import usage
from tokens.doors import Door
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token
from tokens.usage import Day

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def token(issued):
    return issued.token


def test_the_last_thirty_days_begin_with_the_twenty_ninth_before_today(acme, token):
    for days in (0, 29, 30, 400):
        use(token, f"c{days}", at=NOW - days * DAY)
    assert {row.client for row in usage.recent(acme, now=NOW)} == {"c0", "c29"}


def test_an_account_sees_its_own_rows_alone(acme, umbrella, token):
    theirs = generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW).token
    use(token, "ours")
    use(theirs, "theirs")
    assert [row.client for row in usage.recent(acme, now=NOW)] == ["ours"]
    assert not usage.recent(acme, now=NOW, token=theirs.pk).exists()


def test_rows_are_of_the_token_and_the_door_that_are_asked_for(acme, token):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    wanted = use(token, door=Door.MCP)
    use(token)
    use(other, door=Door.MCP)
    assert usage.recent(acme, now=NOW, token=token.pk, door="mcp").get() == wanted


def test_an_integration_is_a_client_at_a_door_with_a_token_over_all_its_days(acme, token):
    use(token, calls=3, at=NOW - 2 * DAY)
    use(token, calls=4)
    use(token, calls=5, at=NOW - DAY, reason="insufficient_scope")
    (found,) = usage.integrations(usage.recent(acme, now=NOW))
    assert (found.client, found.door, found.token_id) == ("castor", Door.REST, token.pk)
    assert (found.calls, found.failures, found.first_seen, found.last_seen) == (7, 5, NOW - 2 * DAY, NOW)


def test_integrations_come_the_latest_first(acme, token):
    for client, minutes in (("old", 9), ("b", 0), ("a", 0)):
        use(token, client, at=NOW - minutes * MINUTE)
    use(token, "a", door=Door.MCP)
    found = [(row.client, row.door) for row in usage.integrations(usage.recent(acme, now=NOW))]
    assert found == [("a", Door.MCP), ("a", Door.REST), ("b", Door.REST), ("old", Door.REST)]


def test_who_only_failed_is_an_integration_without_calls(acme, token):
    use(token, reason="expired", calls=2)
    (found,) = usage.integrations(usage.recent(acme, now=NOW))
    assert (found.calls, found.failures) == (0, 2)


def test_who_was_let_in_stops_and_nobody_else(acme, token):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW).token
    use(token, "stops", calls=2, at=NOW - 29 * DAY)
    use(token, "refused", reason="insufficient_scope")
    use(token, "long ago", at=NOW - 30 * DAY)
    use(other, "elsewhere")
    assert [(row.client, row.calls) for row in usage.who_stops(token, now=NOW)] == [("stops", 2)]


def test_each_token_has_as_many_integrations_as_it_let_clients_in(acme, token):
    for client in ("a", "b"):
        use(token, client)
        use(token, client, at=NOW - DAY)
    use(token, "c", reason="insufficient_scope")
    assert usage.integrations_by_token(usage.recent(acme, now=NOW)) == {token.pk: 2}


def test_failed_calls_are_told_apart_by_reason(acme, token):
    use(token, calls=9)
    use(token, reason="expired", calls=2, at=NOW - MINUTE)
    use(token, reason="insufficient_scope", calls=3)
    found = usage.failed_calls(usage.recent(acme, now=NOW))
    assert [(row.reason, row.calls) for row in found] == [("insufficient_scope", 3), ("expired", 2)]


def test_failed_calls_say_since_when_and_from_where_the_last_came(acme, token):
    use(token, reason="expired", calls=2, at=NOW - DAY, address="192.0.2.1")
    use(token, reason="expired", calls=3, address="192.0.2.2")
    use(token, "curl", reason="expired", at=NOW + MINUTE, address="192.0.2.3")
    found = usage.failed_calls(usage.recent(acme, now=NOW).filter(client="castor"))
    assert [(row.calls, row.first_seen, row.last_seen, row.last_address) for row in found] == [
        (5, NOW - DAY, NOW, "192.0.2.2")
    ]


def test_a_chart_has_thirty_days_and_those_without_calls_too(acme, token):
    use(token, calls=5)
    use(token, "curl", calls=2, reason="expired")
    use(token, calls=1, at=NOW - 29 * DAY)
    days = usage.by_day(usage.recent(acme, now=NOW), now=NOW)
    today = NOW.date()
    assert [day.date for day in days] == [today - number * DAY for number in reversed(range(30))]
    assert (days[0], days[-1]) == (Day(today - 29 * DAY, 1, 0), Day(today, 5, 2))
    assert {(day.answered, day.refused) for day in days[1:-1]} == {(0, 0)}


def test_a_token_that_nobody_used_was_never_used(token):
    assert usage.last_used_at(token) is None


def test_the_last_use_is_the_latest_of_all_clients_and_doors(token):
    use(token, "a", at=NOW - DAY)
    use(token, "b", at=NOW - MINUTE, door=Door.MCP)
    use(token, "c", at=NOW - 2 * MINUTE)
    assert usage.last_used_at(token) == NOW - MINUTE


def test_a_refused_call_is_no_use(token):
    use(token, at=NOW - DAY)
    use(token, at=NOW, reason="insufficient_scope")
    assert usage.last_used_at(token) == NOW - DAY


@pytest.mark.parametrize("back", [MINUTE, DAY, 40 * DAY])
def test_the_last_use_never_goes_back_with_the_clock(token, back):
    use(token, "a", at=NOW)
    use(token, "b", at=NOW - back)
    assert usage.last_used_at(token) == NOW


def test_the_last_uses_of_all_tokens_take_one_query(acme, token, django_assert_num_queries):
    generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW)
    use(token)
    with django_assert_num_queries(1):
        found = usage.with_last_use(ApiToken.objects.open().order_by("scope"))
        assert [row.last_used_at for row in found] == [NOW, None]


def test_rows_are_kept_for_four_hundred_days(token):
    kept = [use(token, at=NOW - days * DAY) for days in (0, 399, 400)]
    use(token, at=NOW - 401 * DAY)
    use(token, at=NOW - 4000 * DAY)
    assert usage.forget_old(NOW) == 2
    assert set(TokenUse.objects.all()) == set(kept)


def test_old_rows_are_forgotten_in_batches(token, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(usage, "MAX_ROWS_PER_TRANSACTION", 2)
    for days in range(5):
        use(token, at=NOW - (401 + days) * DAY)
    with django_assert_num_queries(7):  # three batches found and deleted, and a look that finds none
        assert usage.forget_old(NOW) == 5
    assert not TokenUse.objects.exists()


def test_forgetting_nothing_is_one_look(token, django_assert_num_queries):
    use(token)
    with django_assert_num_queries(1):
        assert usage.forget_old(NOW) == 0
