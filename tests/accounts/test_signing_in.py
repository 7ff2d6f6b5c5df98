import pytest
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
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


def test_a_forgotten_password_is_set_by_a_link_to_our_own_address(client, ada, settings):
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    client.post("/accounts/password/reset/", {"email": "ada@acme.test"}, headers={"Host": "localhost"})
    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in InboxMessage.objects.get().text


def test_an_unknown_address_gets_no_mail_and_the_same_answer(client, ada, settings):
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    known, unknown = (
        client.post("/accounts/password/reset/", {"email": who}) for who in ("ada@acme.test", "no@x.test")
    )
    assert known.headers["Location"] == unknown.headers["Location"]
    assert InboxMessage.objects.count() == 1


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise OSError("refused")


def test_a_provider_that_fails_does_not_tell_who_exists(client, ada, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    known, unknown = (client.post("/accounts/password/reset/", {"email": who}) for who in ADDRESSES)
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


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
