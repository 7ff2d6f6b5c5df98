"""Whoever is suspended is signed out for good: sessions and password links of before never open again."""

from typing import cast

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts import services, sign_in
from accounts.actors import Actor
from accounts.links import PasswordLinks, password_link
from accounts.models import User
from tests.accounts.test_admin import save
from tests.factories import NOW, PASSWORD
from tests.signing import totp_code

NEW = "another long pass phrase"


def change(user, **changes):
    user.refresh_from_db()
    given = cast("services.UserChanges", changes)
    services.change_user(user, changes=given, shown=user.version, by=None, now=NOW)


def suspend_person(carol, acme):
    change(carol, status=User.Status.SUSPENDED)


def reactivate_person(carol, acme):
    change(carol, status=User.Status.ACTIVATED)


def leave_pending(carol, acme):
    change(carol, status=User.Status.PENDING)


def suspend_account(carol, acme):
    services.suspend_account(acme, by=None, now=NOW)


def reopen_account(carol, acme):
    services.reopen_account(acme, by=None, now=NOW)


WAYS = {
    "person": (suspend_person, reactivate_person),
    "pending": (leave_pending, reactivate_person),
    "account": (suspend_account, reopen_account),
}


@pytest.fixture(params=WAYS)
def way(request, ada, carol, acme):
    """How somebody is kept out, and let in again."""
    leave, come_back = WAYS[request.param]
    return lambda: leave(carol, acme), lambda: come_back(carol, acme)


def sessions(user, count=2):
    clients = [Client() for _ in range(count)]
    for client in clients:
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert is_in(client)
    return clients


def is_in(client):
    return client.get("/assets/").status_code == 200


def set_password(link, client=None):
    """Follow the link to its form, and send it."""
    client = client or Client()
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})


def test_sessions_end_on_the_next_request_and_never_come_back(carol, way):
    suspend, reactivate = way
    first, second = sessions(carol)
    suspend()
    assert not is_in(first)
    reactivate()
    assert not is_in(first)
    assert not is_in(second)
    assert is_in(*sessions(carol, 1))


def test_a_link_from_before_sets_no_password_meanwhile_or_afterwards(carol, way):
    suspend, reactivate = way
    link, opened = password_link(carol), Client()
    form = opened.get(link, follow=True).request["PATH_INFO"]
    suspend()
    assert "does not work any more" in set_password(link).content.decode()
    reactivate()
    assert "does not work any more" in set_password(link).content.decode()
    opened.post(form, {"password1": NEW, "password2": NEW})
    assert User.objects.get(pk=carol.pk).check_password(PASSWORD)


def test_a_link_that_is_made_meanwhile_waits_for_nothing(carol, way):
    suspend, _ = way
    suspend()
    carol = User.objects.get(pk=carol.pk)
    assert "does not work any more" in set_password(password_link(carol)).content.decode()
    assert User.objects.get(pk=carol.pk).check_password(PASSWORD)


def test_the_links_that_people_ask_for_are_made_in_the_same_way():
    assert type(default_token_generator) is PasswordLinks


def test_the_link_of_somebody_new_sets_their_password_once(acme, ada):
    dan = services.create_user("dan@acme.test", account=acme, by=None, now=NOW)
    link = password_link(dan)
    assert set_password(link).status_code == 302
    assert User.objects.get(pk=dan.pk).check_password(NEW)
    assert "does not work any more" in set_password(link).content.decode()


def test_the_sessions_of_somebody_who_is_no_operator_any_more_end(olga, acme):
    User.objects.filter(pk=olga.pk).update(account=acme)
    (client,) = sessions(olga, 1)
    change(olga, is_staff=False)
    assert not is_in(client)


def test_other_changes_leave_the_sessions_alone(ada, carol):
    (client,) = sessions(carol, 1)
    change(carol, role=User.Role.ADMIN, first_name="Carol")
    change(carol, is_staff=True)
    assert is_in(client)


def test_the_colleagues_of_somebody_suspended_stay_in(ada, carol, eve):
    clients = sessions(ada, 1) + sessions(eve, 1)
    change(carol, status=User.Status.SUSPENDED)
    assert all(is_in(client) for client in clients)


def test_suspending_an_account_ends_the_sessions_of_its_people_alone(acme, ada, carol, eve):
    (client,) = sessions(eve, 1)
    services.suspend_account(acme, by=None, now=NOW)
    assert is_in(client)
    assert set(User.objects.values_list("email", "sign_in_epoch")) == {(ada.email, 1), (carol.email, 1), (eve.email, 0)}


def test_suspending_in_the_admin_ends_them_too(signed_in, olga, ada, carol):
    (client,) = sessions(carol, 1)
    save(signed_in(olga), carol, status="SUSPENDED")
    save(signed_in(olga), carol, status="ACTIVATED")
    assert not is_in(client)


def test_a_changed_password_writes_nothing_else_of_the_person(client, carol, monkeypatch):
    """A suspension between the check of the old password and the writing of the new one stays."""
    client.force_login(carol)

    def meanwhile(self, raw):
        User.objects.filter(pk=self.pk).update(status=User.Status.SUSPENDED, sign_in_epoch=1)

    monkeypatch.setattr(User, "set_password", meanwhile)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", data).status_code == 403
    assert User.objects.get(pk=carol.pk).status == User.Status.SUSPENDED
    assert User.objects.get(pk=carol.pk).check_password(PASSWORD)


def test_of_two_new_passwords_at_once_the_first_one_stays(client, carol, monkeypatch):
    """Whoever knew the old one and is slower does not write over it."""
    client.force_login(carol)
    really = User.set_password

    def meanwhile(self, raw):
        monkeypatch.setattr(User, "set_password", really)
        sign_in.set_password(User.objects.get(pk=carol.pk), NEW, by=Actor(carol.email, carol), now=NOW)
        really(self, raw)

    monkeypatch.setattr(User, "set_password", meanwhile)
    data = {"oldpassword": PASSWORD, "password1": "of the slower one", "password2": "of the slower one"}
    assert client.post("/accounts/password/change/", data).status_code == 403
    assert User.objects.get(pk=carol.pk).check_password(NEW)
    assert not is_in(client)


def test_a_changed_password_keeps_its_own_session(carol):
    (client,) = sessions(carol, 1)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert is_in(client)
    assert User.objects.get(pk=carol.pk).check_password(NEW)


def test_suspending_between_the_password_and_the_second_factor_lets_nobody_in(ada, carol):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(carol, secret)
    client = Client()
    answer = client.post("/accounts/login/", {"login": carol.email, "password": PASSWORD})
    change(carol, status=User.Status.SUSPENDED)
    assert (
        client.post(answer.headers["Location"], {"code": totp_code(secret)}).headers["Location"]
        == "/accounts/inactive/"
    )
    change(carol, status=User.Status.ACTIVATED)
    assert not is_in(client)


def half_signed_in(person):
    """A browser in which the password was given, and what gives the second factor."""
    secret, client = totp.generate_totp_secret(), Client()
    totp.TOTP.activate(person, secret)
    page = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).headers["Location"]
    return client, lambda: client.post(page, {"code": totp_code(secret)}).headers["Location"]


def test_the_second_factor_alone_finishes_no_sign_in_that_was_ended_in_between(ada, carol, acme):
    client, finish = half_signed_in(carol)
    suspend_account(carol, acme)
    reopen_account(carol, acme)
    assert finish() == "/accounts/login/"
    assert not is_in(client)


def test_nor_one_with_a_password_that_was_changed_in_between(carol):
    client, finish = half_signed_in(carol)
    sign_in.set_password(carol, NEW, by=Actor(carol.email), now=NOW)
    assert finish() == "/accounts/login/"
    assert not is_in(client)


def test_a_link_that_a_backup_revived_is_dead_after_the_runbook(ada):
    key = PasswordLinks().make_token(ada)
    assert PasswordLinks().check_token(ada, key)
    User.objects.end_sign_ins()
    ada.refresh_from_db()
    assert not PasswordLinks().check_token(ada, key)
