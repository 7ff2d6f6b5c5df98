"""The main job in a real browser, and what an impatient or unlucky person does on the way."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from notifications import delivery, events
from notifications.models import InboxMessage
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_signing_in import add_passkey, attach_authenticator
from tests.factories import PASSWORD
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)


def generate(page: Page, *, name: str = "", scope: str = "Read only", replacing: bool = False) -> str:
    """The value of the token that the dialog generates."""
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label(scope).check()
    if replacing:
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Generate new token" if replacing else "Generate token").click()
    return page.locator("[data-token-value]").inner_text()


def ask(page: Page, value: str):
    return page.request.get("/api/v1/token", headers={"Authorization": f"Bearer {value}"})


def stored(page: Page) -> None:
    page.get_by_role("button", name="I have stored it").click()
    expect(page.locator("[data-token-value]")).to_have_count(0)


def test_the_whole_life_of_a_token(page, ada, settings):
    settings.EMAIL_BACKEND = "notifications.inbox.InboxBackend"
    enter(page, ada)
    expect(page.get_by_text("No token is active.")).to_be_visible()
    first = generate(page, name="Claude")
    assert ask(page, first).json()["name"] == "Claude"
    stored(page)
    second = generate(page, replacing=True)
    assert (ask(page, first).status, ask(page, first).json()["reason"]) == (401, "replaced")
    assert ask(page, second).status == 200
    stored(page)
    page.get_by_role("button", name="Revoke the Read only token").click()
    page.get_by_role("button", name="Revoke token").click()
    expect(page.get_by_role("status")).to_contain_text("is revoked")
    expect(page.get_by_text("No token is active.")).to_be_visible()
    assert ask(page, second).json()["reason"] == "revoked"
    events.plan_token_events(timezone.now())
    delivery.send_emails(timezone.now())
    mail = "".join(message.subject + message.text + message.html for message in InboxMessage.objects.all())
    assert InboxMessage.objects.count() == 3
    assert first[22:] not in mail
    assert second[22:] not in mail


def test_replacing_without_the_box_changes_nothing(page, ada, acme):
    issued = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    enter(page, ada)
    page.get_by_role("button", name="Replace the Read only token").click()
    page.get_by_role("button", name="Generate new token").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")
    assert ApiToken.objects.open().get() == issued.token


def test_a_missing_tick_keeps_title_and_leads_to_the_box(page, ada, acme):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    enter(page, ada)
    page.get_by_role("button", name="Replace the Read only token").click()
    page.get_by_role("button", name="Generate new token").click()
    expect(page.get_by_role("checkbox")).to_be_focused()
    expect(page.get_by_role("checkbox")).to_have_accessible_description(re.compile("Tick the box"))
    expect(page.get_by_role("dialog")).to_have_accessible_name("Replace token")


@pytest.mark.parametrize("at", ["/settings/api/", "/settings/api/usage/"])
def test_after_storing_a_token_its_row_has_the_focus(page, ada, at):
    enter(page, ada, at=at)
    value = generate(page, name="Claude")
    stored(page)
    row = page.get_by_role("row", name="Claude")
    expect(row).to_be_focused()
    expect(row).to_contain_text(value[-4:])
    assert value not in page.content() + page.url


def test_create_chooses_the_free_scope_and_says_what_each_allows(page, ada, acme):
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    enter(page, ada)
    page.get_by_role("button", name="Create token").click()
    weak, strong = (page.get_by_role("radio", name=scope.label, exact=True) for scope in Scope)
    expect(strong).to_be_checked()
    expect(strong).to_have_accessible_description("Every query and every change")
    expect(weak).to_have_accessible_description("Every query")


@pytest.mark.parametrize("button", ["Replace the Read only token", "Revoke the Read only token"])
def test_a_name_of_eighty_letters_without_a_blank_fits_a_phone_s_dialog(page, ada, acme, button):
    generate_token(acme, scope=Scope.READ_ONLY, name="W" * 80, by=None, now=timezone.now())
    page.set_viewport_size({"width": 375, "height": 900})
    enter(page, ada)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("dialog")).to_contain_text("W" * 80)
    assert page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_recipes_beside_the_value_go_with_it(page, ada):
    enter(page, ada)
    value = generate(page)
    page.get_by_text("GraphQL with curl", exact=True).click()
    expect(page.get_by_role("region", name="GraphQL with curl")).to_contain_text(f"Authorization: Token {value}")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert value not in page.content()


# --- Read & write tokens ask again who it is ---

LONG_AGO = timedelta(minutes=16)


def ask_for_read_and_write(page: Page) -> None:
    """As far as the page that asks for a password or a second factor."""
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Name").fill("Nightly")
    page.get_by_label("Read & write").check()
    page.get_by_role("button", name="Generate token").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_focused()
    page.get_by_role("button", name="Confirm").click()


def generate_what_was_kept(page: Page) -> None:
    expect(page.get_by_label("Name")).to_have_value("Nightly")
    expect(page.get_by_label("Read & write")).to_be_checked()
    assert not ApiToken.objects.exists()
    page.get_by_role("button", name="Generate token").click()
    expect(page.locator("[data-token-value]")).to_have_text(re.compile("cat_rw_"))


def test_after_an_old_sign_in_the_password_opens_the_form_as_it_was(page, ada):
    enter(page, ada, ago=LONG_AGO)
    ask_for_read_and_write(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    generate_what_was_kept(page)


def test_a_passkey_alone_does_so_too(page, ada):
    attach_authenticator(page)
    enter(page, ada, ago=LONG_AGO)
    add_passkey(page)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    ada.set_unusable_password()
    ada.save()
    enter(page, ada, ago=LONG_AGO)
    ask_for_read_and_write(page)
    page.wait_for_url("**/2fa/reauthenticate/**")
    page.goto(page.url.replace("/2fa/reauthenticate/", "/2fa/webauthn/reauthenticate/"))  # beside the recovery codes
    page.get_by_role("button", name="Use a passkey").click()
    generate_what_was_kept(page)


def test_a_stale_form_replaces_nobody_s_token_unseen(page, ada, acme):
    enter(page, ada)
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Name").fill("Mine")
    other = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    page.get_by_role("button", name="Generate token").click()
    expect(page.get_by_role("alert")).to_contain_text(other.token.short_mask)
    expect(page.get_by_label("Name")).to_have_value("Mine")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Generate new token").click()
    expect(page.locator("[data-token-value]")).to_be_visible()


def test_a_double_click_generates_one_token(page, ada):
    enter(page, ada)
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("button", name="Generate token").dblclick()
    expect(page.locator("[data-token-value]")).to_be_visible()
    assert TokenEvent.objects.count() == 1


def test_a_double_click_on_the_page_without_a_dialog_shows_the_value(page, ada):
    enter(page, ada)
    page.goto("/settings/api/tokens/new/")
    page.get_by_role("button", name="Generate token").dblclick()
    expect(page.locator("[data-token-value]")).to_have_text(re.compile("cat_ro_"))
    assert TokenEvent.objects.count() == 1


def test_a_session_that_ended_leads_to_sign_in_and_back(page, ada):
    enter(page, ada)
    page.get_by_role("button", name="Create token").click()
    page.context.clear_cookies(name="catalog-session")
    page.get_by_role("button", name="Generate token").click()
    page.wait_for_url("**/accounts/login/?next=/settings/api/")
    assert not ApiToken.objects.exists()


def test_a_bad_name_is_said_kept_and_focused(page, ada):
    enter(page, ada)
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Name").evaluate("field => { field.maxLength = 999; field.value = 'x'.repeat(81) }")
    page.get_by_role("button", name="Generate token").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("x" * 81)


def test_going_back_after_the_reveal_shows_nothing(page, ada):
    enter(page, ada)
    value = generate(page)
    page.goto("/api/problems/")
    page.go_back()
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()
    assert value not in page.content()


def test_reloading_after_the_reveal_shows_nothing_and_generates_nothing(page, ada):
    enter(page, ada)
    value = generate(page)
    page.reload()
    assert value not in page.content()
    assert ApiToken.objects.count() == 1


def test_escape_does_not_close_the_only_sight_of_the_value(page, ada):
    enter(page, ada)
    generate(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("[data-token-value]")).to_be_visible()


@pytest.mark.parametrize(("button", "form"), [("Copy", "{}"), ("Copy as header", "Authorization: Bearer {}")])
def test_copying_works_on_plain_http_without_the_clipboard_api(page, ada, button, form):
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.add_init_script(
        "document.addEventListener('copy', () => { window.copied = String(document.activeElement.value) })"
    )
    enter(page, ada)
    value = generate(page)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("[data-copied]")).to_have_text("Copied")
    assert page.evaluate("window.copied") == form.format(value)


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_page_and_its_dialogs_are_accessible_and_fit(page, ada, acme, scheme, width):
    generate_token(acme, scope=Scope.READ_WRITE, name="Nightly upload", by=None, now=timezone.now())
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Read & write").check()
    assert serious(page) == []
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Generate new token").click()
    expect(page.locator("[data-token-value]")).to_be_visible()
    assert serious(page) == []
