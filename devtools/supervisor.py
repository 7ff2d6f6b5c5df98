"""`dev.py up`: broker, database, demo account, worker, beat and web, started in this order and stopped in the other."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO

from devtools import valkey
from devtools.environment import PYTHON, ROOT, VENV
from devtools.processes import ServerFailed, spawn, stop, tail, wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


def up(*, port: int) -> int:
    """Run until Ctrl-C: 0 then, 1 when something could not start or died."""
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    with (var / "up.lock").open("a+") as lock:
        if why := unable(lock, port):
            print(why, file=sys.stderr)
            return 1
        write(lock, address)
        for number in SIGNALS:
            signal.signal(number, ask_to_stop)
        return Supervisor(var, address, port).run()


def unable(lock: IO[str], port: int) -> str:
    """Why we cannot start, or an empty text."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        return (
            f"Catalog is running already at {lock.read() or 'this folder'}. Stop it with Ctrl-C where it was started."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            return (
                f"Port {port} cannot be used ({error}). Choose another: python3 dev.py up --port {(port + 1) % 65536}"
            )
    return ""


def write(lock: IO[str], address: str) -> None:
    lock.truncate(0)
    lock.write(address)
    lock.flush()


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    for signal_number in SIGNALS:
        signal.signal(signal_number, signal.SIG_IGN)  # the second Ctrl-C does not interrupt the cleaning up
    raise Stopped


class Supervisor:
    """The children of one `up`, in the order in which they started."""

    def __init__(self, var: Path, address: str, port: int) -> None:
        self.logs = var / "logs"
        self.logs.mkdir(exist_ok=True)
        self.address, self.var = address, var
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.socket = valkey.socket_path(var)
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "catalog_site.settings",
            "VAR_DIR": str(var),
            "REDIS_URL": f"unix://{self.socket}?db=0",
            "BASE_URL": address,
            "PORT": str(port),
            "WEB_CONCURRENCY": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self) -> int:
        begun = time.monotonic()
        try:
            self.start()
            print(self.welcome(time.monotonic() - begun), flush=True)
            return self.watch()
        except Stopped:
            print("\nStopping …", flush=True)
            return 0
        except ServerFailed as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            self.stop()

    def start(self) -> None:
        print("Starting the broker …", flush=True)
        self.children["broker"] = valkey.start(self.var / "valkey", self.socket)
        print("Bringing the database up to date …", flush=True)
        self.manage("migrate", "--verbosity=0")
        self.manage("create_demo")
        celery = [str(VENV / "bin" / "celery"), "--app=catalog_site"]
        self.spawn("web", [str(VENV / "bin" / "gunicorn"), "catalog_site.wsgi:application"])
        self.spawn("worker", [*celery, "worker", "--concurrency=1", "--without-gossip", "--without-mingle"])
        self.spawn("beat", [*celery, "beat", f"--pidfile={self.var}/beat.pid"])
        print("Waiting for the page …", flush=True)
        wait_until(self.healthy, self.children["web"], what="The web server", log=self.log("web"), seconds=30)

    def spawn(self, name: str, command: list[str]) -> None:
        self.log(name).write_bytes(b"")
        self.children[name] = spawn(command, log=self.log(name), cwd=ROOT, env=self.environment)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def manage(self, *arguments: str) -> None:
        done = subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=False)
        if done.returncode:
            raise ServerFailed(f"`manage.py {' '.join(arguments)}` failed.")

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=3) as answer:  # noqa: S310  # our own address
                return bool(json.load(answer)["status"] == "ok")
        except (OSError, urllib.error.URLError):
            return False

    def welcome(self, seconds: float) -> str:
        return "\n".join(
            (
                "",
                f"Catalog is ready at {self.address} after {seconds:.0f} s.",
                "  Sign in as ada@acme.test to generate tokens, as olga@catalog.test to see the inbox and the outbox.",
                "  Their passwords were printed when they were made; another one:",
                "    python3 dev.py manage changepassword EMAIL",
                f"  Mail: {self.address}/admin/notifications/inboxmessage/   Logs: {self.logs}",
                "  Ctrl-C stops everything.",
            )
        )

    def watch(self) -> int:
        """Returns 1 when a child dies; raises Stopped when we are asked to stop."""
        while True:
            for name, child in self.children.items():
                if child.poll() is not None:
                    log = self.log(name) if name != "broker" else self.var / "valkey" / "valkey.log"
                    raise ServerFailed(
                        f"The {name} stopped with code {child.returncode}; the end of {log}:\n{tail(log)}"
                    )
            time.sleep(0.3)

    def stop(self) -> None:
        """Web, beat and worker first, the broker last; each gets a second before it is killed."""
        order = [self.children[name] for name in ("web", "beat", "worker") if name in self.children]
        for child in order:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in order:
            stop(child, seconds=1)
        if "broker" in self.children:
            stop(self.children["broker"], seconds=1)
        (self.var / "beat.pid").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
