"""A PostgreSQL that is frozen, or whose rows somebody holds: 503 in time, to everybody, and afterwards as before."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from devtools import postgres
from devtools.environment import ROOT
from devtools.processes import stop
from tests.faults.test_delivery import wait_for
from tests.processes import environment, folder_for_anybody, gunicorn

TOGETHER = 16  # programs that call at once: twice as many as the site has threads
PATIENCE = 120  # seconds of a program, a browser or a probe; without an answer they would wait for ever
CSRF = "x" * 32


@dataclass
class Site:
    """The shipped server on a PostgreSQL of its own."""

    port: int
    log: Path
    database: str
    server: psutil.Process
    token: str
    session: str

    def ask(self, path: str, *, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str | None, str]:
        """Status, Retry-After and body; TimeoutError when none comes."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=PATIENCE)  # noqa: S310  # our own server
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers["Retry-After"], answer.read().decode()

    def call(self, _: int = 0) -> tuple[int, str | None]:
        return self.ask("/api/v1/token", Authorization=f"Bearer {self.token}")[:2]

    def calls(self) -> set[tuple[int, str | None]]:
        with ThreadPoolExecutor(TOGETHER) as programs:
            return set(programs.map(self.call, range(TOGETHER)))

    def page(self, path: str = "/settings/api/", **form: str) -> tuple[int, str | None, str]:
        cookies = f"catalog-session={self.session}; catalog-csrf={CSRF}"
        return self.ask(path, form=form | {"csrfmiddlewaretoken": CSRF} if form else None, Cookie=cookies)

    def works(self) -> bool:
        return self.calls() == {(200, None)} and self.page()[0] == 200

    def rows(self, table: str) -> int:
        with psycopg.connect(self.database) as connection:
            return len(connection.execute(f"SELECT FROM {table}").fetchall())  # our own names

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The kernel goes on to accept connections and packets; nobody answers them."""
        processes = [self.server, *self.server.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGCONT)

    @contextmanager
    def locked(self, statement: str) -> Iterator[None]:
        with psycopg.connect(self.database) as connection:
            connection.execute(statement)
            yield


@pytest.fixture(scope="module")
def site(django_db_setup):
    with folder_for_anybody() as folder:
        yield from serving(folder)


def serving(folder: Path) -> Iterator[Site]:
    process, url = postgres.start(folder / "postgres")
    try:
        variables = {
            "DATABASE_URL": f"{url}/postgres",
            "LOOKUP_TIMEOUT": "1",
            "LOCK_TIMEOUT": "2",
            "WEB_CONCURRENCY": "2",
        }
        make_tables(variables)
        done = run("-m", "tests.faults.furnishing", **variables)
        with gunicorn(folder, **variables) as (port, log):
            yield Site(port, log, f"{url}/postgres", psutil.Process(process.pid), **json.loads(done.stdout))
    finally:
        stop(process, ask=signal.SIGINT)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment(**variables), check=True, capture_output=True
    )


def make_tables(variables: dict[str, str]) -> None:
    """As migrations do, which take long: a copy of the tests' own tables, when those are PostgreSQL's."""
    if connection.vendor != "postgresql":
        run("manage.py", "migrate", "--verbosity=0", **variables)
        return
    programs = postgres.installation() / "pginstall" / "bin"
    dump = subprocess.run([str(programs / "pg_dump"), environment()["DATABASE_URL"]], capture_output=True, check=True)
    to = [str(programs / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", variables["DATABASE_URL"]]
    subprocess.run(to, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)


def test_a_frozen_database_is_503_for_everybody_and_no_reason_to_restart(site):
    assert site.works()
    with site.frozen():
        assert {(status, bool(retry)) for status, retry in site.calls()} == {(503, True)}
        status, retry, text = site.page()
        assert (status, bool(retry)) == (503, True)
        assert "The database does not answer right now. Try again in a moment." in text
        assert json.loads(site.ask("/readyz")[2])["database"] == "away"
        assert {status for status, _ in site.calls()} == {503}
    assert wait_for(site.works)
    log = site.log.read_text()
    assert "database_away" in log
    assert "Traceback" not in log
    assert log.count("Booting worker") == 2


def test_a_locked_table_of_tokens_is_503_for_calls_and_nothing_to_other_pages(site):
    assert wait_for(site.works)
    with site.locked("LOCK TABLE tokens_apitoken IN ACCESS EXCLUSIVE MODE"):
        assert {(status, bool(retry)) for status, retry in site.calls()} == {(503, True)}
        assert site.page("/assets/")[0] == 200
        assert site.page()[0] == 503
    assert wait_for(site.works)


def test_a_write_that_waits_for_a_row_in_vain_writes_nothing(site):
    assert wait_for(site.works)
    before = site.rows("tokens_apitoken"), site.rows("tokens_tokenevent")
    with site.locked("SELECT * FROM accounts_account FOR UPDATE"):
        assert site.page("/settings/api/tokens/generate/", scope="READ_WRITE")[0] == 503
        assert site.page()[0] == 200
    assert (site.rows("tokens_apitoken"), site.rows("tokens_tokenevent")) == before
    assert site.page("/settings/api/tokens/generate/", scope="READ_WRITE")[0] == 200
    assert site.rows("tokens_apitoken") == before[0] + 1
