import csv
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actors import Actor
from tests.factories import NOW
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.scopes import Scope
from tokens.services import generate_token

USAGE, HISTORY = "/settings/api/usage.csv", "/settings/api/history.csv"


def lines(response):
    """The cells of a download, as a spreadsheet reads them."""
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, name="Claude", by=None, now=timezone.now()).token


def test_the_usage_is_a_header_and_a_line_for_each_row(signed_in, ada, live):
    now = timezone.now()
    use(
        live,
        "castor",
        at=now,
        calls=12,
        door=Door.MCP,
        operation="create_term",
        reason="insufficient_scope",
        address="192.0.2.7",
    )
    seen = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    header, row = lines(signed_in(ada).get(USAGE))
    first = ["day", "integration", "through", "operation", "token", "reason", "calls"]
    assert header == [*first, "first_seen", "last_seen", "last_address"]
    what = ["castor", "mcp", "create_term", live.mask, "insufficient_scope", "12"]
    assert row == [f"{now:%Y-%m-%d}", *what, seen, seen, "192.0.2.7"]


def test_the_usage_of_an_unnamed_client_without_an_address_has_empty_cells(signed_in, ada, live):
    use(live, "", at=timezone.now())
    _, row = lines(signed_in(ada).get(USAGE))
    assert (row[1], row[5], row[9]) == ("", "", "")


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-cmd", "@SUM(1)", "<b>bold</b>"])
def test_a_hostile_client_is_text_in_the_usage(signed_in, ada, live, name):
    use(live, name, at=timezone.now())
    _, row = lines(signed_in(ada).get(USAGE))
    assert row[1] == (name if name.startswith("<") else f"'{name}")


def test_the_usage_goes_through_the_page_s_filter(signed_in, acme, ada, live):
    now = timezone.now()
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now).token
    use(live, "mcp", at=now, door=Door.MCP)
    use(live, "rest", at=now)
    use(other, "other", at=now, door=Door.MCP)
    client = signed_in(ada)
    assert {row[1] for row in lines(client.get(USAGE))[1:]} == {"mcp", "rest", "other"}
    assert [row[1] for row in lines(client.get(USAGE, {"token": str(live.pk), "door": "mcp"}))[1:]] == ["mcp"]


def test_the_usage_is_that_of_the_last_thirty_days(signed_in, ada, live):
    for days in (29, 31):
        use(live, f"c{days}", at=timezone.now() - timedelta(days=days))
    assert [row[1] for row in lines(signed_in(ada).get(USAGE))[1:]] == ["c29"]


def test_the_usage_has_all_rows_in_one_query(signed_in, ada, live, django_assert_num_queries):
    for number in range(120):
        use(live, f"c{number}", at=timezone.now())
    client = signed_in(ada)
    with django_assert_num_queries(5):  # session, person, account, doors that are called, rows
        assert len(lines(client.get(USAGE))) == 121


def test_the_history_is_a_header_and_a_line_for_each_event_the_latest_first(signed_in, acme, ada):
    by = Actor(ada.email, ada, "192.0.2.7", "Firefox 140.0")
    old = generate_token(acme, scope=Scope.READ_ONLY, name="Old", by=by, now=NOW).token
    new = generate_token(acme, scope=Scope.READ_ONLY, name="New", by=None, now=NOW, replaces=old.pk).token
    header, last, first = lines(signed_in(ada).get(HISTORY))
    at = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert header == ["at", "event", "token", "scope", "name", "replaced", "by", "address", "client"]
    assert last == [at, "generated", new.mask, "READ_ONLY", "New", old.mask, "system", "", ""]
    assert first == [at, "generated", old.mask, "READ_ONLY", "Old", "", ada.email, "192.0.2.7", "Firefox 140.0"]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(1)"])
def test_hostile_names_are_text_in_the_history(signed_in, acme, ada, text):
    generate_token(acme, scope=Scope.READ_ONLY, name=text, by=Actor(text, client=text), now=NOW)
    _, row = lines(signed_in(ada).get(HISTORY))
    assert (row[4], row[6], row[8]) == (f"'{text}",) * 3


def test_the_history_goes_through_the_page_s_filter(signed_in, acme, ada):
    generate_token(acme, scope=Scope.READ_ONLY, name="Hers", by=Actor("Ada"), now=NOW)
    generate_token(acme, scope=Scope.READ_WRITE, name="His", by=Actor("Bob"), now=NOW)
    assert [row[4] for row in lines(signed_in(ada).get(HISTORY, {"who": "ada"}))[1:]] == ["Hers"]


@pytest.mark.parametrize("address", [USAGE, HISTORY])
def test_another_account_gets_its_header_alone(signed_in, eve, live, address):
    use(live, at=timezone.now())
    assert len(lines(signed_in(eve).get(address))) == 1


@pytest.mark.parametrize("address", [USAGE, HISTORY])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("ada", 200), ("eve", 200)])
def test_who_may_download_what(client, request, ada, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (USAGE, {"token": "nonsense"}),
        (USAGE, {"token": "\x00"}),
        (USAGE, {"token": "00000000-0000-4000-8000-000000000000"}),
        (USAGE, {"door": "window"}),
        (HISTORY, {"what": "eaten"}),
        (HISTORY, {"since": "yesterday"}),
        (HISTORY, {"until": "2026-02-30"}),
        (HISTORY, {"who": "\x00"}),
        (HISTORY, {"who": "a" * 255}),
    ],
)
def test_nonsense_is_422_and_no_file(signed_in, ada, address, query):
    response = signed_in(ada).get(address, query)
    assert (response.status_code, response["Content-Type"]) == (422, "text/plain")
    assert "Content-Disposition" not in response


def test_another_account_s_token_is_no_filter(signed_in, eve, live):
    assert signed_in(eve).get(USAGE, {"token": str(live.pk)}).status_code == 422


@pytest.mark.parametrize("address", [USAGE, HISTORY])
def test_a_download_changes_nothing_and_takes_no_post(signed_in, ada, address):
    assert signed_in(ada).post(address).status_code == 405
