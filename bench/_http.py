"""Part 3 of `bench auth`, on the database of the settings: gunicorn as it is shipped, called by other processes."""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from accounts.services import create_account  # noqa: E402
from bench._figures import ratios, spread  # noqa: E402
from bench._variants import FLOOR, OURS, Variant  # noqa: E402
from devtools.environment import ROOT  # noqa: E402
from tests.processes import gunicorn  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token  # noqa: E402

CALLERS = 2  # processes
CONNECTIONS = 2  # of each
SECONDS = 1.0  # of a variant in a round
TICKS = os.sysconf("SC_CLK_TCK")

Figures = tuple[float, float]  # calls a second, CPU microseconds of the server for a call


def main() -> int:
    rounds = int(sys.argv[1])
    account, _ = create_account("Over HTTP", admin_email="ada@http.test", by=None, now=timezone.now())
    issued = generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    found: dict[str, list[Figures]] = {FLOOR.name: [], OURS.name: []}
    with tempfile.TemporaryDirectory(prefix="catalog-bench-web-") as folder:
        server = gunicorn(Path(folder), DJANGO_SETTINGS_MODULE="bench._settings")
        with server as (port, _):
            workers = children(os.getpid())
            for number in range(-1, rounds):
                for variant in random.sample((FLOOR, OURS), 2):
                    figures = load(variant, port, f"Bearer {issued.secret}", workers)
                    if number >= 0:  # the first warms up
                        found[variant.name].append(figures)
    report(found)
    return 0


def load(variant: Variant, port: int, authorization: str, workers: list[int]) -> Figures:
    words = [str(port), variant.path, str(CONNECTIONS), str(SECONDS), *([authorization] if variant.credential else [])]
    command = [sys.executable, "-m", "bench._load", *words]
    callers = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(CALLERS)
    ]
    for caller in callers:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "ready\n"
    before = cpu(workers)
    for caller in callers:
        assert caller.stdin is not None
        caller.stdin.write("\n")
        caller.stdin.flush()
    said = [caller.communicate()[0].split() for caller in callers]
    spent = cpu(workers) - before
    calls = sum(int(words[0]) for words in said)
    return sum(int(words[0]) / float(words[1]) for words in said), spent * 1e6 / calls


def children(pid: int) -> list[int]:
    """All processes that this one and its own children started, but for those that have ended."""
    found = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [grandchild for child in found for grandchild in children(child)]


def cpu(pids: list[int]) -> float:
    """Seconds of CPU that these processes have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS


def report(found: dict[str, list[Figures]]) -> None:
    rounds = len(found[FLOOR.name])
    print(f"\nOver HTTP, gunicorn as shipped, {connection.vendor}: median of {rounds} rounds (quartiles)")
    print("| variant | calls a second | ratio | CPU µs of the server for a call | ratio |\n|---|---|---|---|---|")
    floors, cpus = zip(*found[FLOOR.name], strict=True)
    for name, figures in found.items():
        rates, spent = zip(*figures, strict=True)
        of_rates, of_cpu = spread(ratios(rates, floors), ".3f"), spread(ratios(spent, cpus), ".3f")
        print(f"| {name} | {spread(rates, '.0f')} | {of_rates} | {spread(spent, '.0f')} | {of_cpu} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
