"""Rows that have outlived their use: of sessions, and of the cache in which guesses are counted."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import sessions, tasks
from accounts.models import Session
from catalog_site.celery import app
from tests.factories import NOW


@pytest.fixture
def kept(db):
    """One session that ends in a second, of which only the first is left."""
    for number in range(5):
        Session.objects.create(pk=f"old{number}", session_data="", expire_date=NOW - timedelta(days=number))
    return Session.objects.create(pk="live", session_data="", expire_date=NOW + timedelta(seconds=1))


def test_expired_sessions_are_deleted_in_batches_and_live_ones_stay(kept, monkeypatch):
    monkeypatch.setattr(sessions, "SESSIONS_PER_DELETE", 2)
    assert sessions.forget_expired(NOW) == 5
    assert Session.objects.get() == kept
    assert sessions.forget_expired(NOW) == 0


@pytest.mark.parametrize("job", [tasks.forget_expired_sessions, lambda: call_command("send_due_emails", verbosity=0)])
def test_beat_and_cron_delete_them(kept, job):
    Session.objects.filter(pk="live").update(expire_date=timezone.now() + timedelta(hours=1))
    job()
    assert Session.objects.get().pk == "live"


def test_beat_has_it_on_its_timetable():
    assert "accounts.tasks.forget_expired_sessions" in {job["task"] for job in app.conf.beat_schedule.values()}


def test_django_culls_expired_rows_of_the_cache_first_when_the_table_is_full(db, monkeypatch):
    cache = caches["default"]
    cache.clear()
    monkeypatch.setattr(cache, "_max_entries", 3)
    for number in range(5):
        cache.set(f"old{number}", 1, timeout=-1 if number else 60)
    cache.set("new", 1)
    assert cache.get_many(["old0", "new"]) == {"old0": 1, "new": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone()[0] <= 3
