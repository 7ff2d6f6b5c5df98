"""The pages around signing in, as a person meets them."""

import pytest
from playwright.sync_api import Page, expect

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


def test_a_passkey_signs_in_under_the_strict_policy(page, ada):
    attach_authenticator(page)
    sign_in(page, ada)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.locator("main").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/settings/api/")


def attach_authenticator(page: Page) -> None:
    """A fingerprint reader made of software, so that the browser can keep passkeys."""
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
