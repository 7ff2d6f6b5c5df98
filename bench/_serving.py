"""Servers side by side, of which one at a time is under load, and their figures beside those of the first."""

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from accounts.services import create_account
from bench import _http
from bench._figures import ratios, spread
from bench._variants import Variant
from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.processes import serve, stop, wait_until
from tests.processes import environment, healthy, program, start_gunicorn
from tokens.scopes import Scope
from tokens.services import generate_token

CONNECTIONS = 8  # of each of two callers: with few, chance gives most of them to one process of a server
SHIPPED_LOGS = {"LOG_LEVEL": "info", "LOG_FORMAT": "json"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to serve the site; without a command, gunicorn by its shipped configuration."""

    name: str
    variables: dict[str, str]
    command: tuple[str, ...] = ()

    def start(self, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
        """The running server and its port."""
        folder.mkdir()
        variables = {"DJANGO_SETTINGS_MODULE": "bench._settings"} | SHIPPED_LOGS | self.variables
        if not self.command:
            process, port, _ = start_gunicorn(folder, **variables)
            return process, port
        port, log = free_port(), folder / "web.log"
        name, *words = self.command
        here = environment(**variables, BASE_URL=f"http://127.0.0.1:{port}")
        process = serve([program(name), *words, f"--port={port}"], log=log, cwd=ROOT, env=here)
        wait_until(lambda: healthy(port), process, what=self.name, log=log, seconds=90)
        return process, port


class Running(NamedTuple):
    name: str
    port: int
    pids: list[int]


class Figures(NamedTuple):
    rate: float  # calls a second
    cpu: float  # microseconds of the server's processes for a call


Found = dict[tuple[str, str], list[Figures]]  # by name of server and of variant, one a round


@contextmanager
def running(kinds: Sequence[Kind], folder: Path) -> Iterator[list[Running]]:
    """All of them."""
    with ExitStack() as stack:
        servers = []
        for number, kind in enumerate(kinds):
            process, port = kind.start(folder / str(number))
            stack.callback(stop, process, seconds=5)
            servers.append(Running(kind.name, port, [process.pid, *_http.children(process.pid)]))
        yield servers


def credentials() -> dict[str, str]:
    """The Authorization header by kind, of a token of a new account."""
    now = timezone.now()
    account, _ = create_account(f"Served {now:%H-%M-%S}", admin_email=f"ada@{now:%H-%M-%S}.test", by=None, now=now)
    issued = generate_token(account, scope=Scope.READ_ONLY, by=None, now=now)
    return {"": "", "ours": f"Bearer {issued.secret}", "public id": issued.token.public_id}


def measured(servers: Sequence[Running], variants: Sequence[Variant], rounds: int, seconds: float) -> Found:
    """In each round every server has every view once, in random order; one round before them warms up."""
    headers = credentials()
    _http.SECONDS, _http.CONNECTIONS = seconds, CONNECTIONS
    turns = [(server, variant) for server in servers for variant in variants]
    found: Found = {(server.name, variant.name): [] for server, variant in turns}
    for number in range(-1, rounds):
        for server, variant in random.sample(turns, len(turns)):
            figures = Figures(*_http.load(variant, server.port, headers[variant.credential], server.pids))
            if number >= 0:
                found[server.name, variant.name].append(figures)
    return found


def memory(server: Running) -> list[float]:
    """Resident megabytes of each of its processes."""
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in server.pids]
    return [int(found[1]) / 1024 for status in statuses if (found := re.search(r"VmRSS:\s+(\d+)", status))]


def report(servers: Sequence[Running], variants: Sequence[Variant], found: Found) -> None:
    """A table a view: the others compared with the first server, and the memory of all processes of each."""
    for variant in variants:
        first = columns(found[servers[0].name, variant.name])
        print(f"\n{variant.name}: median of {len(first[0])} rounds (quartiles)")
        print("| server | calls a second | ratio | CPU µs a call | ratio | MB |\n|---|---|---|---|---|---|")
        for server in servers:
            rates, cpu = columns(found[server.name, variant.name])
            cells = [spread(rates, ",.0f"), spread(ratios(rates, first[0]), ".2f")]
            cells += [spread(cpu, ",.0f"), spread(ratios(cpu, first[1]), ".2f"), f"{sum(memory(server)):.0f}"]
            print(f"| {server.name} | {' | '.join(cells)} |", flush=True)


def columns(figures: Sequence[Figures]) -> tuple[list[float], list[float]]:
    return [one.rate for one in figures], [one.cpu for one in figures]
