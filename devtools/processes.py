"""Child processes that never outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None)


class ServerFailed(Exception):
    """A server did not start, or stopped by itself; the text is a sentence for the developer."""


def die_with_parent() -> None:
    """Runs in the child before exec: the kernel kills it when we die, even by SIGKILL."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def spawn(command: list[str], *, output: IO[bytes], **options: Any) -> subprocess.Popen[bytes]:
    """The running child, in a session of its own, so that Ctrl-C in the terminal reaches only us."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509  # no threads run when we start children
        **options,
    )


def serve(command: list[str], *, log: Path, **options: Any) -> subprocess.Popen[bytes]:
    """The running child, writing to the end of `log`."""
    with log.open("ab") as output:
        return spawn(command, output=output, **options)


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str, log: Path, seconds: float
) -> None:
    """Return when `ready` answers true. Raises ServerFailed with the end of the log when it does not in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process)
            raise ServerFailed(f"{what} did not start; the end of {log}:\n{tail(log)}")
        time.sleep(0.02)


def stop(*processes: subprocess.Popen[bytes], seconds: float = 2, ask: signal.Signals = signal.SIGTERM) -> None:
    """Ask them to stop, in this order, and kill what is left of them and their children after these seconds."""
    for process in processes:
        process.send_signal(ask)
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
