"""Several sites side by side, each with a database and a process of its own; one of them works at a time."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from devtools.environment import ROOT

Figures = dict[str, list[float]]  # microseconds of each round, by case


@dataclass(eq=False, slots=True)
class Site:
    """A site with so many tokens, and the process that does what it is asked by a line."""

    tokens: int
    url: str
    process: subprocess.Popen[str]

    def ask(self, case: str) -> float:
        """Microseconds of a call, after one turn of this case."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{case}\n")
        self.process.stdin.flush()
        return float(self.line())

    def line(self) -> str:
        assert self.process.stdout is not None
        if line := self.process.stdout.readline():
            return line
        raise SystemExit(f"The site with {self.tokens:,} tokens ended by itself: see above.")


@contextmanager
def sites(sizes: Sequence[int]) -> Iterator[list[Site]]:
    """`python -m bench.growth --site TOKENS` for each; they fill their databases side by side."""
    with ExitStack() as stack:
        found = []
        for tokens in sizes:
            url = new_database(f"site_{tokens}")
            found.append(Site(tokens, url, stack.enter_context(started(tokens, url))))
        yield found


def new_database(name: str) -> str:
    """The URL of a new empty one beside that of the settings."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(os.environ['VAR_DIR'], name)}.sqlite3"
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def started(tokens: int, url: str) -> Iterator[subprocess.Popen[str]]:
    here = os.environ | {"DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=here, check=True)
    command = [sys.executable, "-m", "bench.growth", "--site", "--tokens", str(tokens)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=here, text=True, **pipes) as process:
        yield process  # it ends when its input does


def measured(sites: Sequence[Site], rounds: int) -> tuple[dict[Site, Figures], dict[str, set[int]]]:
    """In each round, each case in random order, each time at all sites in random order; and the queries of each."""
    asked = [json.loads(site.line()) for site in sites]
    cases = list(asked[0])
    found: dict[Site, Figures] = {site: {case: [] for case in cases} for site in sites}
    for _ in range(rounds):
        for case in random.sample(cases, len(cases)):
            for site in random.sample(list(sites), len(sites)):
                found[site][case].append(site.ask(case))
    return found, {case: {queries[case] for queries in asked} for case in cases}
