"""Where do secrets go? They are made and used on the shipped stack, and everything that is kept is searched."""

import base64
import urllib.parse
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page

from notifications.models import InboxMessage
from tests.browser.conftest import sign_in
from tests.browser.test_settings_api import ask, generate, stored
from tests.faults.test_delivery import wait_for
from tests.processes import celery, gunicorn
from tokens import keys


def forms(secret: str, *texts: str) -> set[bytes]:
    """The secret and the texts that it is part of as they might be written down, and every 12 characters of it."""
    found = {secret[start : start + 12].encode() for start in range(len(secret) - 11)}
    for text in (secret.encode(), *(text.encode() for text in texts)):
        # Base64 of a part of something longer depends on where it begins: three ways, without the uncertain ends.
        found |= {base64.b64encode(b"." * shift + text)[4:-4] for shift in range(3)}
        found |= {text.hex().encode(), text.hex().upper().encode(), urllib.parse.quote(text).encode()}
    return found


def everything_kept(folder: Path) -> bytes:
    """Every row of every table, every key of Valkey, every file of the processes."""
    parts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # a name from the catalog
            for row in cursor.fetchall():
                parts += [bytes(cell) if isinstance(cell, memoryview) else str(cell).encode() for cell in row]
    client = redis.Redis.from_url(settings.REDIS_URL)
    parts += [key + (client.dump(key) or b"") for key in client.scan_iter("*")]
    return b"\n".join(parts)


def calendar(page: Page, button: str) -> str:
    """The path of the calendar's address that this button of Settings > API shows."""
    page.goto("/settings/api/")
    for summary in page.get_by_text("Renew or end the address").all():
        summary.click()
    page.get_by_role("button", name=button).click()
    address = page.locator("#calendar-address").inner_text()
    return urllib.parse.urlsplit(address).path


@pytest.mark.django_db(transaction=True)
def test_no_secret_leaves_a_trace(browser: Browser, ada, tmp_path):
    often = {"OUTBOX_INTERVAL": "0.5"}
    workers = celery("worker", tmp_path, "--concurrency=1", **often), celery("beat", tmp_path, **often)
    options = {"WEB_CONCURRENCY": "2", "GUNICORN_CMD_ARGS": f"--access-logfile={tmp_path}/access.log"}
    with gunicorn(tmp_path, **options) as (port, _), workers[0], workers[1]:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        sign_in(page, ada)
        values = [generate(page, name="Tracer")]
        assert ask(page, values[0]).status == 200
        stored(page)
        values.append(generate(page, replacing=True))
        stored(page)
        assert ask(page, values[0]).status == 401
        paths = [calendar(page, "Make calendar address"), calendar(page, "Renew address")]
        assert [page.request.get(path).status for path in (*paths, f"{paths[1]}?again={paths[1]}")] == [404, 200, 200]
        assert wait_for(lambda: InboxMessage.objects.count() == 2)
        context.close()
    kept = everything_kept(tmp_path)
    assert b"Tracer" in kept
    assert kept.count(b"request_finished") > 5
    assert [kept.count(b"/expiries/" + dots) for dots in ("•••".encode(), rb"\u2022\u2022\u2022")] == [
        3,
        3,
    ]  # both logs
    secrets = [forms(keys.parse(value).secret, value) for value in values]
    secrets += [forms(Path(path).stem, path) for path in paths]
    assert [form for found in secrets for form in found if form in kept] == []
