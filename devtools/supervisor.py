"""`dev.py up`: broker, database, demo account, workers with beat, and web; all of them stop when it stops."""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from devtools import environment, valkey, variables
from devtools.environment import PYTHON, ROOT
from devtools.processes import ServerFailed, serve, spawn, stop, tail, wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Workers, and the queues of each. The Procfile has one a queue; here two share what they take, 100 MB and more: emails
# may wait for a slice of the index, but neither waits for answers, which take up to a minute, nor for imports.
WORKERS = {"worker": ("emails", "default"), "worker-assistant": ("assistant",), "worker-imports": ("imports",)}
STOPPING_ORDER = ("web", *WORKERS)  # then the broker, which they use
STEP = re.compile(r"^Migration (\d+) of (\d+): (\S+)\n", re.MULTILINE)
MAX_LOG_BYTES = 10 * 2**20  # and as many of the part before it


class Stopped(Exception):
    """Somebody asked us to stop."""


def up(*, port: int) -> int:
    """Run until Ctrl-C: 0 then, 1 when something could not start or died."""
    var = variables.var_dir()
    with variables.lock_file(var).open("a+") as lock:
        if why := unable(lock, port):
            print(why, file=sys.stderr)
            return 1
        environment.install(environment.lock_of_site())
        address = f"http://localhost:{port}"  # an IP address can keep no passkeys
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        return Supervisor(var, address=address, port=port).run()


def unable(lock: IO[str], port: int) -> str:
    """Why we cannot start, or an empty text."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        return f"Catalog is running already at {lock.read()}. Stop it with Ctrl-C where it was started."
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):  # browsers find both by localhost
        if why := taken(family, host, port):
            other = port + 1 if port < 65535 else 8000
            return f"Port {port} cannot be used: {why}. Choose another: python3 dev.py up --port {other}"
    return ""


def taken(family: socket.AddressFamily, host: str, port: int) -> str:
    """Why nobody can listen there, or an empty text; also for an address that this machine does not have."""
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        absent = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
        return "" if family == socket.AF_INET6 and error.errno in absent else error.strerror or str(error)
    return ""


def say(text: str) -> None:
    """Prints, unless the terminal has gone."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def text_of(output: IO[bytes]) -> str:
    """What has been written so far; the child goes on writing where it was."""
    return os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0).decode(errors="replace")


class Progress:
    """Shows how far a command is that prints a line for each of its steps."""

    def __init__(self, what: str) -> None:
        self.what, self.quarters = what, 0

    def show(self, printed: str) -> None:
        """On a terminal in one line that changes; elsewhere a line for each quarter of the steps."""
        if steps := STEP.findall(printed):
            number, total, name = int(steps[-1][0]), int(steps[-1][1]), steps[-1][2]
            with contextlib.suppress(OSError):  # the terminal has gone
                environment.rewrite("" if number == total else f"{self.what}: {number} of {total}, {name}")
            if not sys.stdout.isatty() and number * 4 // total > self.quarters:
                self.quarters = number * 4 // total
                say(f"{self.what}: {number} of {total}")


class Supervisor:
    """The children of one `up`, by name."""

    def __init__(self, var: Path, *, address: str, port: int) -> None:
        self.var, self.logs, self.address = var, var / "logs", address
        self.socket = valkey.socket_path(var)
        self.variables = {"LOG_FORMAT": "console"} | variables.of_site(var)
        self.variables |= {"BASE_URL": address, "PORT": str(port), "WEB_CONCURRENCY": "1", "PYTHONUNBUFFERED": "1"}
        self.variables["CELERY_SKIP_CHECKS"] = "1"  # `dev.py test` makes them; each worker would load all addresses
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = False
        self.logs.mkdir(exist_ok=True)

    def run(self) -> int:
        for number in SIGNALS:
            signal.signal(number, self.note)
        try:
            self.start()
            self.watch()
        except Stopped:
            say("\nStopping …")
            return 0
        except ServerFailed as error:
            print(error, file=sys.stderr)
        finally:
            self.stop()
        return 1

    def note(self, number: int, frame: FrameType | None) -> None:
        """Raises nothing: an exception between a child's start and its entry in `children` would lose the child."""
        self.asked_to_stop = True

    def check(self) -> None:
        """Raises Stopped when we were asked to stop, ServerFailed when a child has died."""
        if self.asked_to_stop:
            raise Stopped
        for name, child in self.children.items():
            if child.poll() is not None:
                log = self.log(name)
                what = f"The {name} process stopped by itself ({child.returncode})"
                raise ServerFailed(f"{what}; the end of {log}:\n{tail(log)}")

    def start(self) -> None:
        begun = time.monotonic()
        say("Starting the broker …")
        self.children["broker"] = valkey.start(self.var / "valkey", self.socket)
        say("Bringing the database up to date …")
        made = self.manage("start_demo", while_it_runs=Progress("Bringing the database up to date").show)
        self.serve("web", "gunicorn", "catalog_site.wsgi:application")
        self.serve_queues("worker", "--beat", "--concurrency=1")
        say("Waiting for the page …")
        wait_until(self.ready, self.children["web"], what="The web server", log=self.log("web"), seconds=60)
        # Nobody waits for these: the page came first.
        several = os.environ.get("ASSISTANT_WORKERS") or "1"
        self.serve_queues("worker-assistant", f"--concurrency={several}")
        self.serve_queues("worker-imports", "--concurrency=1")
        say(self.welcome(made, time.monotonic() - begun))

    def manage(self, *arguments: str, while_it_runs: Callable[[str], None]) -> str:
        """What the management command printed, but for its progress. Raises ServerFailed with it when it fails."""
        with tempfile.TemporaryFile() as output:  # never a file with a name: it may contain the demo password
            command = [str(PYTHON), "manage.py", *arguments]
            process = spawn(command, output=output, cwd=ROOT, env=self.variables)
            try:
                while process.poll() is None:
                    self.check()
                    while_it_runs(text_of(output))
                    time.sleep(0.02)
            finally:
                stop(process, seconds=0.5)
            text = text_of(output)
            while_it_runs(text)
        if process.returncode:
            environment.rewrite("")
            raise ServerFailed(f"{text}\n`manage.py {' '.join(arguments)}` failed.")
        return STEP.sub("", text).strip()

    def serve(self, name: str, *module: str) -> None:
        self.log(name).write_bytes(b"")
        command = [str(PYTHON), "-m", *module]
        self.children[name] = serve(command, log=self.log(name), cwd=ROOT, env=self.variables)

    def serve_queues(self, name: str, *more: str) -> None:
        queues = f"--queues={','.join(WORKERS[name])}"
        command = ("celery", "--app=catalog_site", "worker", queues, f"--hostname={name}@%h")
        self.serve(name, *command, "--without-gossip", "--without-mingle", *more)

    def log(self, name: str) -> Path:
        return self.var / "valkey" / "valkey.log" if name == "broker" else self.logs / f"{name}.log"

    def ready(self) -> bool:
        """Whether the page answers, and says that its database and broker do."""
        self.check()
        page = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=3)
        try:
            page.request("GET", "/readyz")
            answer = json.loads(page.getresponse().read())  # whether mail gets out shows later
            return bool(answer["database"] == answer["broker"] == "ok")
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return False
        finally:
            page.close()

    def welcome(self, made: str, seconds: float) -> str:
        forgotten = (
            "Sign in as ada@acme.test or olga@catalog.test with the passwords that the first start printed.\n"
            "Forgotten? python3 dev.py manage changepassword ada@acme.test"
        )
        return "\n".join(
            (
                "",
                f"Catalog is ready at {self.address} after {seconds:.0f} s.",
                *(f"  {line}" for line in (made or forgotten).splitlines()),
                f"  Inbox of its emails, for the operator: {self.address}/admin/notifications/inboxmessage/",
                f"  Logs: {self.logs}",
                "  Ctrl-C stops everything.",
            )
        )

    def watch(self) -> None:
        """Returns never; raises what `check` raises."""
        while True:
            self.check()
            for name in self.children:
                self.bound(self.log(name))
            time.sleep(0.2)

    def bound(self, log: Path) -> None:
        """Keep a long log's past in a second file; the child goes on writing at the end of the first."""
        if log.stat().st_size > MAX_LOG_BYTES:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)

    def stop(self) -> None:
        """Stop all children in STOPPING_ORDER, the broker last; who has not ended after 2.5 s is killed."""
        broker = self.children.pop("broker", None)
        stop(*(self.children[name] for name in STOPPING_ORDER if name in self.children), seconds=2.5)
        if broker:
            stop(broker, seconds=1)
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.var:
            self.socket.parent.rmdir()
