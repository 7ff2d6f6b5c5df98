"""The admin in a real browser, on any screen."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import enter, serious
from tests.browser.test_usage import fits, picture
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1200, 375])
def test_lists_of_the_admin_are_cards_on_a_phone(page, olga, acme, width):
    generate_token(acme, scope=Scope.READ_WRITE, name="W" * 80, by=None, now=timezone.now())
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, olga, at="/admin/tokens/apitoken/")
    assert width > 375 or fits(page, ".results")
    cell = page.locator("td.field-account")
    expect(cell).to_have_attribute("data-label", "Account")
    assert (cell.evaluate("cell => getComputedStyle(cell).display") == "block") is (width == 375)
    assert page.locator("td.action-checkbox input").bounding_box()["x"] < 60 or width > 375
    picture(page, "admin-list")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_and_delivery_are_accessible(page, olga, scheme):
    page.emulate_media(color_scheme=scheme)
    for address in ("/admin/", "/admin/notifications/delivery/"):
        enter(page, olga, at=address)
        assert serious(page, outside=".breadcrumbs") == []  # which are Django's
