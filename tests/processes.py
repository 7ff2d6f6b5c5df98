"""Real servers and workers as processes of their own, on the database of this test."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.processes import serve, stop, wait_until
from tests.servers import FOLDERS


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that shall see this test's database and this test worker's Valkey."""
    database = connection.settings_dict
    name = str(database["NAME"])
    address = f"{database['HOST']}:{database['PORT']}"
    url = (
        f"postgres://{database['USER']}@{address}/{name}" if connection.vendor == "postgresql" else f"sqlite:///{name}"
    )
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "LOG_FORMAT": "json"} | more


@contextmanager
def folder_for_anybody() -> Iterator[Path]:
    """For a PostgreSQL of a test's own, which runs as another user when we are root: pytest's folders are private."""
    with tempfile.TemporaryDirectory(prefix=f"{FOLDERS}{os.getpid()}-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@contextmanager
def gunicorn(folder: Path, **variables: str) -> Iterator[tuple[int, Path]]:
    """The shipped server configuration on a free port: (port, log). One process, unless the test is about several."""
    process, port, log = start_gunicorn(folder, **variables)
    try:
        yield port, log
    finally:
        stop(process, seconds=60)  # it writes down what it has counted


def start_gunicorn(folder: Path, **variables: str) -> tuple[subprocess.Popen[bytes], int, Path]:
    """The same for whoever stops it: (process, port, log)."""
    port, log = free_port(), folder / "web.log"
    settings = {"PORT": str(port), "WEB_CONCURRENCY": "1", "BASE_URL": f"http://127.0.0.1:{port}"} | variables
    application = variables.get("APPLICATION", "catalog_site.wsgi:application")
    process = serve([program("gunicorn"), application], log=log, cwd=ROOT, env=environment(**settings))
    wait_until(lambda: healthy(port), process, what="gunicorn", log=log, seconds=300)
    return process, port, log


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=120) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def celery(role: str, folder: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker or a beat; it may need a second until it works.

    It leaves out Django's checks, for which a worker loads all addresses of the site; `dev.py test` has made them.
    """
    settings = environment(VAR_DIR=str(folder), CELERY_SKIP_CHECKS="1", **variables)
    command = [program("celery"), "--app=catalog_site", role, *arguments]
    process = serve(command, log=folder / f"{role}.log", cwd=ROOT, env=settings)
    try:
        yield process
    finally:
        stop(process)
