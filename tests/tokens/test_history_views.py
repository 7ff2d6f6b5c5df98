from datetime import date, timedelta

import pytest
from django.utils.html import escape

from accounts.actors import Actor
from accounts.logs import ENTRIES_PER_PAGE
from tests.factories import NOW
from tokens.models import TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

HISTORY = "/settings/api/history/"
HOSTILE = [
    "<script>alert(1)</script><i>",
    "\"'><img src=x onerror=alert(1)><i>",
    "</small></td><i>",
    "<!-- <i>",
    "{{ 7*7 }}",
    "=HYPERLINK(1)",
    "%s %(name)s {0}",
    "\u202egnp.exe",
]


@pytest.fixture
def many(issued):
    """3,000 events of Acme, the latest at NOW."""
    TokenEvent.objects.bulk_create(
        TokenEvent(
            token=issued.token,
            kind="GENERATED",
            actor_name=f"person{number}@acme.test",
            at=NOW - minutes(3000 - number),
        )
        for number in range(1, 3000)
    )
    return issued.token


def minutes(number):
    return timedelta(minutes=number)


def names(response):
    return [event.token.name for event in response.context["page"]]


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 200), ("eve", 200), ("olga", 403)])
def test_who_may_look(client, request, issued, ada, carol, eve, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(HISTORY).status_code == status


def test_nobody_sees_another_account_s_history(signed_in, eve, issued):
    response = signed_in(eve).get(HISTORY, {"who": "ada"})
    assert response.context["page"].paginator.count == 0
    assert issued.token.short_mask not in response.content.decode()


def test_looking_takes_no_post(signed_in, ada):
    assert signed_in(ada).post(HISTORY).status_code == 405


def test_what_is_looked_at_is_kept_nowhere(signed_in, ada):
    assert "no-store" in signed_in(ada).get(HISTORY)["Cache-Control"]


def test_before_the_first_event_the_page_says_so(signed_in, ada):
    assert "Nothing has happened yet." in signed_in(ada).get(HISTORY).content.decode()


def test_the_latest_event_comes_first(signed_in, acme, ada):
    for name in ("First", "Second", "Third"):
        revoke_token(generate_token(acme, scope=Scope.READ_ONLY, name=name, by=None, now=NOW).token, by=None, now=NOW)
    response = signed_in(ada).get(HISTORY)
    assert names(response) == ["Third", "Third", "Second", "Second", "First", "First"]
    assert [event.kind for event in response.context["page"]][:2] == ["REVOKED", "GENERATED"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["c", "b", "b", "a"]),
        ({"who": "ADA"}, ["a"]),
        ({"who": "acme.test"}, ["c", "b", "a"]),
        ({"who": "a%"}, []),
        ({"what": "generated"}, ["c", "b", "a"]),
        ({"what": "revoked"}, ["b"]),
        ({"what": "replaced"}, ["c"]),
        ({"since": "2026-11-25"}, ["c", "b"]),
        ({"until": "2026-11-24"}, ["b", "a"]),
        ({"since": "2026-11-25", "until": "2026-11-25"}, ["b"]),
        ({"who": "carol", "what": "generated", "since": "2026-11-26"}, ["c"]),
    ],
)
def test_the_history_is_filtered_by_who_what_and_when(signed_in, acme, ada, carol, query, expected):
    day, by_carol = timedelta(days=1), Actor(carol.email, carol)
    old = generate_token(acme, scope=Scope.READ_ONLY, name="a", by=Actor(ada.email, ada), now=NOW).token
    other = generate_token(acme, scope=Scope.READ_WRITE, name="b", by=by_carol, now=NOW).token
    revoke_token(other, by=None, now=NOW + day)
    generate_token(acme, scope=Scope.READ_ONLY, name="c", by=by_carol, now=NOW + 2 * day, replaces=old.pk)
    assert names(signed_in(ada).get(HISTORY, query)) == expected


@pytest.mark.parametrize(("hour", "included"), [(0, True), (23, True), (24, False), (-1, False)])
def test_a_day_is_utc_s_from_its_first_instant_to_its_last(acme, hour, included):
    at = NOW.replace(hour=0) + timedelta(hours=hour)
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=at)
    found = TokenEvent.objects.of_account(acme).matching(who="", what="", since=at.date(), until=at.date())
    assert found.exists()
    today = date(2026, 11, 24)
    assert TokenEvent.objects.matching(who="", what="", since=today, until=today).exists() is included


def test_a_filter_that_nothing_passes_says_so(signed_in, ada, issued):
    assert "No event matches." in signed_in(ada).get(HISTORY, {"who": "nobody"}).content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "9999-12-31"}, 200),
        ({"until": "9999-12-31"}, 200),
        ({"since": "0001-01-01", "until": "0001-01-01"}, 200),
        ({"since": "10000-01-01"}, 422),
        ({"until": "2026-02-30"}, 422),
        ({"since": "2026-11-26", "until": "2026-11-25"}, 422),
        ({"since": "yesterday"}, 422),
        ({"since": "\x00"}, 422),
        ({"who": "\x00"}, 422),
        ({"who": "a" * 254}, 200),
        ({"who": "a" * 255}, 422),
        ({"who": "%_\\'\"; DROP TABLE"}, 200),
        ({"what": "eaten"}, 422),
        ({"what": "\x00"}, 422),
        ({"what": ["generated", "eaten"]}, 422),
    ],
)
def test_nonsense_in_the_filter_is_explained_and_never_breaks(signed_in, ada, issued, query, status):
    response = signed_in(ada).get(HISTORY, query)
    assert response.status_code == status
    assert ('role="alert"' in response.content.decode()) is (status == 422)
    assert not (status == 422 and response.context["page"].paginator.count)


@pytest.mark.parametrize("page", ["abc", "", "0", "-1", "1.5", "\x00", "9" * 30, "9" * 5000, "²", "<i>"])
def test_nonsense_as_a_page_shows_one_that_there_is(signed_in, ada, issued, page):
    response = signed_in(ada).get(HISTORY, {"page": page})
    assert (response.status_code, names(response)) == (200, ["Claude"])
    assert "<i>" not in response.content.decode()


def test_the_pages_hold_every_event_once(signed_in, ada, many):
    client, seen = signed_in(ada), []
    for number in range(1, 3000 // ENTRIES_PER_PAGE + 1):
        page = client.get(HISTORY, {"page": number}).context["page"]
        seen += [event.pk for event in page]
    assert not page.has_next()
    assert len(seen) == len(set(seen)) == 3000
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("query", [{}, {"page": 30}, {"page": 60}, {"who": "person", "what": "generated", "page": 2}])
def test_a_page_of_thousands_takes_few_queries(signed_in, ada, many, query, django_assert_num_queries):
    client = signed_in(ada)
    with django_assert_num_queries(5):  # session, person, account, count, page
        assert len(client.get(HISTORY, query).context["page"]) == ENTRIES_PER_PAGE


def test_a_page_says_where_it_stands_and_leads_on_with_its_filter(signed_in, ada, many):
    page = signed_in(ada).get(HISTORY, {"who": "person&=<i>", "page": 2}).content.decode()
    assert "<i>" not in page
    page = signed_in(ada).get(HISTORY, {"who": "person", "page": 2}).content.decode()
    assert "51 to 100 of 2,999" in page
    assert 'rel="prev" href="?who=person&amp;page=1"' in page
    assert 'rel="next" href="?who=person&amp;page=3"' in page
    assert 'href="/settings/api/history.csv?who=person"' in page


def test_the_first_page_has_nothing_newer_and_the_last_nothing_older(signed_in, ada, many):
    client = signed_in(ada)
    first, last = (client.get(HISTORY, {"page": page}).content.decode() for page in (1, 60))
    assert ('rel="prev"' in first, 'rel="next"' in first) == (False, True)
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_shown_as_text(signed_in, acme, ada, text):
    by = Actor(text, ip="192.0.2.7", client=text)
    generate_token(acme, scope=Scope.READ_ONLY, name=text, by=by, now=NOW)
    page = signed_in(ada).get(HISTORY).content.decode()
    assert page.count(escape(text)) >= 3
    assert "<i>" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_searches_come_back_as_text(signed_in, ada, issued, text):
    page = signed_in(ada).get(HISTORY, {"who": text, "since": text, "what": text}).content.decode()
    assert f'value="{escape(text)}"' in page
    assert "<i>" not in page
