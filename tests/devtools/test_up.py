"""`dev.py up` as a developer meets it: real processes in a folder of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from devtools.environment import ROOT
from devtools.postgres import free_port
from devtools.supervisor import Progress, taken

SECONDS = 120  # for what takes one or two on an idle machine


@contextmanager
def up(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "catalog_site.settings"}
    command = [sys.executable, "dev.py", "up", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it printed, up to the line with these words or its end."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    return said


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def left_over(processes: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Those that go on after so many seconds. One that has ended is none, even if nobody asked for its exit code."""
    return [one for one in psutil.wait_procs(processes, timeout=seconds)[1] if one.status() != psutil.STATUS_ZOMBIE]


def end(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Its exit code after this signal; nothing that it started may be left."""
    children = family(process)
    assert len(children) >= 5
    process.send_signal(number)
    code = process.wait(SECONDS)
    assert left_over(children, seconds=SECONDS) == []
    return code


def test_it_starts_from_nothing_and_again_and_however_it_ends_nothing_is_left(tmp_path):
    with up(tmp_path, free_port()) as process:
        said = read_until(process, "Ctrl-C")
        assert "ada@acme.test  password: " in said
        assert end(process, signal.SIGINT) == 0
    steps = re.findall(r"^Bringing the database up to date: (\d+) of (\d+)$", said, re.MULTILINE)
    assert 1 < len(steps) <= 4
    assert steps[-1][0] == steps[-1][1]
    with up(tmp_path, free_port()) as process:
        said = read_until(process, "Ctrl-C")
        assert "the passwords that the first start printed" in said
        assert " of " not in said.partition("Catalog is ready")[0]
        assert end(process, signal.SIGKILL) == -signal.SIGKILL


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_whoever_listens_at_an_address_of_localhost_has_the_port(tmp_path, family, host):
    with socket.socket(family) as other:
        try:
            other.bind((host, 0))
        except OSError:  # a machine without IPv6: nobody else can listen there, and nothing stands in the way
            assert taken(family, host, free_port()) == ""
            return
        other.listen()
        port = other.getsockname()[1]
        with up(tmp_path, port) as process:
            assert f"Port {port} cannot be used: Address already in use." in read_until(process, "Port")
            assert process.wait(SECONDS) == 1


def printed(numbers: range) -> str:
    return "".join(f"Migration {number} of 61: catalog.{number:04}_step\n" for number in numbers)


def test_progress_is_one_line_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    progress = Progress("Bringing it up to date")
    for last in (1, 30, 61):
        progress.show(printed(range(1, last + 1)))
    said = capsys.readouterr().out
    assert "\n" not in said
    assert "\r\x1b[KBringing it up to date: 30 of 61, catalog.0030_step" in said
    assert said.endswith("\r\x1b[K")


def test_progress_is_a_few_lines_elsewhere(capsys):
    progress = Progress("Bringing it up to date")
    for last in range(62):
        progress.show(printed(range(1, last + 1)))
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Bringing it up to date: {number} of 61" for number in (16, 31, 46, 61)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_may_be_stopped_while_it_starts(tmp_path, number):
    with up(tmp_path, free_port()) as process:
        read_until(process, "Bringing the database up to date")
        children = family(process)
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        assert left_over(children, seconds=0) == []


def test_a_child_that_dies_is_a_sentence_with_the_end_of_its_log(tmp_path):
    with up(tmp_path, free_port()) as process:
        read_until(process, "Bringing the database up to date")
        broker = next(child for child in family(process) if "valkey-server" in child.name())
        broker.kill()
        assert "The broker process stopped by itself (-9); the end of" in read_until(process, "stopped by itself")
        assert process.wait(SECONDS) == 1


def test_a_second_one_says_where_the_first_is(tmp_path):
    port = free_port()
    with up(tmp_path, port) as first:
        read_until(first, "Starting the broker")
        with up(tmp_path, free_port()) as second:
            assert f"running already at http://localhost:{port}" in read_until(second, "running already")
            assert second.wait(SECONDS) == 1
        first.send_signal(signal.SIGINT)
        first.wait(SECONDS)


@pytest.mark.parametrize("port", [1 << 17, 0])
def test_an_impossible_port_is_a_sentence(tmp_path, port):
    with up(tmp_path, port) as process:
        assert "say a number from 1 to 65535" in read_until(process, "65535")
        assert process.wait(SECONDS) == 2


def test_a_taken_port_is_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, up(tmp_path, taken.getsockname()[1]) as process:
        assert "Choose another: python3 dev.py up --port" in read_until(process, "Choose")
        assert process.wait(SECONDS) == 1
