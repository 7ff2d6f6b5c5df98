"""What `dev.py bench` does: a PostgreSQL and a Valkey for one measurement, thrown away afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from devtools import postgres, valkey
from devtools.environment import BENCH_LOCK, BENCH_VENV, PYTHON, ROOT, Unusable, install, python
from devtools.processes import stop

FOLDER = ROOT / "bench"
REPORT = ROOT / "docs" / "performance.md"
WITH_PEERS = {"auth", "servers"}  # measurements of packages that the site does without


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


def run(name: str, arguments: list[str], *, record: bool = False) -> int:
    """The exit code of `bench/NAME.py`; `record` keeps what it says. Raises Unusable for a name that there is not."""
    if name not in names():
        raise Unusable(f"There is no measurement {name!r}: say one of {', '.join(names())}.")
    program = PYTHON
    if name in WITH_PEERS:
        install(BENCH_LOCK)
        program = python(BENCH_VENV)
    folder = Path(tempfile.mkdtemp(prefix="catalog-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    database, url = postgres.start(folder / "postgres", local=True)
    broker = valkey.start(folder / "valkey", valkey.socket_path(folder))
    try:
        here = {"DATABASE_URL": f"{url}/postgres", "REDIS_URL": f"unix://{valkey.socket_path(folder)}?db=0"}
        here |= {"VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "tests.settings", "LOG_LEVEL": "error"}
        code, _ = told([str(program), "manage.py", "migrate", "--verbosity=0"], here)
        if not code:
            code, said = told([str(program), "-m", f"bench.{name}", *arguments], here)
            if record:
                write_down(name, arguments, said)
    finally:
        stop(broker)
        stop(database, ask=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)
    return code


def told(command: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of a command whose output is seen while it comes."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    said = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        said.append(line)
    return process.wait(), "".join(said)


def write_down(name: str, arguments: list[str], said: str, report: Path = REPORT) -> None:
    """Put what a measurement said into the report, in the place of what it said before; at its end the first time."""
    begin, end = f"<!-- {name}: written by dev.py bench --record -->", f"<!-- end of {name} -->"
    text = report.read_text(encoding="utf-8")
    command = " ".join(["python3 dev.py bench", name, *arguments])
    block = f"{begin}\n`{command}`, {datetime.now(UTC).date()}\n\n{said.strip()}\n{end}"
    before, found, rest = text.partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    report.write_text(f"{before.rstrip()}\n\n{block}{after}", encoding="utf-8")
