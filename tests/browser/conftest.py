"""A real Chromium against a live server on the test database."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from devtools import system
from tests import signing
from tests.factories import PASSWORD

# Playwright's loop runs in this thread, and Django would take every query for one from a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

PATIENCE = 120_000
"""Milliseconds for what takes far less on an idle machine."""
expect.set_options(timeout=PATIENCE)

SCREENS = [("light", 1200), ("dark", 375)]
"""Colours and widths in CSS pixels: contrast depends on the one, what fits on the other, so not all pairs are tried."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module: until it is stopped, Playwright's event loop counts as running in this thread.

    Whatever wants a loop of its own fails then, and Django has another connection than without one.
    """
    with sync_playwright() as playwright:
        # Playwright turns the back/forward cache off, which is where a secret would come back from.
        kept = ["--disable-back-forward-cache"]
        path = system.browser()
        playwrights_own = None if path else "chromium"
        browser = playwright.chromium.launch(
            executable_path=path, channel=playwrights_own, args=FLAGS, ignore_default_args=kept
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    # No model owns the cache's table, so nothing empties it between tests: on a quick machine the thirtieth to sign
    # in within a minute would be told to wait.
    cache.clear()
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def plain_page(browser: Browser, live_server) -> Iterator[Page]:
    """A page without JavaScript."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def enter(page: Page, user: User, *, at: str = "/settings/api/", ago: timedelta = timedelta()) -> None:
    """Open this page with a session of the user's, begun so long ago, for a test that is not about signing in."""
    client = signing.sign_in(Client(), user, ago=ago)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    for host in ("localhost", "127.0.0.1"):
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
    page.goto(at)


def sign_in(page: Page, user: User, *, leads_to: str = "/settings/api/") -> None:
    page.goto("/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{leads_to}")


def serious(page: Page, *, outside: str = "") -> list[str]:
    """What axe finds that would keep somebody out; it does not look into what `outside` selects."""
    found = Axe().run(page, context={"exclude": [[outside]]} if outside else None).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}]
