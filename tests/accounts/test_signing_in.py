import re

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications import delivery, planning
from notifications.models import InboxMessage
from tests.factories import NOW, PASSWORD

ADDRESSES = ("ada@acme.test", "nobody@acme.test")


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


def sign_in(client, email="ada@acme.test", password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


@pytest.mark.parametrize(("who", "leads_to"), [("ada", "/settings/api/"), ("olga", "/admin/"), ("carol", "/assets/")])
def test_the_front_page_leads_each_to_their_place(client, request, ada, carol, olga, who, leads_to):
    client.force_login(request.getfixturevalue(who))
    response = client.get("/")
    assert response.headers.get("Location") == leads_to


def test_a_wrong_password_is_said_in_plain_words(client, ada):
    assert "The address or the password is wrong." in sign_in(client, password="wrong").content.decode()


def test_anybody_else_is_led_to_sign_in(client, db):
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_the_email_is_the_login_in_any_case(client, ada):
    assert sign_in(client, "ADA@Acme.test").headers["Location"] == "/"


def test_guessing_passwords_is_limited_even_for_the_right_one(client, ada):
    for _ in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code != 302


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.PENDING])
def test_who_is_not_activated_does_not_get_in_and_is_thrown_out(client, ada, signed_in, status):
    signed_in(ada)
    User.objects.filter(pk=ada.pk).update(status=status)
    assert client.get("/settings/api/").status_code == 302
    client.logout()
    sign_in(client)
    assert client.get("/settings/api/").status_code == 302


def test_a_suspended_account_locks_its_people_out(client, ada, acme, signed_in):
    signed_in(ada)
    type(acme).objects.update(suspended_at=NOW)
    assert client.get("/settings/api/").status_code == 302


def forget(client, address, **extra):
    return client.post("/accounts/password/reset/", {"email": address}, **extra)


def read_mail():
    """The texts of what gets out within the next seconds."""
    planning.plan_emails(timezone.now())
    delivery.send_emails(timezone.now())
    return list(InboxMessage.objects.values_list("text", flat=True))


def test_a_forgotten_password_is_set_by_a_link_to_our_own_address(client, ada, settings):
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    forget(client, "ADA@acme.test", headers={"Host": "localhost"})
    [text] = read_mail()
    [link] = re.findall(r"http://localhost:8000(/accounts/password/reset/key/\S+)", text)
    client.post(
        client.get(link).headers["Location"], {"password1": "a new passphrase", "password2": "a new passphrase"}
    )
    assert sign_in(client, password="a new passphrase").headers["Location"] == "/"


def test_an_unknown_address_gets_no_mail_and_the_same_answer(client, ada, settings):
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    known, unknown = (forget(client, who) for who in ADDRESSES)
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert len(read_mail()) == 1


def statements(client, address):
    with CaptureQueriesContext(connection) as captured:
        forget(client, address)
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured]


def test_asking_for_a_password_costs_the_same_whether_the_person_exists(client, ada):
    forget(client, "third@acme.test")  # the limit of this IP address counts from here
    known, unknown = (statements(client, who) for who in ADDRESSES)
    assert known == unknown
    assert not any("accounts_user" in statement for statement in known)


class Unreachable(BaseEmailBackend):
    def __init__(self, **kwargs):
        raise AssertionError("a page talks to the provider")


def test_no_page_talks_to_the_provider(client, ada, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    assert forget(client, "ada@acme.test").status_code == 302
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "a new passphrase", "password2": "a new passphrase"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    get_adapter().send_mail("account/email/unknown_account", "ada@acme.test", {})


def test_sign_in_and_its_limits_work_while_valkey_is_away(client, ada, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert sign_in(client).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/email/"])
def test_nobody_signs_up_or_changes_addresses(client, db, address):
    assert client.get(address).headers["Location"] == "/"
    assert client.post(address, {"email": "new@x.test", "password1": PASSWORD}).headers["Location"] == "/"
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/accounts/password/change/"])
def test_everybody_can_protect_their_sign_in(client, carol, address):
    sign_in(client, "carol@acme.test")
    assert client.get(address).status_code == 200


def test_two_factor_set_up_opens_after_the_password_was_given_again(client, carol):
    sign_in(client, "carol@acme.test")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200
