"""The virtual environment: made once, filled from a hashed lock file, again whenever the lock changes."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ("requirements.txt", "requirements-dev.txt")  # each holds all that the one before it holds
PRODUCTION_LOCK = "requirements/production.txt"  # the first of LOCKS without what only tests import: for the image
ASSISTANT_LOCK = "requirements/assistant.txt"  # and that with what a language model needs: for the assistant's workers
S3_LOCK = "requirements/s3.txt"  # and with what speaks to S3: for all processes, where uploads lie there
BENCH_VENV = ROOT / ".venv-bench"  # for the packages that we are compared with, which the site never sees
BENCH_LOCK = "requirements-bench.txt"  # the last of LOCKS, and those


class Unusable(Exception):
    """The machine lacks something; the text says what to do."""


def install(lock: str) -> None:
    """Bring the environment up to this lock file; does nothing when it is. Raises Unusable."""
    venv = place(lock)
    enough = LOCKS[LOCKS.index(lock) :] if lock in LOCKS else (lock,)
    if python(venv).exists() and any(marker(name).exists() for name in enough):
        return
    if not ours(venv):
        create(venv)
    for old in venv.glob("installed-*"):
        old.unlink()
    installed = marker(lock)  # of what is read now: the file may change meanwhile
    download(lock)
    installed.touch()


def lock_of_site() -> str:
    """The lock file of what the site needs here: more of it when it has a language model."""
    has_model = os.environ.get("ASSISTANT_MODEL") or os.environ.get("ASSISTANT_MODEL_FILE")
    return LOCKS[1] if has_model else LOCKS[0]


def place(lock: str) -> Path:
    """The environment that this lock file fills."""
    return BENCH_VENV if lock == BENCH_LOCK else VENV


def python(venv: Path) -> Path:
    return PYTHON if venv == VENV else venv / "bin" / "python"


def marker(lock: str) -> Path:
    """A file that exists when exactly this lock is installed, in this folder and for the Python of its environment."""
    venv = place(lock)
    described = venv / "pyvenv.cfg"
    facts = (ROOT / lock).read_bytes() + bytes(venv) + (described.read_bytes() if described.exists() else b"")
    return venv / f"installed-{lock}-{hashlib.sha256(facts).hexdigest()[:16]}"


def ours(venv: Path | None = None) -> bool:
    """Whether .venv (or another) works, is new enough, and was made in this folder rather than copied into it."""
    venv = venv or VENV
    pip = venv / "bin" / "pip"
    if not python(venv).exists() or not pip.exists() or str(venv) not in pip.read_text():
        return False
    question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python(venv), "-c", question], capture_output=True, check=False).returncode == 0


def can_create() -> bool:
    """Debian's Python makes environments only with the package python3-venv."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def create(venv: Path) -> None:
    if not os.access(venv.parent, os.W_OK):
        raise Unusable(
            f"Nothing can be written into {venv.parent}, where the packages belong ({venv.name}).\n"
            "Copy the project into a folder of yours, and start it there."
        )
    if not can_create():
        raise Unusable("Python cannot make virtual environments here. On Debian: apt-get install python3-venv")
    print(f"Making the environment in {venv.name} …", flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        raise Unusable(f"The environment could not be made:\n{made.stdout}{made.stderr}".rstrip())


def download(lock: str) -> None:
    """Let pip install the lock, and show how many packages are fetched."""
    total = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    program = str(python(place(lock)))
    command = [program, "-m", "pip", "install", "--require-hashes", "--no-compile", "--disable-pip-version-check"]
    begun = time.monotonic()
    announce(f"Installing {total} packages of {lock} …")
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
            rewrite(f"Fetching packages: {fetched} of {total}, {time.monotonic() - begun:.0f} s")
        elif line.startswith("Installing"):
            rewrite(f"Fetched {total} packages in {time.monotonic() - begun:.0f} s, unpacking them …")
    if process.wait():
        raise Unusable("".join(said[-8:]) + "The packages could not be installed; the next run tries again.")
    rewrite("")
    announce(f"Installed in {time.monotonic() - begun:.0f} s.")


def announce(text: str) -> None:
    print(text, flush=True)


def rewrite(text: str) -> None:
    """Shows the text in place of the one before it, on a terminal alone."""
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns - 1  # what is longer would begin a second line
        print(f"\r\x1b[K{text[:columns]}", end="", flush=True)


def package(name: str) -> Path | None:
    """The folder of a package; it is not imported, for dev.py runs outside the environment."""
    return next(VENV.glob(f"lib/python*/site-packages/{name}"), None)


def become(*command: str, variables: Mapping[str, str]) -> NoReturn:
    """Replace this process by a Python program of the environment: its exit code and signals are its own."""
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *command], variables)  # noqa: S606  # no shell is wanted


def lock() -> int:
    """Compile requirements/*.in; the lock files name no index and no path of this machine."""
    tools = ROOT / "var" / "lock-tools"
    finish(sys.executable, "-m", "venv", str(tools))
    finish(f"{tools}/bin/pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    flags = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    flags += ["--quiet", "--custom-compile-command=python3 dev.py lock"]
    same = ("--constraint", f"../{LOCKS[0]}")  # what is shipped is what was tested
    for target, source, *more in (
        (LOCKS[0], "test.in"),
        (PRODUCTION_LOCK, "runtime.in", *same),
        (LOCKS[1], "dev.in"),
        (ASSISTANT_LOCK, "assistant.in", "--constraint", f"../{LOCKS[1]}"),
        (S3_LOCK, "s3.in", *same),
        (BENCH_LOCK, "bench.in"),
    ):
        finish(f"{tools}/bin/uv", "pip", "compile", *flags, "-o", str(ROOT / target), source, *more)
        announce(f"Wrote {target}")
    return 0


def finish(*command: str) -> None:
    if subprocess.run(command, cwd=ROOT / "requirements", check=False).returncode:
        raise Unusable(f"This failed: {' '.join(command)}")
