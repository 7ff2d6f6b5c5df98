"""Whose limits they are."""

import subprocess
import sys

import pytest
from django.db import connection

from database import web
from devtools.environment import ROOT
from tests.processes import environment

PRINT = "import database.deadlines; print(database.deadlines.Waiting.longest)"


@pytest.mark.parametrize(("door", "longest"), [("wsgi", "30.0"), ("asgi", "30.0"), ("celery", "None")])
def test_limits_are_those_of_processes_that_serve(door, longest):
    command = [sys.executable, "-c", f"import catalog_site.{door}; {PRINT}"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)
    assert done.stdout.strip() == longest


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's are tested beside its connection")
def test_a_web_process_waits_for_sqlite_s_lock_as_long_as_it_may(transactional_db, settings):
    settings.LOCK_TIMEOUT = 3
    connection.close()
    connection.ensure_connection()
    assert patience() == 20_000
    web.set_limits(connection=connection)
    assert patience() == 3_000
    connection.close()


def patience() -> int:
    return int(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])
