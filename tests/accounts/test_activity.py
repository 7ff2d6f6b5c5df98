"""Settings > Activity: what was done to the account, for its administrators."""

import csv
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.html import escape

from accounts import audit, services
from accounts.actors import Actor
from accounts.logs import ENTRIES_PER_PAGE
from accounts.models import AuditEntry, User
from tests.factories import NOW

PAGE, FILE = "/settings/activity/", "/settings/activity.csv"
OLGA = Actor("olga@catalog.test", ip="192.0.2.99", client="Firefox 140.0", door="admin")
HOSTILE = ["<script>alert(1)</script><i>", "\"'><img src=x onerror=alert(1)><i>", "=HYPERLINK(1)", "%s {{ 7*7 }}"]


def entry(account, operation="upsert_team", *, by=OLGA, days=0.0, detail="", count=1):
    at = NOW + timedelta(days=days)
    return audit.record(operation, kind="team", ids=[1] * count, by=by, now=at, account=account, detail=detail)


def details(response):
    return [act.detail for act in response.context["acts"]]


def lines(response):
    return list(csv.reader(response.getvalue().decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("address", [PAGE, FILE])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 200), ("eve", 200), ("olga", 403)])
def test_who_may_look(client, request, ada, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_looking_takes_no_post_and_is_kept_nowhere(signed_in, ada, address):
    assert signed_in(ada).post(address).status_code == 405
    assert "no-store" in signed_in(ada).get(address)["Cache-Control"]


def test_a_suspension_is_told_with_who_did_it_and_through_what(signed_in, acme, ada):
    services.suspend_account(acme, by=OLGA, now=NOW)
    services.reopen_account(acme, by=OLGA, now=NOW)
    response = signed_in(User.objects.get(pk=ada.pk)).get(PAGE)
    assert [act.what for act in response.context["acts"]] == ["Account reopened", "Account suspended"]
    assert "olga@catalog.test" in response.content.decode()
    assert ">Admin<" in response.content.decode()


def test_a_changed_role_is_told_in_words(signed_in, ada, carol):
    services.change_user(carol, changes={"role": User.Role.ADMIN}, shown=1, by=OLGA, now=NOW)
    page = signed_in(ada).get(PAGE).content.decode()
    assert "Person changed" in page
    assert "carol@acme.test: role: Contributor → Admin" in page


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_from_where_operators_work_is_not_told(signed_in, acme, ada, address):
    entry(acme)
    response = signed_in(ada).get(address)
    text = response.content.decode() if address == PAGE else response.getvalue().decode()
    assert "olga@catalog.test" in text
    assert "192.0.2.99" not in text
    assert "Firefox" not in text


@pytest.mark.parametrize("query", ["", "who=olga", "what=upsert_team", "page=2", "account=1"])
def test_another_account_and_the_site_are_not_told(signed_in, acme, ada, eve, query):
    entry(acme, detail="Secret plans")
    entry(None, detail="Secret plans")
    page = signed_in(eve).get(f"{PAGE}?{query}").content.decode()
    assert "Secret plans" not in page
    assert "olga" not in page.replace('value="olga"', "")
    assert len(lines(signed_in(eve).get(f"{FILE}?{query}"))) == 1


def test_before_the_first_entry_the_page_says_so(signed_in, ada):
    assert "Nothing has happened yet." in signed_in(ada).get(PAGE).content.decode()


def test_an_operation_and_a_door_without_words_are_told_by_their_names(signed_in, acme, ada):
    entry(acme, "drain_lake", by=Actor("robot", door="scim"))
    page = signed_in(ada).get(PAGE).content.decode()
    assert "Drain lake" in page
    assert ">Scim<" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["c", "b", "a"]),
        ({"who": "OLGA"}, ["c", "a"]),
        ({"who": "o%a"}, []),
        ({"what": "upsert_team"}, ["c", "b"]),
        ({"since": "2026-11-25"}, ["c", "b"]),
        ({"until": "2026-11-25"}, ["b", "a"]),
        ({"who": "system", "what": "upsert_team", "since": "2026-11-25", "until": "2026-11-25"}, ["b"]),
        ({"who": "nobody"}, []),
    ],
)
def test_it_is_filtered_by_who_what_and_when(signed_in, acme, ada, query, expected):
    entry(acme, "dismiss", detail="a")
    entry(acme, by=None, days=1, detail="b")
    entry(acme, days=2, detail="c")
    assert details(signed_in(ada).get(PAGE, query)) == expected
    assert [row[4] for row in lines(signed_in(ada).get(FILE, query))[1:]] == expected


@pytest.fixture
def twins(acme):
    """The ids of two tokens with the same mask, each with one entry of its own."""
    ids = [uuid4(), uuid4()]
    for number, pk in enumerate(ids):
        entry(acme, by=Actor("cat_rw_••••abcd", door="graphql", token_id=pk), detail=f"by {number}")
    return ids


def test_one_token_is_told_from_another_with_the_same_mask(signed_in, acme, ada, twins):
    page = signed_in(ada).get(PAGE, {"token": twins[1]})
    assert details(page) == ["by 1"]
    assert "Only what the token <bdi>cat_rw_••••abcd</bdi> did." in page.content.decode()
    assert f'name="token" value="{twins[1]}"' in page.content.decode()
    assert [row[4] for row in lines(signed_in(ada).get(FILE, {"token": twins[1]}))[1:]] == ["by 1"]


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_another_account_s_token_is_as_unknown_as_any(signed_in, eve, twins, address):
    pages = [signed_in(eve).get(address, {"token": pk}) for pk in (twins[0], uuid4())]
    assert all("by 0" not in b"".join(page).decode() for page in pages)
    assert [page.status_code for page in pages] == [200, 200]


NONSENSE = [
    {"token": "abcd"},
    {"since": "yesterday"},
    {"until": "2026-02-30"},
    {"who": "\x00"},
    {"who": "a" * 255},
    {"what": "eaten"},
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_filter_is_explained_and_gives_no_file(signed_in, acme, ada, query):
    entry(acme)
    page = signed_in(ada).get(PAGE, query)
    assert (page.status_code, details(page)) == (422, [])
    assert 'role="alert"' in page.content.decode()
    file = signed_in(ada).get(FILE, query)
    assert (file.status_code, file["Content-Type"]) == (422, "text/plain")


@pytest.mark.parametrize("page", ["abc", "0", "-1", "\x00", "9" * 5000, "<i>"])
def test_nonsense_as_a_page_shows_one_that_there_is(signed_in, acme, ada, page):
    entry(acme, detail="a")
    response = signed_in(ada).get(PAGE, {"page": page})
    assert details(response) == ["a"]
    assert "<i>" not in response.content.decode()


def test_the_pages_hold_every_entry_once_in_few_queries(signed_in, acme, ada, django_assert_num_queries):
    many = [AuditEntry(account=acme, door="page", operation="x", count=1, detail=str(n), at=NOW) for n in range(120)]
    AuditEntry.objects.bulk_create(many)
    client, seen = signed_in(ada), []
    for number in (1, 2, 3):
        with django_assert_num_queries(5):  # session, person, account, count, page
            response = client.get(PAGE, {"page": number})
        seen += details(response)
    assert seen == [str(n) for n in reversed(range(120))]
    assert len(details(client.get(PAGE))) == ENTRIES_PER_PAGE


def test_a_page_leads_on_with_its_filter(signed_in, acme, ada):
    for _ in range(60):
        entry(acme)
    page = signed_in(ada).get(PAGE, {"who": "olga"}).content.decode()
    assert "1 to 50 of 60" in page
    assert 'rel="next" href="?who=olga&amp;page=2"' in page
    assert f'href="{FILE}?who=olga"' in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_shown_as_text(signed_in, acme, ada, text):
    entry(acme, by=Actor(text), detail=text)
    page = signed_in(ada).get(PAGE).content.decode()
    assert page.count(escape(" ".join(text.split()))) >= 2
    assert "<i>" not in page
    _, row = lines(signed_in(ada).get(FILE))
    assert not row[1].startswith("=")
    assert not row[4].startswith("=")


def test_the_file_is_a_header_and_a_line_for_each_entry(signed_in, acme, ada):
    entry(acme, count=2, detail="Data")
    header, row = lines(signed_in(ada).get(FILE))
    assert header == ["at", "who", "through", "what", "detail", "kind", "how_many", "first_ids"]
    assert row == ["2026-11-24T12:00:00Z", "olga@catalog.test", "Admin", "Team written", "Data", "team", "2", "1 1"]


def test_the_page_stands_below_settings_for_administrators_alone(signed_in, ada, carol):
    assert f'href="{PAGE}"' in signed_in(ada).get("/settings/api/").content.decode()
    assert f'href="{PAGE}"' not in signed_in(carol).get("/assets/").content.decode()
