"""What `dev.py bench` does: servers for one measurement, thrown away afterwards; `--record` keeps what it said."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from devtools import postgres, valkey, variables
from devtools.environment import BENCH_LOCK, BENCH_VENV, PYTHON, ROOT, Unusable, become, install, python
from devtools.processes import stop

FOLDER = ROOT / "bench"
REPORTS = ROOT / "docs" / "performance"
DATABASES = ("postgresql", "sqlite")
WITH_PEERS = {"auth", "mcp"}  # measured with packages that the site does without
REPORT_NAMES = {"assistant": "search"}  # where the report is called otherwise
OF_SITE = "--account"  # an option that measures what `up` has, and makes no servers


def names() -> list[str]:
    """The measurements: packages that can be run, and modules that can."""
    packages = {path.parent.name for path in FOLDER.glob("*/__main__.py")}
    return sorted(packages | {path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text()})


def settings_of(name: str) -> str:
    """The settings module of a measurement."""
    return f"bench.{name}.settings" if (FOLDER / name / "settings.py").exists() else "bench.settings"


def run(name: str, arguments: list[str], *, database: str = DATABASES[0], record: bool = False) -> int:
    """The exit code of `python -m bench.NAME` on new servers. Raises Unusable for a name that there is not."""
    if name not in names():
        raise Unusable(f"There is no measurement {name!r}: say one of {', '.join(names())}.")
    program = PYTHON
    if name in WITH_PEERS:
        install(BENCH_LOCK)
        program = python(BENCH_VENV)
    if any(word.partition("=")[0] == OF_SITE for word in arguments):
        here = variables.of_site(variables.var_dir()) | {"DJANGO_SETTINGS_MODULE": settings_of(name)}
        become("-m", f"bench.{name}", *arguments, variables=here | {"LOG_LEVEL": "error"})
    with servers(database) as here:
        here |= {"DJANGO_SETTINGS_MODULE": settings_of(name), "LOG_LEVEL": "error"}
        code, _ = told([str(program), "manage.py", "migrate", "--verbosity=0"], here)
        if not code:
            code, said = told([str(program), "-m", f"bench.{name}", *arguments], here)
            if record:
                write_down(name, [f"--database={database}", name, *arguments], said)
    return code


@contextmanager
def servers(database: str) -> Iterator[dict[str, str]]:
    """The variables of an empty database and a Valkey, which end with the block."""
    folder = Path(tempfile.mkdtemp(prefix="catalog-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    url, running = f"sqlite:///{folder}/bench.sqlite3", None
    try:
        if database == "postgresql":
            running, server = postgres.start(folder / "postgres")
            url = f"{server}/postgres"
        broker = valkey.start(folder / "valkey", valkey.socket_path(folder))
        yield {
            "DATABASE_URL": url,
            "REDIS_URL": f"unix://{valkey.socket_path(folder)}?db=0",
            "VAR_DIR": str(folder / "var"),
        }
        stop(broker)
    finally:
        if running:
            stop(running, ask=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


def told(command: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of a command whose output is seen while it comes."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    said = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        said.append(line)
    return process.wait(), "".join(said)


def write_down(name: str, words: list[str], said: str, folder: Path = REPORTS) -> None:
    """Put what a measurement said into its report, in the place of what it said before on this database.

    At the end of the report the first time.
    """
    report, what = folder / f"{REPORT_NAMES.get(name, name)}.md", words[0].removeprefix("--database=")
    begin, end = f"<!-- {what}: written by dev.py bench --record -->", f"<!-- end of {what} -->"
    text = report.read_text(encoding="utf-8") if report.exists() else ""
    command = " ".join(["python3 dev.py bench", *words])
    block = f"{begin}\n`{command}`, {datetime.now(UTC).date()}\n\n{said.strip()}\n{end}"
    before, there, rest = text.partition(begin)
    after = rest.partition(end)[2] if there else "\n"
    report.write_text(f"{before.rstrip()}\n\n{block}{after}", encoding="utf-8")
