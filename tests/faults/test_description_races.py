"""Somebody who saves a description while another is saving it, on a connection of their own."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import AuditEntry
from catalog.errors import StoredTextError
from catalog.rules.versions import version_of
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from catalog.services.tables import update_columns_metadata
from tests.catalog.factories import ColumnFactory, DashboardFactory, TermFactory, a_table
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_us(saving: Future[Any]) -> bool:
    """Whether the other one waits for our transaction, or has ended; SQLite lets nobody begin meanwhile."""
    if saving.done() or connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("service", "field", "make"),
    [
        (update_tables_documentation, "description_markdown", a_table),
        (update_columns_metadata, "description_raw", lambda acme: ColumnFactory.create(table=a_table(acme))),
        (
            update_dashboards_documentation,
            "description_markdown",
            lambda acme: DashboardFactory.create(source__account=acme),
        ),
        (update_terms_documentation, "description_markdown", lambda acme: TermFactory.create(account=acme)),
    ],
)
def test_who_saves_while_another_is_saving_is_told_and_writes_nothing(acme, service, field, make):
    asset = make(acme)

    def save(text):
        row, read = {"id": str(asset.pk), field: text}, version_of("")
        return service(acme, rows=[row], by=None, now=NOW, expected=[read])

    def save_second():
        try:
            return save("second")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            save("first")
            second = thread.submit(save_second)
            while not waits_for_us(second):
                time.sleep(0.01)
        assert isinstance(second.exception(), StoredTextError)
    asset.refresh_from_db()
    assert (asset.description_raw, AuditEntry.objects.count()) == ("first", 1)
