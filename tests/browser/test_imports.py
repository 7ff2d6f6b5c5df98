"""Imports in a real browser: uploading by hand, looking on, deciding in a dialog, and how the pages look."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actors import SYSTEM
from ingestion import importing, queue
from ingestion.models import Batch
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import picture
from tests.catalog.factories import SourceFactory
from tests.ingestion.importing import SHOP, STAMP, as_csv, bring, receive_all
from tests.ingestion.test_importing import many
from tests.ingestion.uploading import open_door  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_door")]

WITH_ISSUES = SHOP | {
    "column": [*SHOP["column"], ["c3", "t9", "lost", "", "INTEGER", "x"], ["c4", "", "homeless", "", "TEXT", "3"]]
}


def look(page, name):
    """Nothing serious on the screens, and nothing wider than them."""
    picture(page, name)
    for scheme, width in SCREENS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1200, "height": 900})


def test_a_file_is_uploaded_looked_after_and_decided_about(page, ada):
    enter(page, ada, at="/imports/")
    look(page, "imports-empty")
    page.get_by_role("button", name="Add a source").click()
    page.get_by_role("textbox", name="Name").fill("Lake")
    page.get_by_label("Tool").select_option("POSTGRES")
    look(page, "imports-source")
    page.get_by_role("button", name="Add source").click()
    expect(page.locator(".note.said")).to_contain_text("“Lake” is added. Its id is ")

    page.get_by_role("button", name="Upload a file").click()
    look(page, "imports-upload")
    page.get_by_label("Source").select_option(label="Lake (warehouse)")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": as_csv(SHOP["table"])}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".note.said")).to_contain_text("table.csv is received.")
    batch = Batch.objects.get()
    queue.cancel(ada.account, batch.pk, by=SYSTEM, now=timezone.now())
    expect(page.locator(".working .chip")).to_have_text("Refused")  # without a reload
    expect(page.locator("#state-said")).to_have_text("Refused")

    lake = batch.source
    SourceFactory.create(account=ada.account, name="Older source", id="019aa0b6-0000-7000-8000-000000000000")
    bring(lake, many(60))
    held = bring(lake, many(30), stamp=STAMP + 1)
    page.goto(f"/imports/{held.pk}/")
    look(page, "imports-held")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("dialog")).to_contain_text("30 tables")
    look(page, "imports-confirm")
    page.get_by_role("button", name="Confirm and delete").click()
    expect(page.locator(".note.said")).to_contain_text("as soon as its turn comes")
    importing.import_waiting(datetime.now(UTC))
    expect(page.locator(".working .chip")).to_have_text(re.compile("Imported"))

    sea = SourceFactory.create(account=ada.account, name="Sea")
    done = bring(sea, WITH_ISSUES)
    page.goto(f"/imports/{done.pk}/")
    look(page, "imports-issues")
    running = receive_all(sea, SHOP, stamp=STAMP + 3)
    Batch.objects.filter(pk=running.pk).update(
        state="importing", lease_until=timezone.now(), phase="reading", done=5_000, total=20_000
    )
    page.goto("/imports/")
    look(page, "imports-list")
