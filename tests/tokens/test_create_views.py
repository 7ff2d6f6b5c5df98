"""The create form: what it is filled in with, and how it stays itself after a mistake."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.utils import timezone
from django.utils.html import escape

from tests.factories import NOW
from tokens import keys
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token

NEW, GENERATE = "/settings/api/tokens/new/", "/settings/api/tokens/generate/"
DIALOG = {"X-Dialog": "1"}


def filled_in(response):
    """Name, scope and title of the form that the page shows."""
    page = response.content.decode()
    [name] = re.findall(r'name="name"[^>]* value="([^"]*)"', page)
    [scope] = re.findall(r'name="scope" value="(\w+)"[^>]* checked', page)
    [title] = re.findall(r'id="dialog-title">([^<]+)<', page)
    return name, scope, title


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
