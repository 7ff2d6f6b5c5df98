"""A checker of histories: tokens are replaced while several servers are called, and none may outlive its end.

Every replacement notes when it was asked for and when it had returned; every call, when it began and when it ended.
A call that began after the replacement of its token had returned must be refused, and one that lay between the return
of its token's making and the asking for its replacement must be let in.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django.utils import timezone

from accounts import generation
from accounts.models import Account
from devtools.environment import ROOT
from tests.factories import AccountFactory
from tests.processes import environment, gunicorn
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNTS, CLIENTS = 8, 4
ENOUGH = 400  # calls that were let in, and as many that were refused
LOOKS = 40  # at a server with a fault, until it shows
REST = 0.4  # seconds that a token is left alone, on the average


@dataclass
class Life:
    """When a token was certainly valid: from `made` to `asked`; from `ended` on it was certainly dead."""

    made: float
    asked: float = float("inf")
    ended: float = float("inf")


@dataclass
class History:
    lives: dict[str, Life] = field(default_factory=dict)  # by public id
    calls: Counter[int] = field(default_factory=Counter)  # by status
    outlived: int = 0  # let in after the end
    refused: int = 0  # although valid

    @property
    def replacements(self) -> int:
        return sum(life.ended < float("inf") for life in self.lives.values())

    def judge(self, public_id: str, began: float, ended: float, status: int) -> None:
        self.calls[status] += 1
        life = self.lives[public_id]
        self.outlived += status == 405 and began >= life.ended
        self.refused += status == 401 and began >= life.made and ended <= life.asked


def replace_again_and_again(account: Account, folder: Path, history: History, stop: threading.Event) -> None:
    """In a thread of its own, one replacement after the other."""
    path, current, before = folder / f"{account.pk}.values", None, ""
    while not stop.is_set():
        asked = time.monotonic()
        issued = generate_token(
            account, scope=Scope.READ_ONLY, by=None, now=timezone.now(), replaces=current.token.pk if current else None
        )
        returned = time.monotonic()
        if current:
            before, life = current.secret, history.lives[current.token.public_id]
            life.asked, life.ended = asked, returned
        history.lives[issued.token.public_id] = Life(returned)
        draft = path.with_suffix(".draft")
        draft.write_text(f"{issued.secret} {before}")
        draft.replace(path)
        current = issued
        time.sleep(random.uniform(0, 2 * REST))
    connection.close()


@contextmanager
def replacing(folder: Path, history: History, *, accounts: int):
    """A thread for each account that replaces tokens until the block is left; begins when each has made its first."""
    rows, stop = AccountFactory.create_batch(accounts), threading.Event()
    threads = [
        threading.Thread(target=replace_again_and_again, args=(account, folder, history, stop)) for account in rows
    ]
    for thread in threads:
        thread.start()
    while len(list(folder.glob("*.values"))) < accounts:
        time.sleep(0.01)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def watch(
    history: History, folder: Path, ports: list[int], *, seconds: float, accounts=ACCOUNTS, meanwhile=lambda: None
) -> None:
    """Replace and call for so long, do something meanwhile, and judge every call."""
    for path in folder.glob("*.values"):
        path.unlink()
    command = [sys.executable, "-m", "tests.faults.knocking", str(folder), str(seconds), *map(str, ports)]
    with replacing(folder, history, accounts=accounts):
        logs = [(folder / f"calls-{number}.jsonl").open("w+") for number in range(CLIENTS)]
        clients = [subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log) for log in logs]
        meanwhile()
        assert [client.wait(seconds + 120) for client in clients] == [0] * CLIENTS
    for log in logs:
        with log:
            log.seek(0)
            for line in log:
                history.judge(*json.loads(line))


def said(history: History) -> str:
    calls = f"{sum(history.calls.values())} calls {dict(history.calls)}"
    faults = f"{history.outlived} outlived, {history.refused} refused while valid"
    return f"{calls}, {history.replacements} replacements, {faults}"


def pause_a_worker(port: int, seconds: float = 2) -> None:
    """SIGSTOP for so long, several leases, for each of the server's processes in turn."""
    for pid in workers(port):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)


def workers(port: int) -> list[int]:
    """The processes that serve this port, without the one that keeps them."""
    pids = listening(port)
    return sorted(pids - {psutil.Process(pid).ppid() for pid in pids})


def listening(port: int) -> set[int]:
    return {
        found.pid for found in psutil.net_connections("tcp") if found.pid and found.laddr and found.laddr.port == port
    }


def pause_the_database() -> None:
    """SIGSTOP for three seconds, for PostgreSQL and all who serve its connections; SQLite has none."""
    if connection.vendor != "postgresql":
        return
    servers = listening(int(connection.settings_dict["PORT"]))
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in servers:
            with suppress(ProcessLookupError):  # its connection has ended
                os.kill(pid, number)
        time.sleep(3)


@contextmanager
def two_hosts(folder: Path):
    """The ports of a server with three processes of two threads and of another one on the same database."""
    (folder / "second").mkdir()
    first = gunicorn(folder, WEB_CONCURRENCY="3", WEB_THREADS="2")
    second = gunicorn(folder / "second", WEB_CONCURRENCY="1", WEB_THREADS="2")
    with first as (port, _), second as (other, _):
        yield [port, other]


def test_no_call_that_began_after_a_replacement_had_returned_is_let_in(tmp_path):
    history = History()
    with two_hosts(tmp_path) as ports:
        while min(history.calls[405], history.calls[401]) < ENOUGH:
            watch(history, tmp_path, ports, seconds=4, meanwhile=lambda: pause_a_worker(ports[0], 1))
    assert (history.outlived, history.refused) == (0, 0), said(history)


@pytest.mark.long
def test_the_same_in_a_hundred_thousand_calls_and_a_thousand_replacements(tmp_path):
    def meanwhile() -> None:
        time.sleep(20)
        pause_a_worker(ports[0])
        pause_the_database()

    history = History()
    with two_hosts(tmp_path) as ports:
        while history.replacements < 1_000 or history.calls.total() < 100_000:
            watch(history, tmp_path, ports, seconds=60, meanwhile=meanwhile)
    print(said(history))
    assert (history.outlived, history.refused) == (0, 0), said(history)


@pytest.mark.parametrize("fault", ["no wait", *(pytest.param(one, marks=pytest.mark.long) for one in ("cache", "end"))])
def test_a_step_that_is_left_out_is_found(tmp_path, monkeypatch, fault):
    if fault != "end":
        monkeypatch.setattr(generation, "wait", lambda: None)
    variables = {} if fault == "no wait" else {"FAULT": fault, "APPLICATION": "tests.faults.faulty:application"}
    with gunicorn(tmp_path, WEB_CONCURRENCY="3", WEB_THREADS="2", **variables) as (port, _):
        outlived = any(outlived_in_a_look(tmp_path, port, fault) for _ in range(LOOKS))
    assert outlived


def outlived_in_a_look(folder: Path, port: int, fault: str) -> int:
    """Two seconds of it; late reads must meet the end of what they read, which one token alone makes likely."""
    history = History()
    watch(history, folder, [port], seconds=2, accounts=1 if fault == "end" else ACCOUNTS)
    return history.outlived
