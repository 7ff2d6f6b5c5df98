"""What the Back button shows of a page of somebody who has left: nothing of theirs. The browser keeps whole pages."""

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Error, Page, expect

from accounts.models import User
from tests.browser.conftest import sign_in
from tests.factories import PASSWORD
from tests.signing import totp_code

pytestmark = pytest.mark.django_db(transaction=True)


def sign_out(page: Page) -> None:
    page.locator("details.who > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def go_elsewhere(page: Page) -> None:
    page.goto("/healthz")


leaving = pytest.mark.parametrize("leave", [sign_out, go_elsewhere])


def show_authenticator_secret(page: Page) -> str:
    """Signs Ada in as far as the page with the secret of an authenticator app."""
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    return page.get_by_label("Secret").input_value()


def activate(page: Page, secret: str) -> list[str]:
    """The recovery codes that are shown once the app has proved itself."""
    page.get_by_label("Code that the app shows").fill(totp_code(secret))
    page.get_by_role("button", name="Turn on").click()
    codes = page.get_by_label("10 of 10 left").input_value().split()
    assert len(codes) == 10
    return codes


def everything(page: Page) -> str:
    """What the page holds: markup, and what stands in its fields."""
    fields = page.evaluate("[...document.querySelectorAll('input, textarea')].map(field => field.value).join('\\n')")
    return f"{page.content()}{fields}"


def seen_on_the_way_back(page: Page, *, steps: int = 1) -> str:
    for _ in range(steps):
        page.go_back()
    page.wait_for_load_state()
    return everything(page)


def restore(page: Page, event: str) -> str:
    """Tells the page that the browser puts it away, or takes it out again; what can be read of it at that instant."""
    happens = "name => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }))"
    return str(page.evaluate(f"name => {{ ({happens})(name); return document.body.innerText; }}", event))


@leaving
def test_the_authenticator_s_secret_is_gone(page, ada, leave):
    sign_in(page, ada)
    secret = show_authenticator_secret(page)
    picture = page.locator("img").get_attribute("src")
    leave(page)
    seen = seen_on_the_way_back(page)
    assert secret not in seen
    assert picture not in seen


@leaving
def test_the_secret_and_the_recovery_codes_are_gone_once_they_are_in_use(page, ada, leave):
    sign_in(page, ada)
    secret = show_authenticator_secret(page)
    codes = activate(page, secret)
    assert Authenticator.objects.count() == 2
    leave(page)
    for _ in range(2):  # the codes, then the secret
        seen = seen_on_the_way_back(page)
        assert secret not in seen
        # Whoever is still signed in, and has just given the password, may look at the codes again: the server decides.
        assert leave is go_elsewhere or not [code for code in codes if code in seen]


def show_calendar_address(page: Page) -> str:
    """The secret of the address that Ada makes."""
    sign_in(page, User.objects.get())
    page.get_by_role("button", name="Make calendar address").click()
    secret = Path(page.locator("#calendar-address").inner_text()).stem
    assert len(secret) == 32
    return secret


@leaving
def test_the_calendar_s_address_is_gone(page, ada, leave):
    show_calendar_address(page)
    leave(page)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to send the form again
        page.go_back()
    expect(page.locator("#calendar-address")).to_have_count(0)


def test_the_calendar_s_address_is_out_of_the_page_that_the_browser_keeps(page, ada):
    secret = show_calendar_address(page)
    page.wait_for_load_state()
    restore(page, "pagehide")
    assert secret not in everything(page)


def test_the_codes_are_out_of_the_page_that_the_browser_keeps(page, ada):
    sign_in(page, ada)
    codes = activate(page, show_authenticator_secret(page))
    page.wait_for_load_state()  # a page that is still loading is not kept
    restore(page, "pagehide")
    assert not [code for code in codes if code in everything(page)]


@pytest.mark.parametrize("address", ["/settings/api/", "/accounts/2fa/", "/assets/"])
def test_no_page_of_a_person_comes_back_after_sign_out(page, ada, address):
    sign_in(page, ada)
    page.goto(address)
    sign_out(page)
    page.go_back()
    page.wait_for_url("**/accounts/login/**")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Acme" not in page.content()


def test_nor_does_a_page_of_the_admin(page, olga):
    sign_in(page, olga, leads_to="/admin/")
    page.goto("/admin/accounts/user/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(re.compile("logout|login"))
    page.go_back()
    page.wait_for_url("**/accounts/login/**")
    assert "olga@catalog.test" not in page.content()


def test_a_restored_page_shows_nothing_before_the_answer_is_there(page, ada):
    sign_in(page, ada)
    assert restore(page, "pageshow") == ""


def test_a_page_that_answered_a_form_does_not_send_it_again(page, ada):
    sign_in(page, ada)
    page.goto("/accounts/password/change/")
    page.locator("form.card").evaluate("form => form.submit()")  # without the browser's own checks
    expect(page.locator("ul.errorlist").first).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    restore(page, "pageshow")
    page.wait_for_url("**/settings/api/")
    assert "POST" not in sent


def test_a_password_that_was_typed_and_not_sent_is_not_kept(page, ada):
    page.goto("/accounts/login/")
    page.get_by_label("Password").fill(PASSWORD)
    restore(page, "pagehide")
    expect(page.get_by_label("Password")).to_have_value("")
