"""The calendar's secret address in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter, serious

pytestmark = pytest.mark.django_db(transaction=True)


def make_address(page: Page) -> None:
    page.get_by_role("button", name="Make calendar address").click()
    page.get_by_role("button", name="I have stored it").click()


def test_after_the_address_is_stored_the_part_about_it_has_the_focus(page, ada):
    enter(page, ada)
    make_address(page)
    expect(page.get_by_role("heading", name="Expiries in your calendar")).to_be_focused()


@pytest.mark.parametrize("width", [1200, 375])
def test_renew_and_end_stand_side_by_side(page, ada, width):
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada)
    make_address(page)
    page.get_by_text("Renew or end the address").click()
    boxes = [page.get_by_role("button", name=f"{act} address").bounding_box() for act in ("Renew", "End")]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
