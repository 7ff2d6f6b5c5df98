"""Whose limits they are."""

import subprocess
import sys

import pytest
from django.db.utils import ConnectionHandler

from catalog_site.env import database
from database import web
from devtools.environment import ROOT
from tests.processes import environment

PRINT = "import database.deadlines; print(database.deadlines.Waiting.longest)"


@pytest.mark.parametrize(("door", "longest"), [("wsgi", "30.0"), ("asgi", "30.0"), ("celery", "None")])
def test_limits_are_those_of_processes_that_serve(door, longest):
    command = [sys.executable, "-c", f"import catalog_site.{door}; {PRINT}"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)
    assert done.stdout.strip() == longest


@pytest.fixture
def on_sqlite(db, monkeypatch, tmp_path):
    """A connection to an SQLite of its own, as the settings have it, whatever the tests run on."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    connection = ConnectionHandler({"default": database(default_file=tmp_path / "db.sqlite3")})["default"]
    connection.connect()
    yield connection
    connection.close()


def test_a_web_process_waits_for_sqlite_s_lock_as_long_as_it_may(on_sqlite, settings):
    settings.LOCK_TIMEOUT = 3
    assert patience(on_sqlite) == 20_000
    web.set_limits(connection=on_sqlite)
    assert patience(on_sqlite) == 3_000


def patience(connection):
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]
