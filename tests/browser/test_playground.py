"""GraphiQL in a real browser, under the site's own policy; nothing of the token is left behind."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from catalog.demo.filling import fill
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import picture
from tests.catalog.factories import a_table
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def value(acme) -> str:
    """A Read only token of Acme, which has one table."""
    a_table(acme, external_description="One row per order.")
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.fixture
def troubles(page: Page, live_server) -> list[str]:
    """What the console complains of, and what is asked of other hosts."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith((live_server.url, "data:")) else found.append(sent.url))
    return found


def opened(page: Page, user: User) -> Page:
    enter(page, user, at="/settings/api/playground/")
    expect(page.get_by_role("region", name="Query Editor")).to_be_visible()
    return page


def paste(page: Page, token: str, said: str = "The schema is loaded.") -> None:
    page.get_by_label("API token", exact=True).fill(token)
    expect(page.get_by_role("status")).to_contain_text(said)


def run(page: Page, says: str) -> None:
    page.get_by_role("button", name="Execute query").click()
    expect(page.get_by_role("region", name="Result Window")).to_contain_text(says)


def write_header(page: Page, header: str) -> None:
    page.get_by_role("button", name="Headers", exact=True).click()
    page.get_by_role("region", name="Headers").locator(".CodeMirror:visible").click()
    page.keyboard.insert_text(header)


def test_a_query_and_the_docs_work_under_the_policy_and_ask_no_other_host(page, ada, value, troubles):
    opened(page, ada)
    picture(page, "playground")
    paste(page, value)
    run(page, "One row per order.")
    picture(page, "playground-answer")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(page.get_by_text("Root Types")).to_be_visible()
    picture(page, "playground-docs")
    assert troubles == []


def test_dialogs_and_search_work_under_the_policy(page, ada, troubles):
    opened(page, ada)
    page.get_by_role("button", name="Open short keys dialog").click()
    expect(page.get_by_role("dialog")).to_contain_text("Short Keys")
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Query Editor").locator(".CodeMirror").click()
    page.keyboard.press("Control+F")
    expect(page.get_by_text("Search:")).to_be_visible()
    assert troubles == []


def test_nothing_is_asked_before_a_token_is_pasted(page, carol, troubles):
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.method) if sent.url.endswith("/graphql") else None)
    enter(page, carol, at="/settings/api/playground/")
    expect(page.get_by_role("status")).to_contain_text("Paste a token to load the schema")
    page.get_by_role("button", name="Re-fetch GraphQL schema").click()
    run(page, "Paste an API token above first.")
    assert asked == []


def test_a_wrong_token_is_asked_about_once_and_said(page, ada, troubles):
    opened(page, ada)
    with page.expect_request("**/public/graphql") as sent:
        paste(page, "cat_ro_eu_wrong", "The API does not accept this token: ")
    assert "cookie" not in sent.value.all_headers()
    paste(page, "żółw", "It has characters that no token has.")
    assert len(troubles) == 1  # the browser's own line about the status 401


def test_every_example_has_a_title_and_runs_as_it_is(page, ada, acme):
    fill(acme, now=timezone.now())
    opened(page, ada)
    paste(page, generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret)
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["Tables", "Columns", "Owners", "Lineage", "Description"]
    picture(page, "playground-tabs")
    for tab in tabs.all():
        tab.click()
        run(page, '"data": {')
        expect(page.get_by_role("region", name="Result Window")).not_to_contain_text('"errors"')


def test_a_refusal_says_what_to_do(page, ada, value):
    opened(page, ada)
    paste(page, value)
    page.get_by_role("tab", name="Description").click()
    run(page, "AuthorizationError")
    expect(page.get_by_role("status")).to_contain_text("needs a token with the scope READ_WRITE.")
    page.get_by_role("tab", name="Tables").click()
    run(page, "One row per order.")
    expect(page.get_by_role("status")).to_have_text("The API answered.")
    paste(page, "cat_ro_eu_wrong", "The token was cut off or mistyped: copy all 60 characters of it.")


def test_the_header_editor_has_the_last_word(page, ada, value):
    opened(page, ada)
    write_header(page, f'{{"authorization": "Token {value}"}}')
    expect(page.get_by_role("status")).to_contain_text("The schema is loaded.")
    page.get_by_label("API token", exact=True).fill("cat_ro_eu_wrong")
    run(page, "One row per order.")


def test_nothing_of_the_token_is_left_behind(page, ada, value):
    opened(page, ada)
    write_header(page, f'{{"X-Other": "{value}"}}')
    paste(page, value)
    page.get_by_role("button", name="Show the token").click()
    run(page, "One row per order.")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.goto("/settings/api/")
    page.go_back()
    expect(page.get_by_role("region", name="Query Editor")).to_be_visible()
    expect(page.get_by_label("API token", exact=True)).to_have_value("")
    assert value not in page.content() + page.evaluate(
        "location.href + document.cookie + JSON.stringify(history.state)"
    )


def test_the_token_is_wiped_before_the_page_is_kept(page, ada, value):
    opened(page, ada)
    write_header(page, f'{{"X-Other": "{value}"}}')
    paste(page, value)
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    expect(page.get_by_label("API token", exact=True)).to_have_value("")
    assert value not in page.content()


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_page_is_accessible_and_fits(page, ada, value, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, ada)
    paste(page, value)
    # Not in GraphiQL: its editors are text areas without a label, its tabs buttons in tabs, and we change no vendor.
    assert serious(page, outside="#graphiql") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
