"""A server as shipped, and programs that call it."""

import http.client
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, repeat
from pathlib import Path

from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.processes import serve, stop, wait_until
from tests.processes import environment, healthy, program

PROCESSES = 4
KNOWN = ("airflow", "dbt", "tableau", "superset")
NEW_CLIENT_EVERY = 0.2  # seconds; all phases together stay below the 200 clients of a token's day
PAUSE = 0.04  # seconds between two calls of one client


@contextmanager
def server() -> Iterator[int]:
    """The shipped configuration with as many processes, without a limit on calls; ends by SIGTERM. Yields its port."""
    with tempfile.TemporaryDirectory(prefix="catalog-bench-web-") as folder:
        port, log = free_port(), Path(folder, "web.log")
        more = {"PORT": str(port), "WEB_CONCURRENCY": str(PROCESSES), "BASE_URL": f"http://127.0.0.1:{port}"}
        settings = environment(**more, CALLS_PER_MINUTE="0")
        process = serve([program("gunicorn"), "catalog_site.wsgi:application"], log=log, cwd=ROOT, env=settings)
        try:
            wait_until(lambda: healthy(port), process, what="gunicorn", log=log, seconds=90)
            yield port
        finally:
            stop(process, seconds=30)
            sys.stdout.write("".join(line for line in log.open() if "ledger_calls_lost" in line or "Traceback" in line))


@dataclass
class Callers:
    """Programs that call the server, each call on a connection of its own, so that every process gets some."""

    port: int
    secret: str
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds, by kind of client
    new_names: Iterator[str] = field(default_factory=lambda: map("new-{}".format, count()))

    def call(self, kind: str, client: str) -> None:
        begun = time.perf_counter()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.secret}", "X-Catalog-Client": client}
        link.request("GET", "/api/v1/token", headers=headers)
        answer = link.getresponse()
        answer.read()
        link.close()
        assert answer.status == 200, answer.status
        self.spent[kind].append(time.perf_counter() - begun)

    def run(self, seconds: float) -> dict[str, list[float]]:
        """Let everybody call for so long; seconds of each call."""
        self.spent.clear()
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(len(KNOWN) + 1) as pool:
            tasks = [pool.submit(self.keep_calling, until, "known", repeat(client), PAUSE) for client in KNOWN]
            tasks.append(pool.submit(self.keep_calling, until, "new", self.new_names, NEW_CLIENT_EVERY))
        for task in tasks:
            task.result()  # raises what went wrong
        return dict(self.spent)

    def keep_calling(self, until: float, kind: str, clients: Iterator[str], pause: float) -> None:
        while time.monotonic() < until:
            self.call(kind, next(clients))
            time.sleep(pause)
