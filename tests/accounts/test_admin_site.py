"""Who gets into the admin, and what happens to those who do not."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.urls import reverse

from accounts.frame import BROWSERS_OWN, READERS_DATES
from accounts.models import Account, User
from tests.addresses import addresses
from tests.factories import NOW

ADMIN = addresses("/admin/")
OUTSIDE = {"/admin/login/"}  # it leads into the admin


def test_the_walk_finds_the_pages_of_django_and_ours():
    assert {"/admin/", "/admin/notifications/delivery/", "/admin/accounts/user/1/change/", *OUTSIDE} <= set(ADMIN)


@pytest.mark.parametrize("who", ["carol", "ada"])
def test_who_is_no_operator_is_refused_at_every_address_and_sent_round_at_none(signed_in, request, carol, who):
    client = signed_in(request.getfixturevalue(who))
    answers = {address: client.get(address, follow=True) for address in ADMIN}
    assert {address for address, answer in answers.items() if answer.status_code not in {403, 405}} == set()
    assert {address for address, answer in answers.items() if answer.redirect_chain} == OUTSIDE


def test_nobody_is_led_to_sign_in_from_every_address(client, db):
    for address in ADMIN:
        last = client.get(address, follow=True)
        led = [to.partition("?")[0] for to, _ in last.redirect_chain]
        assert last.status_code == 405 or led[-1:] == ["/accounts/login/"], address
        assert len(led) <= 2, address


@pytest.fixture
def strict(settings):
    settings.OPERATORS_NEED_SECOND_FACTOR = True


def second_factor(user: User, kind: str) -> None:
    Authenticator.objects.create(user=user, type=kind, data={})


def test_an_operator_without_a_second_factor_is_led_to_set_one_up_and_told_why(signed_in, olga, strict):
    page = signed_in(olga).get("/admin/", follow=True)
    assert page.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "Operators sign in with a second factor" in page.content.decode()


def test_without_it_no_address_of_the_admin_opens_and_nothing_can_be_done(signed_in, olga, carol, strict):
    client = signed_in(olga)
    for address in set(ADMIN) - OUTSIDE:
        assert client.get(address).status_code in {302, 405}, address
        assert client.post(address).get("Location") in {reverse("mfa_index"), None}, address
    client.post("/admin/accounts/account/", {"action": "suspend", "_selected_action": [carol.account_id]})
    carol.account.refresh_from_db()
    assert carol.account.suspended_at is None


@pytest.mark.parametrize(("kind", "status"), [("totp", 200), ("webauthn", 200), ("recovery_codes", 302)])
def test_an_authenticator_app_or_a_passkey_opens_it_and_codes_alone_do_not(signed_in, olga, strict, kind, status):
    second_factor(olga, kind)
    for address in ("/admin/", "/admin/notifications/delivery/"):
        assert signed_in(olga).get(address).status_code == status


def test_who_is_no_operator_needs_no_second_factor(signed_in, ada, strict):
    assert signed_in(ada).get("/settings/api/").status_code == 200


@pytest.mark.parametrize("needed", [True, False])
def test_create_operator_says_what_the_first_visit_asks_for(db, settings, capsys, needed):
    settings.OPERATORS_NEED_SECOND_FACTOR = needed
    call_command("create_operator", "oscar@catalog.test")
    out, err = capsys.readouterr()
    assert ("authenticator app or a passkey" in err) is needed
    assert out.startswith("http")


def test_a_password_is_changed_where_guesses_of_the_old_one_are_limited(signed_in, olga):
    assert signed_in(olga).get("/admin/password_change/").headers["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    ("choice", "written"),
    [("", "24 Nov 2026, 13:05"), ("en-US", "Nov 24, 2026, 1:05 PM"), ("iso", "2026-11-24 13:05")],
)
def test_the_admin_writes_dates_as_the_operator_chose(signed_in, olga, acme, choice, written):
    Account.objects.update(created_at=NOW.replace(hour=13, minute=5))
    User.objects.filter(pk=olga.pk).update(dates=choice)
    client = signed_in(olga)
    pages = [client.get(f"/admin/accounts/account/{part}") for part in ("", f"{acme.pk}/change/")]
    assert [f">{written}<" in page.content.decode() for page in pages] == [True, True]
    assert READERS_DATES.get() is BROWSERS_OWN


def test_the_admin_s_scripts_are_told_formats_too(signed_in, olga):
    assert "j M Y, H:i" in signed_in(olga).get("/admin/jsi18n/").content.decode()
