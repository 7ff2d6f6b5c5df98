"""The create form: what it is filled in with, by whom it is asked for, and when it asks who that is."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.html import escape

from tests.factories import NOW, PASSWORD
from tests.signing import sign_in
from tokens import keys
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token

NEW, GENERATE = "/settings/api/tokens/new/", "/settings/api/tokens/generate/"
LONG_AGO = timedelta(minutes=16)
DIALOG = {"X-Dialog": "1"}


def filled_in(response):
    """Name, scope and title of the form that the page shows."""
    page = response.content.decode()
    [name] = re.findall(r'name="name"[^>]* value="([^"]*)"', page)
    [scope] = re.findall(r'name="scope" value="(\w+)"[^>]* checked', page)
    [title] = re.findall(r'id="dialog-title">([^<]+)<', page)
    return name, scope, title


@pytest.fixture
def old_session(client, ada):
    """Ada, who signed in sixteen minutes ago."""
    return sign_in(client, ada, ago=LONG_AGO)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        ([], "READ_ONLY"),
        (["READ_ONLY"], "READ_WRITE"),
        (["READ_WRITE"], "READ_ONLY"),
        (["READ_ONLY", "READ_WRITE"], "READ_ONLY"),
    ],
)
def test_create_chooses_the_scope_that_is_free(signed_in, acme, ada, active, expected):
    for scope in active:
        generate_token(acme, scope=Scope(scope), by=None, now=timezone.now())
    assert filled_in(signed_in(ada).get(NEW)) == ("", expected, "Create token")


def test_each_dialog_that_is_a_page_has_a_title_of_the_first_level(signed_in, ada, acme, live):
    client = signed_in(ada)
    forms = (NEW, f"/settings/api/tokens/{live.pk}/revoke/confirm/")
    pages = [client.get(form) for form in forms] + [client.post(GENERATE, {"scope": "READ_WRITE"})]
    assert [page.content.decode().count("<h1") for page in pages] == [1, 1, 1]


def test_a_scope_whose_token_has_expired_is_free(signed_in, acme, ada):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW.replace(year=2020))
    assert filled_in(signed_in(ada).get(NEW))[1] == "READ_ONLY"


@pytest.mark.parametrize("dialog", [{}, DIALOG])
@pytest.mark.parametrize(("wrong", "status"), [({}, 409), ({"name": "a\nb", "acknowledged": "on"}, 422)])
def test_replacing_keeps_its_title_after_a_mistake(signed_in, acme, ada, dialog, wrong, status):
    old = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).token
    client = signed_in(ada)
    opened = client.get(f"{NEW}?replace=READ_ONLY", headers=dialog)
    [(name, value)] = re.findall(r'name="(replacing)" value="(\w+)"', opened.content.decode())
    form = {"scope": "READ_ONLY", "shown_READ_ONLY": str(old.pk), name: value}
    response = client.post(GENERATE, form | wrong, headers=dialog)
    assert response.status_code == status
    assert filled_in(response)[2] == "Replace token"


def test_creating_over_an_active_token_is_no_replace_by_title(signed_in, acme, ada):
    old = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).token
    response = signed_in(ada).post(GENERATE, {"scope": "READ_ONLY", "shown_READ_ONLY": str(old.pk)})
    assert filled_in(response)[2] == "Create token"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("?name=Nightly+upload&scope=READ_WRITE", ("Nightly upload", "READ_WRITE")),
        ("?name=Claude", ("Claude", "READ_ONLY")),
        ("?scope=READ_WRITE", ("", "READ_WRITE")),
        ("?name=%3Ci%3E%22%27&scope=READ_ONLY", (escape("<i>\"'"), "READ_ONLY")),
        ("?name=READ_WRITE&acknowledged=on&other=1", ("READ_WRITE", "READ_ONLY")),
    ],
)
def test_a_link_fills_the_form_in_and_sends_nothing(signed_in, ada, link, expected):
    response = signed_in(ada).get(NEW + link)
    assert response.status_code == 200
    assert filled_in(response) == (*expected, "Create token")
    assert not re.search(r'name="acknowledged"[^>]* checked', response.content.decode())
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "link",
    [
        {"name": "a" * 81},
        {"name": "a" * 20_000},
        {"name": "a\nb", "scope": "READ_WRITE"},
        {"name": "\x00"},
        {"name": "x\u2028<i>"},
        {"name": keys.mint("READ_ONLY", "eu").text},
        {"scope": "ALL", "name": "Good"},
        {"scope": "read_write<i>"},
        {"replace": "\x00"},
    ],
)
def test_a_hostile_link_gives_an_empty_form_and_a_sentence(signed_in, ada, link):
    response = signed_in(ada).get(f"{NEW}?{urlencode(link)}")
    page = response.content.decode()
    assert response.status_code == 422
    assert filled_in(response) == ("", "READ_ONLY", "Create token")
    assert "The link that led here is wrong" in page
    assert "<i>" not in page
    assert link.get("name", "Good") not in page
    assert not ApiToken.objects.exists()


def test_a_link_for_somebody_signed_out_leads_there_after_sign_in(client, ada):
    response = client.get(f"{NEW}?name=Claude&scope=READ_ONLY")
    assert parse_qs(urlsplit(response["Location"]).query)["next"] == [f"{NEW}?name=Claude&scope=READ_ONLY"]


# --- Read & write tokens ask again who it is ---


def place_after(response):
    """The page that asks, and where it leads."""
    address = urlsplit(response["Location"])
    return address.path, parse_qs(address.query)["next"][0]


def test_a_sign_in_of_some_time_ago_generates_no_read_and_write_token(old_session):
    response = old_session.post(GENERATE, {"scope": "READ_WRITE", "name": "Nightly & upload"})
    assert place_after(response) == ("/accounts/reauthenticate/", f"{NEW}?name=Nightly+%26+upload&scope=READ_WRITE")
    assert not ApiToken.objects.exists()


def test_nor_does_it_replace_one(old_session, acme):
    live = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).token
    form = {"scope": "READ_WRITE", "shown_READ_WRITE": str(live.pk), "acknowledged": "on", "replacing": "True"}
    response = old_session.post(GENERATE, form)
    assert place_after(response) == ("/accounts/reauthenticate/", f"{NEW}?replace=READ_WRITE")
    assert ApiToken.objects.open().get() == live


@pytest.mark.parametrize("link", ["replace=READ_WRITE", "scope=READ_WRITE"])
def test_a_form_for_one_asks_before_anything_is_typed(old_session, link):
    assert place_after(old_session.get(f"{NEW}?{link}")) == ("/accounts/reauthenticate/", f"{NEW}?{link}")


@pytest.mark.parametrize("request_it", ["get", "post"])
def test_a_dialog_says_why_it_asks_and_leads_there(old_session, request_it):
    address = f"{NEW}?scope=READ_WRITE" if request_it == "get" else GENERATE
    response = getattr(old_session, request_it)(address, {"scope": "READ_WRITE"}, headers=DIALOG)
    page = response.content.decode()
    assert response.status_code == 200
    assert "more than 15 minutes since you signed in" in page
    assert f'href="/accounts/reauthenticate/?{urlencode({"next": f"{NEW}?scope=READ_WRITE"})}"' in page
    assert not ApiToken.objects.exists()


def test_the_password_leads_back_to_what_was_typed_and_then_it_works(old_session):
    asked = old_session.post(GENERATE, {"scope": "READ_WRITE", "name": "Nightly"})
    back = old_session.post(asked["Location"], {"password": PASSWORD, "next": place_after(asked)[1]})
    assert back["Location"] == place_after(asked)[1]
    assert filled_in(old_session.get(back["Location"]))[:2] == ("Nightly", "READ_WRITE")
    assert not ApiToken.objects.exists()
    done = old_session.post(GENERATE, {"scope": "READ_WRITE", "name": "Nightly"})
    assert "data-token-value" in done.content.decode()


def test_a_wrong_password_does_not(old_session):
    old_session.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert old_session.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 302


def test_whoever_has_a_passkey_alone_is_asked_for_it(client, ada):
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={})
    ada.set_unusable_password()
    ada.save()
    sign_in(client, ada, ago=LONG_AGO)
    assert place_after(client.post(GENERATE, {"scope": "READ_WRITE"}))[0] == "/accounts/2fa/webauthn/reauthenticate/"


def test_whoever_has_neither_gets_no_such_token(client, ada):
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 403
    assert not ApiToken.objects.exists()


def test_a_read_only_token_never_asks(old_session):
    assert old_session.post(GENERATE, {"scope": "READ_ONLY"}).status_code == 200


@pytest.mark.parametrize(("minutes", "ago", "status"), [(15, 14, 200), (15, 16, 302), (60, 59, 200), (1, 2, 302)])
def test_how_long_a_sign_in_counts_is_a_setting(client, ada, settings, minutes, ago, status):
    settings.REAUTHENTICATION_MINUTES = minutes
    sign_in(client, ada, ago=timedelta(minutes=ago))
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == status


def test_a_sign_in_of_a_clock_that_was_ahead_does_not_last(client, ada):
    sign_in(client, ada, ago=-timedelta(days=300))
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 302


def test_after_a_clock_that_was_ahead_a_proof_counts_again(client, ada):
    sign_in(client, ada, ago=-timedelta(days=300))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 200


def test_a_real_sign_in_counts(client, ada):
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 200


def test_another_person_s_proof_in_the_same_session_does_not_count(client, ada, carol):
    session = sign_in(client, ada).session
    session["account_authentication_methods_user"] = str(carol.pk)
    session.save()
    assert client.post(GENERATE, {"scope": "READ_WRITE"}).status_code == 302
