"""What `dev.py bench` does: a PostgreSQL and a Valkey for one measurement, thrown away afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from devtools import postgres, valkey
from devtools.environment import BENCH_LOCK, BENCH_VENV, PYTHON, ROOT, Unusable, install, python
from devtools.processes import stop

FOLDER = ROOT / "bench"
WITH_PEERS = {"auth"}  # measurements of packages that the site does without


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


def run(name: str, arguments: list[str]) -> int:
    """The exit code of `bench/NAME.py`. Raises Unusable for a name that there is not."""
    if name not in names():
        raise Unusable(f"There is no measurement {name!r}: say one of {', '.join(names())}.")
    program = PYTHON
    if name in WITH_PEERS:
        install(BENCH_LOCK)
        program = python(BENCH_VENV)
    folder = Path(tempfile.mkdtemp(prefix="catalog-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    database, url = postgres.start(folder / "postgres")
    broker = valkey.start(folder / "valkey", valkey.socket_path(folder))
    try:
        here = {"DATABASE_URL": f"{url}/postgres", "REDIS_URL": f"unix://{valkey.socket_path(folder)}?db=0"}
        here |= {"VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "tests.settings", "LOG_LEVEL": "error"}
        for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", f"bench.{name}", *arguments]):
            if code := subprocess.run([program, *command], cwd=ROOT, env=os.environ | here, check=False).returncode:
                return code
    finally:
        stop(broker)
        stop(database, ask=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)
    return 0
