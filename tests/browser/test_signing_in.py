"""The pages around signing in, as a person meets them."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import serious, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/api/problems/"])
def test_the_entrance_is_accessible(page, scheme, address):
    page.emulate_media(color_scheme=scheme)
    assert page.goto(address).status == 200
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_one_s_own_sign_in_are_accessible_and_fit_a_phone(page, ada, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 375, "height": 800})
    sign_in(page, ada)
    for address in ("password/change/", "2fa/", "2fa/webauthn/", "2fa/totp/activate/", "logout/"):
        assert page.goto(f"/accounts/{address}").status == 200
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("Laptop")
    page.wait_for_load_state()  # the script asks for the passkey: before it runs, Add sends a plain form
    page.locator("main").get_by_role("button", name="Add").click()


def leave(page: Page) -> None:
    page.locator("details.who > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")  # with its script, which passkeys need


def test_a_passkey_signs_in_under_the_strict_policy(page, ada):
    attach_authenticator(page)
    sign_in(page, ada)
    add_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/settings/api/")


def test_a_prompt_that_is_cancelled_says_so_and_can_be_tried_again(page, ada):
    devtools, authenticator = attach_authenticator(page)
    sign_in(page, ada)
    verified = {"authenticatorId": authenticator, "isUserVerified": False}  # the finger that is not hers
    devtools.send("WebAuthn.setUserVerified", verified)
    add_passkey(page)
    expect(page.get_by_role("alert")).to_contain_text("the prompt was cancelled, or nobody answered it in time")
    devtools.send("WebAuthn.setUserVerified", verified | {"isUserVerified": True})
    page.locator("main").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_prompt_on_the_entrance_and_at_the_second_step_says_so_too(page, ada):
    devtools, authenticator = attach_authenticator(page)
    sign_in(page, ada)
    add_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("the prompt was cancelled")
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    page.get_by_label("Email").fill(ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/2fa/authenticate/**")  # with its script
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("the prompt was cancelled")


def test_a_device_that_holds_one_already_says_so(page, ada):
    attach_authenticator(page)
    sign_in(page, ada)
    add_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("main").get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("holds a passkey of yours already")


def test_a_passkey_that_was_removed_meanwhile_is_a_sentence(page, ada):
    attach_authenticator(page)
    sign_in(page, ada)
    add_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page)
    Authenticator.objects.all().delete()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Catalog does not know this passkey")).to_be_visible()


def test_an_address_of_ip_is_led_to_where_passkeys_work(page, ada, live_server):
    page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Passkeys work at http://localhost:8000 alone: open Catalog there."
    )


def attach_authenticator(page: Page) -> tuple[CDPSession, str]:
    """A fingerprint reader made of software, so that the browser can keep passkeys; and its name."""
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]
