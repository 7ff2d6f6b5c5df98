"""Starts PostgreSQL and Valkey before Django reads its settings, and stops them when the run ends.

A plugin rather than a conftest: pytest-django reads the settings first, and would test SQLite unnoticed.
"""

import atexit
import gc
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from devtools import postgres, valkey
from devtools.processes import ServerFailed, stop

FOLDERS = "catalog-tests-"

# Thousands of tests are collected, and none of what is made for them is garbage: to look for some again and again took
# two fifths of the time. Afterwards only what tests themselves leave is looked through.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if os.environ.get("CATALOG_TEST_SERVERS") == "none":  # mutants run on SQLite in memory, thousands of times
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # the controller has started the servers; each worker takes a Valkey database of its own
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")
        return
    remove_what_killed_runs_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDERS}{os.getpid()}-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = str(folder / "var")
    try:
        start_servers(folder)
    except ServerFailed as error:
        raise pytest.UsageError(str(error)) from None


def remove_what_killed_runs_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}[0-9]*-*"):
        owner = folder.name.removeprefix(FOLDERS).split("-")[0]
        if not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


def start_servers(folder: Path) -> None:
    socket_path = valkey.socket_path(folder)
    atexit.register(stop, valkey.start(folder / "valkey", socket_path))
    os.environ["REDIS_URL"] = f"unix://{socket_path}?db=0"
    if os.environ.get("CATALOG_TEST_DATABASE") == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/db.sqlite3"
        return
    process, url = postgres.start(folder / "postgres")
    atexit.register(stop, process, ask=signal.SIGINT)  # PostgreSQL's word for "now, whoever is connected"
    os.environ["DATABASE_URL"] = f"{url}/postgres"
