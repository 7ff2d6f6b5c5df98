"""Writing a description in a real browser: preview, conflict, and a text that is not lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS, enter, serious
from tests.catalog.factories import a_table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table(acme):
    return a_table(acme, "shop.public.orders", description_raw="Old\r\ntext", external_description="From the source")


@pytest.fixture
def editor(page, carol, table):
    """The page on which Carol writes."""
    enter(page, carol, at=table.get_absolute_url())
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("heading", name="Describe orders")).to_be_visible()
    expect(page.get_by_text("so far")).to_be_visible()  # the script counts: before it runs, Save sends a plain form
    return page


def box(page):
    return page.get_by_role("textbox")


def save(page):
    page.get_by_role("button", name="Save").click()


def test_a_preview_stands_below_the_text_and_saving_leads_back(editor, table):
    box(editor).fill("One row is an **order**")
    expect(editor.get_by_text("23 so far")).to_be_visible()
    editor.get_by_role("button", name="Preview").click()
    expect(editor.locator("#preview strong")).to_have_text("order")
    expect(box(editor)).to_have_value("One row is an **order**")
    save(editor)
    expect(editor.get_by_text("Description saved.")).to_be_visible()
    expect(editor.locator(".prose strong")).to_have_text("order")


def test_who_writes_over_a_change_sees_it_first(editor, table):
    type(table).objects.filter(pk=table.pk).update(description_raw="Theirs")
    box(editor).fill("Mine")
    save(editor)
    expect(editor.get_by_role("alert").first).to_contain_text("The description was changed while you wrote.")
    expect(editor.locator("#conflict")).to_be_focused()
    expect(editor.locator(".changes ins")).to_contain_text("Theirs")
    expect(box(editor)).to_have_value("Mine")
    editor.get_by_role("button", name="Save mine over it").click()
    expect(editor.get_by_text("Description saved.")).to_be_visible()
    table.refresh_from_db()
    assert table.description_raw == "Mine"


def test_leaving_with_an_unsaved_text_asks_first_and_without_one_does_not(editor):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    editor.on("dialog", stay)
    box(editor).press_sequentially("Mine ")
    editor.get_by_role("button", name="Cancel").click()
    expect(box(editor)).to_have_value("Mine Old\ntext")
    assert asked == ["beforeunload"]
    box(editor).fill("Old\ntext")
    editor.get_by_role("button", name="Cancel").click()
    expect(editor.get_by_role("heading", name="orders", level=1)).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_text_is_kept_when_the_session_has_ended_and_is_saved_after_signing_in_again(editor, carol, table):
    box(editor).fill("Mine")
    editor.context.clear_cookies()
    save(editor)
    expect(editor.get_by_role("alert")).to_contain_text("You were signed out")
    expect(box(editor)).to_have_value("Mine")
    enter(editor.context.new_page(), carol, at=table.get_absolute_url())
    save(editor)
    expect(editor.get_by_text("Description saved.")).to_be_visible()


@pytest.mark.parametrize("status", [403, 413, 429, 503])
def test_a_text_is_kept_when_it_is_refused_or_the_site_is_away_while_it_is_saved(editor, table, status):
    def refuse(route):
        route.fulfill(status=status, body="no") if route.request.method == "POST" else route.continue_()

    editor.route("**/description/", refuse)
    box(editor).fill("Mine")
    save(editor)
    expect(editor.get_by_role("alert")).to_contain_text(f"It was not saved (status {status})")
    expect(box(editor)).to_have_value("Mine")
    editor.unroute("**/description/")
    save(editor)
    expect(editor.get_by_text("Description saved.")).to_be_visible()


def test_too_long_a_text_is_told_before_and_stays(editor):
    box(editor).fill("x" * 30_001)
    expect(editor.get_by_text("30,001 so far: 1 too many")).to_be_visible()
    save(editor)
    expect(editor.get_by_role("alert").first).to_contain_text("at most 30,000 characters")
    assert len(box(editor).input_value()) == 30_001


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_editor_is_accessible_and_fits(editor, table, scheme, width):
    editor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    editor.set_viewport_size({"width": width, "height": 900})
    type(table).objects.filter(pk=table.pk).update(description_raw="Theirs " + "x" * 200)
    box(editor).fill("# Mine\n" + "y" * 200)
    editor.get_by_role("button", name="Preview").click()
    expect(editor.get_by_role("heading", name="Preview")).to_be_visible()
    assert serious(editor) == []
    save(editor)
    expect(editor.locator("#conflict")).to_be_visible()
    assert serious(editor) == []
    assert editor.evaluate("document.documentElement.scrollWidth <= innerWidth")
