"""gunicorn as it is shipped, for measurements that call the site from outside."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.processes import serve, stop, wait_until


@contextmanager
def server(processes: int) -> Iterator[int]:
    """Its port; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="catalog-bench-web-") as folder:
        port, log = free_port(), Path(folder, "web.log")
        here = os.environ | {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "info"}
        here["WEB_CONCURRENCY"] = str(processes)
        process = serve([sys.executable, "-m", "gunicorn", "catalog_site.wsgi"], log=log, cwd=ROOT, env=here)
        try:
            wait_until(lambda: listens(port), process, what="gunicorn", log=log, seconds=300)
            yield port
        finally:
            stop(process, seconds=10)


def listens(port: int) -> bool:
    """Whether a connection is taken: whoever calls then waits until the first process is ready."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
