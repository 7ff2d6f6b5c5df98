"""Starts PostgreSQL and Valkey before Django reads its settings, and stops them when the run ends.

A plugin rather than a conftest: pytest-django reads the settings first, and would test SQLite unnoticed.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from devtools import postgres, valkey
from devtools.processes import ServerFailed, stop


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # the controller has started the servers; each worker takes a Valkey database of its own
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")
        return
    folder = Path(tempfile.mkdtemp(prefix="catalog-tests-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = str(folder / "var")
    try:
        start_servers(folder)
    except ServerFailed as error:
        raise pytest.UsageError(str(error)) from None


def start_servers(folder: Path) -> None:
    socket_path = folder / "valkey.sock"
    atexit.register(stop, valkey.start(folder / "valkey", socket_path))
    os.environ["REDIS_URL"] = f"unix://{socket_path}?db=0"
    if os.environ.get("CATALOG_TEST_DATABASE") == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/db.sqlite3"
        return
    process, url = postgres.start(folder / "postgres")
    atexit.register(stop, process)
    os.environ["DATABASE_URL"] = f"{url}/postgres"
