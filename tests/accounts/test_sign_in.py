"""How somebody signs in changes together with the event that says so."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from accounts import audit, sign_in
from accounts.actors import Actor
from accounts.errors import InvalidUser, SignInsEnded
from accounts.links import password_link
from accounts.models import PeopleEvent, User
from tests.factories import NOW, PASSWORD
from tests.signing import totp_code

NEW = "a new passphrase"
Kind = PeopleEvent.Kind
OLGA = Actor("olga@catalog.test", door="admin")
Event = tuple[str, dict[str, str], dict[str, str]]


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


@pytest.fixture
def browser(client, ada):
    """Ada's, who has just given her password."""
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def events(person: User) -> list[Event]:
    return list(person.events.order_by("pk").values_list("kind", "before", "after"))


def change_password(client):
    return client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})


def activate_totp(client):
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    return client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})


def test_a_changed_password_is_an_event_of_the_person_and_their_address(browser, ada):
    change_password(browser)
    event = ada.events.get()
    assert (event.kind, event.actor_name, event.ip, event.door) == (
        Kind.PASSWORD_CHANGED,
        ada.email,
        "127.0.0.1",
        "page",
    )
    assert (event.account, event.before, event.after) == (ada.account, {}, {})


def test_a_password_that_was_set_by_a_link_says_so(client, ada):
    page = client.get(password_link(ada)).headers["Location"]
    client.post(page, {"password1": NEW, "password2": NEW})
    assert events(ada) == [(Kind.PASSWORD_CHANGED, {}, {"by": "link"})]


def test_second_factors_that_come_and_go_are_events(browser, ada):
    assert activate_totp(browser).status_code == 302
    browser.post("/accounts/2fa/recovery-codes/generate/")
    browser.post("/accounts/2fa/totp/deactivate/")
    codes: Event = (Kind.RECOVERY_CODES_GENERATED, {}, {"type": "recovery_codes"})
    added: Event = (Kind.SECOND_FACTOR_ADDED, {}, {"type": "totp"})
    assert events(ada) == [added, codes, codes, (Kind.SECOND_FACTOR_REMOVED, {"type": "totp"}, {})]
    assert not Authenticator.objects.exists()


def test_a_factor_that_is_only_used_is_no_event(ada):
    factor = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={})
    factor.record_usage()
    assert events(ada) == [(Kind.SECOND_FACTOR_ADDED, {}, {"type": "webauthn"})]
    assert ada.events.get().actor_name == "system"


def test_an_address_that_grows_in_small_letters_is_nobody_s_and_no_error(client):
    address = f"{'İ' * 60}@{'x' * 60}.{'y' * 60}.{'z' * 60}.test"
    assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302


# --- Together, or not at all ---------------------------------------------------------------------


class Full(Exception):
    """What the table of events says in these tests."""


@pytest.fixture
def no_event(monkeypatch):
    def refuse(**fields):
        raise Full

    monkeypatch.setattr(PeopleEvent.objects, "create", refuse)


@pytest.fixture
def with_factor(ada):
    return Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_event")
def test_without_its_event_no_password_changes(browser, ada):
    with pytest.raises(Full):
        change_password(browser)
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_event")
def test_without_its_event_no_factor_comes(browser, ada):
    with pytest.raises(Full):
        activate_totp(browser)
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_its_event_no_passkey_comes(browser, ada, no_event, monkeypatch):
    for step in ("parse_registration_response", "complete_registration"):  # a browser's part, in tests/browser/
        monkeypatch.setattr(f"allauth.mfa.webauthn.internal.auth.{step}", dict)
    with pytest.raises(Full):
        browser.post("/accounts/2fa/webauthn/add/", {"name": "Laptop", "credential": '{"id": 1}'})
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_its_event_no_factor_goes(ada, with_factor, no_event):
    with pytest.raises(Full):
        with_factor.delete()
    assert Authenticator.objects.exists()


# --- Addresses -----------------------------------------------------------------------------------


def test_a_new_address_signs_in_and_the_old_one_does_not(client, ada, olga):
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
    sign_in.change_address(ada, address=" Ada@New.test", by=Actor(olga.email, olga), now=NOW)
    for address, inside in (("ada@acme.test", False), ("ada@new.test", True)):
        client.post("/accounts/login/", {"login": address, "password": PASSWORD})
        assert ("_auth_user_id" in client.session) == inside
    assert events(ada) == [(Kind.ADDRESS_CHANGED, {"email": "ada@acme.test"}, {"email": "ada@new.test"})]


def test_the_same_address_is_no_change(ada):
    sign_in.change_address(ada, address="ADA@acme.test", by=Actor(ada.email, ada), now=NOW)
    assert events(ada) == []


@pytest.mark.parametrize("address", ["no address", "CAROL@acme.test"])
def test_an_address_that_is_none_or_another_s_is_refused(ada, carol, address):
    with pytest.raises(InvalidUser):
        sign_in.change_address(ada, address=address, by=Actor(ada.email, ada), now=NOW)
    assert User.objects.get(pk=ada.pk).email == "ada@acme.test"


def test_an_address_that_somebody_else_got_in_between_is_refused_as_well(ada, carol, monkeypatch):
    monkeypatch.setattr(sign_in, "check_address", lambda text, **_: text)
    with pytest.raises(InvalidUser, match=r"carol@acme\.test is in use already"):
        sign_in.change_address(ada, address="carol@acme.test", by=OLGA, now=NOW)
    assert events(ada) == []
    assert User.objects.get(pk=ada.pk).sign_in_epoch == 0


def test_nobody_confirms_who_they_are_by_a_code_that_is_mailed(browser, ada):
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
    page = browser.get("/accounts/reauthenticate/")
    assert page.status_code == 200
    assert page.context["reauthentication_alternatives"] == []


def test_a_new_address_ends_what_the_old_one_could_do(client, ada):
    link = password_link(ada)
    client.force_login(ada)
    assert sign_in.change_address(ada, address="ada@new.test", by=OLGA, now=NOW)
    assert client.get("/profile/").status_code == 302
    assert "does not work any more" in client.get(link, follow=True).content.decode()


# --- A second factor that was lost -----------------------------------------------------------------


def give_factors(person: User, *types: str) -> None:
    for kind in types:
        Authenticator.objects.create(user=person, type=kind, data={})
    person.events.all().delete()


def test_a_reset_takes_every_factor_and_is_one_event_of_whoever_did_it(client, ada, carol):
    give_factors(ada, "totp", "webauthn", "recovery_codes")
    give_factors(carol, "totp")
    client.force_login(ada)
    sign_in.reset_second_factor(ada, by=OLGA, now=NOW)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [carol.pk]
    assert events(ada) == [(Kind.SECOND_FACTOR_RESET, {"types": "recovery_codes, totp, webauthn"}, {})]
    assert ada.events.get().actor_name == "olga@catalog.test"
    assert client.get("/profile/").status_code == 302  # signed out


def test_who_has_no_second_factor_keeps_their_sign_ins(client, ada):
    client.force_login(ada)
    with pytest.raises(InvalidUser, match="no second factor"):
        sign_in.reset_second_factor(ada, by=OLGA, now=NOW)
    assert client.get("/profile/").status_code == 200
    assert events(ada) == []


@pytest.mark.django_db(transaction=True)
def test_without_its_event_no_factor_is_reset(ada, with_factor, no_event):
    with pytest.raises(Full):
        sign_in.reset_second_factor(ada, by=OLGA, now=NOW)
    assert Authenticator.objects.exists()
    assert User.objects.get(pk=ada.pk).sign_in_epoch == 0


def test_factors_that_are_removed_after_a_reset_are_events_again(ada):
    give_factors(ada, "totp")
    sign_in.reset_second_factor(ada, by=OLGA, now=NOW)
    Authenticator.objects.create(user=ada, type="totp", data={}).delete()
    assert [kind for kind, *_ in events(ada)][-1] == Kind.SECOND_FACTOR_REMOVED


def test_signing_out_elsewhere_is_refused_to_a_sign_in_that_has_ended(ada):
    User.objects.filter(pk=ada.pk).end_sign_ins()
    with pytest.raises(SignInsEnded):
        sign_in.end_other_sign_ins(ada, by=Actor(ada.email, ada), now=NOW)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such trigger")
def test_nobody_changes_what_happened(ada):
    audit.record_event(Kind.PASSWORD_CHANGED, ada, by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeopleEvent.objects.update(actor_name="nobody")
