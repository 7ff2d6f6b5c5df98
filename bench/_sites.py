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
from psycopg import sql

from devtools.environment import ROOT

DATABASES = ("sqlite", "postgresql")
METRICS_TOKEN = "measured"  # noqa: S105  # of a server that is thrown away

Figures = dict[str, list[float]]  # microseconds of each round, by case


@dataclass(eq=False, slots=True)
class Site:
    """A site with so many tokens, and the process that does what it is asked by a line."""

    database: str
    tokens: int
    url: str
    process: subprocess.Popen[str]
    facts: dict[str, dict[str, Any]]  # what `_cases.described` says, by case

    def ask(self, case: str) -> float:
        """Microseconds of a call, after one turn of this case."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{case}\n")
        self.process.stdin.flush()
        return float(self.line())

    def line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.database} with {self.tokens:,} tokens ended by itself: see above.")
        return line


@contextmanager
def sites(module: str, databases: Sequence[str], sizes: Sequence[int]) -> Iterator[list[Site]]:
    """`python -m MODULE TOKENS` for each; they fill their databases side by side. Yields them when all are ready."""
    with ExitStack() as stack:
        found = []
        for database in databases:
            for tokens in sizes:
                url = new_database(database, f"site_{tokens}")
                found.append(Site(database, tokens, url, stack.enter_context(started(module, tokens, url)), {}))
        for site in found:
            site.facts = json.loads(site.line())
        yield found


def new_database(database: str, name: str) -> str:
    """The URL of a new empty one; PostgreSQL's is on the server of this run."""
    if database == "sqlite":
        return f"sqlite:///{Path(os.environ['VAR_DIR'], name)}.sqlite3"
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def started(module: str, tokens: int, url: str) -> Iterator[subprocess.Popen[str]]:
    here = os.environ | {"DATABASE_URL": url, "METRICS_TOKEN": METRICS_TOKEN}
    here["PYTHONWARNINGS"] = "ignore:No directory at:UserWarning"  # there is no collectstatic
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=here, check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(tokens)],
        cwd=ROOT,
        env=here,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process  # it ends when its input does


def measured(sites: Sequence[Site], rounds: int) -> dict[Site, Figures]:
    """In each round, each case in random order, each time at all sites in random order."""
    found: dict[Site, Figures] = {site: {case: [] for case in site.facts} for site in sites}
    cases = list(sites[0].facts)
    for _ in range(rounds):
        for case in random.sample(cases, len(cases)):
            for site in random.sample(list(sites), len(sites)):
                found[site][case].append(site.ask(case))
    return found
