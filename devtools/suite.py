"""What `dev.py test` runs: the checks that need no server, then pytest."""

import os
import subprocess
import time

from devtools import environment, system
from devtools.environment import ROOT, VENV

CHECKS = (
    ("format", "ruff", "format", "--check", "--quiet", "."),
    ("lint", "ruff", "check", "--quiet", "."),
    ("types", "mypy", "."),
    ("storeys", "lint-imports"),
    ("migrations", "python", "manage.py", "makemigrations", "--check", "--dry-run"),
    ("site", "python", "manage.py", "check"),
)


def prepare(pytest_arguments: list[str]) -> None:
    """Set up what these tests need: programs of the machine, the environment, a browser. Raises Unusable."""
    system.install(pytest_arguments)
    environment.install("requirements-dev.txt")
    if system.concerns(system.BROWSER_TESTS, pytest_arguments):
        system.require_browser()


def run(pytest_arguments: list[str], *, sqlite: bool, faults: bool) -> int:
    """The exit code of the first check that fails, or pytest's. With arguments for pytest only pytest runs.

    `faults` runs the long fault tests, one after the other, instead of all others.
    """
    if pytest_arguments:
        print("Only pytest runs, because you gave it arguments.", flush=True)
    for name, program, *arguments in () if pytest_arguments or faults else CHECKS:
        if code := check(name, [str(VENV / "bin" / program), *arguments]):
            return code
    os.chdir(ROOT)
    database = {"CATALOG_TEST_DATABASE": "sqlite" if sqlite else "postgresql"}
    which = ("-m", "long", "-v", "-s") if faults else ("-m", "not long", "-n", "6", "--dist", "worksteal")
    return environment.become("-m", "pytest", *which, *pytest_arguments, variables=os.environ | database)


def check(name: str, command: list[str]) -> int:
    """Its exit code; what it printed is shown only when it fails."""
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{name:<12} {'failed' if done.returncode else 'ok'}  {time.monotonic() - begun:.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode
