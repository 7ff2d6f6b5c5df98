"""A database that is killed while workers send: nothing is lost, and everybody comes back by themselves."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from devtools import postgres
from devtools.environment import ROOT
from devtools.processes import serve, stop
from tests.faults.test_delivery import FAST, wait_for
from tests.processes import celery, environment, folder_for_anybody
from tests.provider import Provider, running

pytestmark = [pytest.mark.long, pytest.mark.django_db]  # it has a PostgreSQL of its own

EMAILS = 60


def test_a_killed_database_loses_no_email(tmp_path):
    with folder_for_anybody() as folder:
        kill_and_count(folder, tmp_path)


def kill_and_count(folder: Path, tmp_path: Path) -> None:
    process, url = postgres.start(folder / "postgres", durable=True)
    try:
        with running(Provider(latency=0.1)) as provider:
            pace = environment(**FAST, **provider.environment()) | {"DATABASE_URL": f"{url}/postgres"}
            for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", "tests.faults.owing", str(EMAILS)]):
                subprocess.run([sys.executable, *command], cwd=ROOT, env=pace, check=True, capture_output=True)
            pace = {name: pace[name] for name in (*FAST, *provider.environment(), "DATABASE_URL")}
            with celery("worker", tmp_path, "--concurrency=2", **pace), celery("beat", tmp_path, **pace):
                assert wait_for(lambda: len(provider.delivered) > EMAILS // 4)
                assert isinstance(process.args, list)
                stop(process, ask=signal.SIGKILL)
                process = serve(process.args, log=tmp_path / "again.log", **postgres.unprivileged())
                assert wait_for(lambda: len(provider.copies()) == EMAILS, seconds=120)
                assert wait_for(lambda: states(url) == {"sent"}, seconds=60)
        assert sum(provider.copies().values()) - EMAILS <= 2  # one a sender at the most
    finally:
        stop(process, ask=signal.SIGINT)


def states(url: str) -> set[str]:
    with psycopg.connect(f"{url}/postgres") as database:
        return {row[0] for row in database.execute("SELECT DISTINCT state FROM notifications_email")}
