import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from tests.tokens.reading import text
from tokens.models import CalendarFeed

PAGE = "/settings/api/"
CREATE, RENEW, END = (f"/settings/api/calendar/{act}/" for act in ("create", "renew", "end"))
WRONG = f"/expiries/{'0' * 32}.ics"
ACTS = [CREATE, RENEW, END]


@pytest.fixture(autouse=True)
def forget_guesses(db):
    cache.clear()


def address_on(response):
    """The path of the address that the page shows."""
    [address] = re.findall(r"data-secret>http://localhost:8000(/expiries/\w{32}\.ics)<", response.content.decode())
    return address


def read(path, *, network="198.51.100.7", **options):
    return Client(REMOTE_ADDR=network).get(path, **options)


@pytest.fixture
def address(signed_in, ada):
    return address_on(signed_in(ada).post(CREATE))


def test_the_address_is_read_without_signing_in(address, live):
    answer = read(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert f"UID:{live.pk}" in answer.content.decode()


def test_nobody_keeps_what_it_says_nor_where_it_was(address):
    for answer in (read(address), read(WRONG)):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer


def test_reading_it_asks_for_no_session_and_writes_nothing(signed_in, ada, address):
    client = signed_in(ada)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "SELECT"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403)])
def test_who_has_no_tokens_to_look_at_has_no_address(client, request, carol, olga, act, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.post(act).status_code == status
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_takes_a_post_and_its_token(signed_in, ada, act):
    assert signed_in(ada).get(act).status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ada)
    assert careful.post(act).status_code == 403


def test_it_is_shown_once_on_a_page_that_nobody_keeps(signed_in, ada):
    answer = signed_in(ada).post(CREATE)
    path = address_on(answer)
    assert "no-store" in answer["Cache-Control"]
    assert path not in signed_in(ada).get(PAGE).content.decode()
    again = signed_in(ada).post(CREATE, follow=True)
    assert "You have a calendar address already." in text(again)
    assert "/expiries/" not in again.content.decode()
    assert read(path).status_code == 200


def test_renewing_shows_another_one_and_ends_the_old_one(signed_in, ada, address):
    another = address_on(signed_in(ada).post(RENEW))
    assert [read(path).status_code for path in (address, another)] == [404, 200]


def test_ending_it_ends_it(signed_in, ada, address):
    assert "Your calendar address has ended" in text(signed_in(ada).post(END, follow=True))
    assert read(address).status_code == 404
    assert "You can make a new one." in text(signed_in(ada).post(RENEW, follow=True))


def test_nobody_renews_or_ends_anybody_else_s(signed_in, acme, ada, eve, address):
    for act in (RENEW, END):
        signed_in(eve).post(act)
    assert read(address).status_code == 200
    assert CalendarFeed.objects.get().person == ada


def test_the_page_says_whether_there_is_one(signed_in, ada):
    page = text(signed_in(ada).get(PAGE))
    assert "Make calendar address" in page
    assert "ends when you set a new password" in page
    signed_in(ada).post(CREATE)
    page = text(signed_in(ada).get(PAGE))
    assert "Renew address" in page
    assert "Make calendar address" not in page


@pytest.mark.parametrize("change", [{"role": User.Role.VIEWER}, {"status": User.Status.SUSPENDED}])
def test_it_is_dead_at_once_when_the_person_administers_nothing(ada, address, change):
    User.objects.filter(pk=ada.pk).update(**change)
    assert read(address).status_code == 404


def test_whatever_is_wrong_is_one_answer(signed_in, ada, address):
    User.objects.filter(pk=ada.pk).update(role=User.Role.VIEWER)
    ends = (address, WRONG, "/expiries/x.ics", f"/expiries/{'a' * 500}.ics")
    answers = [read(path) for path in ends]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"There is no such calendar.\n")}
    assert {tuple(answer.headers.items()) for answer in answers} == {tuple(answers[0].headers.items())}


def test_guessing_is_slowed_down_and_hides_no_right_one(address):
    statuses = [read(WRONG).status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    assert read(WRONG)["Retry-After"] == "60"
    assert read(address).status_code == 200
    assert read(WRONG, network="203.0.113.9").status_code == 404


def test_a_network_of_ipv6_guesses_together():
    statuses = [read(WRONG, network=f"2001:db8::{number:x}").status_code for number in range(1, 32)]
    assert statuses[-1] == 429


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_calendar_is_only_read(address, method):
    assert Client().generic(method, address).status_code == 405
    assert Client().head(address).status_code == 200


def test_the_secret_is_in_no_log_line_and_no_entry(signed_in, ada, address, capsys, caplog):
    secret = address[len("/expiries/") : -len(".ics")]
    read(address)
    read(address[:-5] + "x.ics")
    read(f"{address}?again={secret}")
    written = caplog.text + "".join(capsys.readouterr())
    assert "/expiries/•••" in written
    assert secret[:20] not in written
    assert [entry for entry in AuditEntry.objects.values() if secret[:12] in str(entry)] == []


def test_a_report_of_an_error_does_not_show_it(address, live, monkeypatch, settings):
    settings.DEBUG = True
    monkeypatch.setattr("tokens.calendars.expiries", lambda *_, **__: 1 / 0)
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == 500
    assert address[len("/expiries/") : -len(".ics")] not in answer.content.decode()


def test_the_page_with_it_takes_few_queries(signed_in, ada, address, live, django_assert_max_num_queries):
    client = signed_in(ada)
    with django_assert_max_num_queries(15):
        client.get(PAGE)
