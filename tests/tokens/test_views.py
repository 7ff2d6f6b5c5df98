import re

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape

from accounts.actors import Actor
from tests.factories import NOW
from tokens import services
from tokens.authentication import authenticate
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token

VIEWS = ["/settings/api/", *(f"/settings/api/{view}/" for view in ("usage", "connect", "mcp", "history"))]
PAGES = [*VIEWS, "/settings/api/tokens/new/"]
POSTS = ["/settings/api/tokens/generate/", "/settings/api/tokens/{}/revoke/"]
HOSTILE_NAMES = [
    "<script>alert(1)</script><i>",
    "\"'><img src=x onerror=alert(1)><i>",
    "</bdi></td><i>",
    "<!-- <i>",
    "&lt;b&gt; &amp;",
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "{% csrf_token %}",
    "${7*7}",
    "'; DROP TABLE tokens_apitoken; --",
    "=HYPERLINK(1)",
    "+1",
    "@SUM(1)",
    "%s %(name)s {0}",
    "مرحبا",
    "\u202egnp.exe",
    "👩‍🚀🏳️‍🌈",
    "Z̸̢͑a̵͖͐l̶̰̈́g̷̤̎o̸",
    "\\u003ci\\u003e",
    "W" * 80,
]
NOT_FOUND = "/settings/api/tokens/00000000-0000-4000-8000-000000000000/{}"


@pytest.mark.parametrize("address", [*PAGES, "/settings/api/tokens/{}/revoke/confirm/"])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 200), ("eve", 200), ("olga", 403)])
def test_who_may_open_which_page(client, issued, request, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    if who == "eve" and "{}" in address:
        status = 404
    assert client.get(address.format(issued.token.pk)).status_code == status


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("eve", 404)])
def test_who_may_not_change_acme_s_token(client, issued, request, carol, eve, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    data = {"scope": "READ_ONLY", "shown_READ_ONLY": str(issued.token.pk), "acknowledged": "on"}
    expected = 409 if who == "eve" and "generate" in address else status
    assert client.post(address.format(issued.token.pk), data).status_code == expected
    assert ApiToken.objects.open().get() == issued.token


def test_signing_in_does_not_lead_to_an_address_that_takes_only_a_post(client, issued):
    response = client.post(f"/settings/api/tokens/{issued.token.pk}/revoke/")
    assert response["Location"] == "/accounts/login/?next=/"


def test_another_account_s_token_looks_exactly_like_none(signed_in, issued, eve):
    client = signed_in(eve)
    theirs = client.get(f"/settings/api/tokens/{issued.token.pk}/revoke/confirm/")
    nobodys = client.get(NOT_FOUND.format("revoke/confirm/"))
    assert theirs.status_code == nobodys.status_code == 404
    assert without_form_key(theirs) == without_form_key(nobodys)


def without_form_key(response) -> str:
    """The page, but for the random mask of Django's CSRF token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


@pytest.mark.parametrize("address", POSTS)
def test_looking_at_an_address_that_changes_things_is_405(signed_in, issued, ada, address):
    assert signed_in(ada).get(address.format(issued.token.pk)).status_code == 405


@pytest.mark.parametrize("address", POSTS)
def test_a_form_from_elsewhere_is_refused(client, issued, ada, address):
    client.handler.enforce_csrf_checks = True
    client.force_login(ada)
    assert client.post(address.format(issued.token.pk), {"scope": "READ_ONLY"}).status_code == 403
    assert ApiToken.objects.open().get() == issued.token


def test_the_value_is_in_one_answer_that_nobody_keeps(signed_in, ada):
    client = signed_in(ada)
    response = client.post("/settings/api/tokens/generate/", {"scope": "READ_WRITE", "name": "Upload"})
    value = response.context["value"]
    assert authenticate(value, now=timezone.now()).name == "Upload"
    assert "no-store" in response["Cache-Control"]
    assert value not in str(dict(client.session)) + str(client.cookies)
    assert value not in client.get("/settings/api/").content.decode()


@pytest.mark.parametrize("acknowledged", [{}, {"acknowledged": "on", "shown_READ_ONLY": ""}])
def test_replacing_what_was_not_shown_is_409_and_changes_nothing(signed_in, acme, ada, acknowledged):
    live = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    response = signed_in(ada).post(
        "/settings/api/tokens/generate/", {"scope": "READ_ONLY", "name": "Kept"} | acknowledged
    )
    assert response.status_code == 409
    assert 'value="Kept"' in response.content.decode()
    assert ApiToken.objects.open().get() == live.token


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"scope": "ALL"},
        {"scope": "READ_ONLY", "name": "a" * 81},
        {"scope": "READ_ONLY", "name": "a\nb"},
    ],
)
def test_bad_input_is_422_and_generates_nothing(signed_in, ada, data):
    assert signed_in(ada).post("/settings/api/tokens/generate/", data).status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_shown_as_text(signed_in, acme, ada, name):
    generate_token(acme, scope=Scope.READ_ONLY, name=name, by=None, now=timezone.now())
    client = signed_in(ada)
    for address in ("/settings/api/", "/settings/api/tokens/new/"):
        page = client.get(address).content.decode()
        assert f"<bdi>{escape(name)}</bdi>" in page
        assert "<i>" not in page


def test_forgetting_the_box_asks_for_the_box(signed_in, acme, ada):
    old = generate_token(acme, scope=Scope.READ_ONLY, name="Nightly", by=None, now=timezone.now()).token
    form = {"scope": "READ_ONLY", "shown_READ_ONLY": str(old.pk)}
    answer = signed_in(ada).post("/settings/api/tokens/generate/", form)
    assert answer.status_code == 409
    assert "Tick the box" in answer.content.decode()
    assert "after this form was opened" not in answer.content.decode()


def test_a_successor_keeps_the_name(signed_in, acme, ada):
    generate_token(acme, scope=Scope.READ_WRITE, name="Nightly", by=None, now=timezone.now())
    page = signed_in(ada).get("/settings/api/tokens/new/?replace=READ_WRITE").content.decode()
    assert 'value="Nightly"' in page
    assert "Replace token" in page


def test_an_expired_token_is_shown_as_expired(signed_in, acme, ada):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW.replace(year=2020))
    assert "Expired" in signed_in(ada).get("/settings/api/").content.decode()


@pytest.mark.parametrize(
    ("address", "title"), [*zip(VIEWS, ["Tokens", "Usage", "Connect", "MCP", "History"], strict=True)]
)
def test_a_view_has_a_title_and_leads_to_the_others(signed_in, ada, issued, address, title):
    page = signed_in(ada).get(address).content.decode()
    assert f"<title>{title} · API tokens · Catalog</title>" in page
    assert re.findall(r'href="([^"]+)" aria-current="page"', page)[-1] == address
    assert all(f'<a href="{view}"' in page for view in VIEWS)
    assert "data-dialog>Create token</a>" in page


@pytest.mark.parametrize("query", ["door=rest", "token=&door=mcp", "token=nonsense", "door=%3Ci%3E&x=%0d%0aX:1"])
def test_a_filter_of_when_it_was_one_page_leads_to_usage(signed_in, ada, query):
    response = signed_in(ada).get(f"/settings/api/?{query}")
    assert response.status_code == 302
    assert response["Location"].startswith("/settings/api/usage/?")
    assert QueryDict(response["Location"].partition("?")[2]) == QueryDict(query)


@pytest.mark.parametrize("part", ["usage", "use", "history-title"])
def test_what_was_a_part_of_one_page_is_an_anchor_that_leads_on(signed_in, ada, part):
    page = signed_in(ada).get("/settings/api/").content.decode()
    assert len(re.findall(rf'<a href="/settings/api/\w+/" id="{part}">', page)) == 1


@pytest.mark.parametrize(("address", "queries"), [*zip(VIEWS, [10, 15, 3, 4, 5], strict=True)])
def test_a_view_takes_few_queries_however_long_the_history(
    signed_in, acme, ada, address, queries, django_assert_max_num_queries
):
    for _ in range(5):
        services.revoke_token(generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW).token, by=None, now=NOW)
    for scope in Scope:
        generate_token(acme, scope=scope, by=None, now=NOW)
    client = signed_in(ada)
    with django_assert_max_num_queries(queries):
        client.get(address)


def test_revoking_twice_is_harmless(signed_in, issued, ada):
    client = signed_in(ada)
    address = f"/settings/api/tokens/{issued.token.pk}/revoke/"
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    assert issued.token.events.filter(kind="REVOKED").count() == 1


def test_pages_send_a_strict_policy(signed_in, ada):
    policy = signed_in(ada).get("/settings/api/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_form_shows_no_other_account_s_token_and_no_expired_one(signed_in, acme, umbrella, ada):
    now = timezone.now()
    theirs = generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=now).token
    expired = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=now.replace(year=2020, day=1)).token
    page = signed_in(ada).get("/settings/api/tokens/new/").content.decode()
    assert theirs.short_mask not in page
    assert expired.short_mask not in page


def test_a_conflict_says_who_was_first_and_keeps_what_was_typed(signed_in, acme, ada, carol):
    first = generate_token(acme, scope=Scope.READ_WRITE, by=Actor(carol.email, carol), now=timezone.now()).token
    form = {"scope": "READ_WRITE", "name": "Mine", "shown_READ_WRITE": "", "acknowledged": "on"}
    answer = signed_in(ada).post("/settings/api/tokens/generate/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"carol@acme.test generated {first.short_mask}" in page
    assert 'value="Mine"' in page
    assert re.search(r'value="READ_WRITE"[^>]*checked', page)
    assert "Tick the box" not in page


def test_history_says_from_where_and_with_what(signed_in, acme, ada):
    headers = {"User-Agent": "Firefox/140.0 (X11)"}
    signed_in(ada).post(
        "/settings/api/tokens/generate/", {"scope": "READ_ONLY"}, headers=headers, REMOTE_ADDR="192.0.2.7"
    )
    event = acme.tokens.get().events.get()
    assert (event.ip, event.client, event.actor_name) == ("192.0.2.7", "Firefox 140.0", "ada@acme.test")


def test_a_bad_name_is_explained(signed_in, ada):
    answer = signed_in(ada).post("/settings/api/tokens/generate/", {"scope": "READ_ONLY", "name": "a" * 81})
    assert "A name has at most 80 characters, on one line." in answer.content.decode()
