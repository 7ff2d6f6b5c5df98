"""Settings > API in a browser that runs no script."""

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import enter
from tests.browser.test_settings_api import ask, generate, stored
from tokens.models import ApiToken

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_works_without_javascript(plain_page, ada):
    enter(plain_page, ada)
    first = generate(plain_page, name="Plain")
    assert ask(plain_page, first).status == 200
    stored(plain_page)
    second = generate(plain_page, replacing=True)
    assert ask(plain_page, first).json()["reason"] == "replaced"
    stored(plain_page)
    plain_page.get_by_role("button", name="Revoke the Read only token").click()
    plain_page.get_by_role("button", name="Revoke token").click()
    assert ask(plain_page, second).json()["reason"] == "revoked"


def test_sending_the_form_again_without_javascript_is_refused(plain_page, ada):
    enter(plain_page, ada)
    generate(plain_page)
    plain_page.reload()
    expect(plain_page.get_by_role("alert")).to_contain_text("ada@acme.test generated")
    assert ApiToken.objects.count() == 1


def test_going_back_without_javascript_shows_nothing(plain_page, ada):
    enter(plain_page, ada)
    generate(plain_page)
    plain_page.goto("/api/problems/")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser would have to send the form again
        plain_page.go_back()
