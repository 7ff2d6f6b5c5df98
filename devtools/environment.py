"""The virtual environment: made once, filled from a hashed lock file, again whenever the lock changes."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ("requirements.txt", "requirements-dev.txt")  # each holds all that the one before it holds


class Unusable(Exception):
    """The machine lacks something; the text says what to do."""


def install(lock: str) -> None:
    """Bring the environment up to this lock file; does nothing when it is. Raises Unusable."""
    if any(marker(name).exists() for name in LOCKS[LOCKS.index(lock) :]) and PYTHON.exists():
        return
    if not PYTHON.exists() or not works():
        create()
    for name in LOCKS:
        for old in VENV.glob(f"installed-{name}-*"):
            old.unlink()
    download(lock)
    marker(lock).touch()


def marker(lock: str) -> Path:
    """A file that exists when exactly this lock is installed."""
    digest = hashlib.sha256((ROOT / lock).read_bytes() + sys.version.encode()).hexdigest()[:16]
    return VENV / f"installed-{lock}-{digest}"


def package(name: str) -> Path | None:
    """Where a package of the environment lies; it is never imported, for dev.py runs outside the environment."""
    return next(VENV.glob(f"lib/python*/site-packages/{name}"), None)


def works() -> bool:
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def create() -> None:
    print("Making the environment in .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Unusable("Python cannot make virtual environments here. On Debian: apt-get install python3-venv")


def download(lock: str) -> None:
    """pip's own work, told as a count: packages fetched so far, then seconds."""
    total = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-compile", "--disable-pip-version-check"]
    begun = time.monotonic()
    process = subprocess.Popen(
        [*command, "--progress-bar=off", "-r", str(ROOT / lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said, fetched = [], 0
    for line in process.stdout:
        said.append(line)
        if line.startswith("Collecting"):
            fetched += 1
            progress(f"Installing {lock}: {fetched} of {total} packages, {time.monotonic() - begun:.0f} s")
        elif line.startswith("Installing"):
            progress(f"Installing {lock}: unpacking, {time.monotonic() - begun:.0f} s")
    if process.wait():
        raise Unusable("".join(said[-8:]) + "The packages could not be installed; the next run tries again.")
    progress(f"Installed {lock} in {time.monotonic() - begun:.0f} s", last=True)


def progress(text: str, *, last: bool = False) -> None:
    """One line that rewrites itself on a terminal; elsewhere only the last one is printed."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)


def run(*command: str) -> int:
    """The exit code of a Python program in the environment."""
    return subprocess.run(
        [PYTHON, *command], cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"}, check=False
    ).returncode


def lock() -> int:
    """Compile requirements/*.in; the lock files name no index and no path of this machine."""
    tools = ROOT / "var" / "lock-tools"
    subprocess.run([sys.executable, "-m", "venv", tools], check=True)
    subprocess.run([tools / "bin" / "pip", "install", "--quiet", "uv"], check=True)
    flags = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    flags += ["--quiet", "--custom-compile-command=python3 dev.py lock"]
    for source, target in (("test.in", LOCKS[0]), ("dev.in", LOCKS[1])):
        command = [str(tools / "bin" / "uv"), "pip", "compile", *flags, "-o", str(ROOT / target), source]
        subprocess.run(command, cwd=ROOT / "requirements", check=True)
        print(f"Wrote {target}")
    return 0
