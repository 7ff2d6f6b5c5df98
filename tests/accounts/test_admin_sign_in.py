"""What operators do for somebody who cannot sign in: it asks, confirms who they are, and goes through the services."""

from datetime import timedelta

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.models import PeopleEvent, User
from tests.factories import PASSWORD
from tests.signing import sign_in

PAGES = ("reset-second-factor", "change-address")


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


@pytest.fixture
def browser(client, olga):
    """Olga's, who has just given her password."""
    client.post("/accounts/login/", {"login": olga.email, "password": PASSWORD})
    return client


def address_of(person, page):
    return f"/admin/accounts/user/{person.pk}/{page}/"


def test_the_page_of_a_person_leads_there(browser, ada):
    page = browser.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()
    assert all(address_of(ada, one) in page for one in PAGES)


def test_a_lost_second_factor_is_reset_after_the_page_has_asked(browser, ada):
    Authenticator.objects.create(user=ada, type="totp", data={})
    page = address_of(ada, "reset-second-factor")
    assert "Make sure first that it is really them" in browser.get(page).content.decode()
    assert Authenticator.objects.exists()
    answer = browser.post(page, follow=True)
    assert "signs in by password alone now" in answer.content.decode()
    assert not Authenticator.objects.exists()
    event = PeopleEvent.objects.get(kind=PeopleEvent.Kind.SECOND_FACTOR_RESET)
    assert (event.actor_name, event.door) == ("olga@catalog.test", "admin")


def test_an_address_is_changed_after_the_page_has_asked(browser, ada):
    page = address_of(ada, "change-address")
    assert "can sign in as them" in browser.get(page).content.decode()
    answer = browser.post(page, {"address": "Ada@new.test"}, follow=True)
    assert "It is ada@new.test now" in answer.content.decode()
    assert User.objects.get(pk=ada.pk).email == "ada@new.test"


@pytest.mark.parametrize(("address", "said"), [("", "required"), ("x", "valid email"), ("carol@acme.test", "in use")])
def test_an_address_that_cannot_be_is_refused_on_the_page(browser, ada, carol, address, said):
    answer = browser.post(address_of(ada, "change-address"), {"address": address})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert User.objects.get(pk=ada.pk).email == "ada@acme.test"


def test_who_has_no_second_factor_is_said_so(browser, ada):
    answer = browser.post(address_of(ada, "reset-second-factor"), follow=True)
    assert "ada@acme.test has no second factor" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_browser_that_was_left_open_has_to_confirm_first(signed_in, olga, ada, page):
    Authenticator.objects.create(user=ada, type="totp", data={})
    client = sign_in(signed_in(olga), olga, ago=timedelta(minutes=16))
    for answer in (client.get(address_of(ada, page)), client.post(address_of(ada, page), {"address": "a@new.test"})):
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.exists()
    assert User.objects.get(pk=ada.pk).email == "ada@acme.test"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["ada", "carol"])
def test_nobody_else_does_it_not_even_for_themselves(client, request, carol, page, who):
    user = request.getfixturevalue(who)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.post(address_of(carol, page), {"address": "a@new.test"}).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_what_was_sent_and_not_confirmed_is_neither_kept_nor_done_later(signed_in, olga, ada, page):
    Authenticator.objects.create(user=ada, type="totp", data={})
    client, address = sign_in(signed_in(olga), olga, ago=timedelta(minutes=16)), address_of(ada, page)
    client.post(address, {"address": "a@new.test"})
    assert STATE_SESSION_KEY not in client.session
    asked = client.get(address)
    after = client.post(asked.headers["Location"], {"password": PASSWORD, "next": address}, follow=True)
    assert (after.status_code, after.request["PATH_INFO"]) == (200, address)
    assert Authenticator.objects.exists()
    assert User.objects.get(pk=ada.pk).email == "ada@acme.test"
