"""Part 1 of `bench servers`, on the database of the settings."""

import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402  # Django has to be set up first

from bench._serving import Kind, measured, report, running  # noqa: E402
from bench._variants import FIRST_SIGHT, FLOOR, OURS  # noqa: E402

PROCESSES = 2  # of each server
GRANIAN = ("granian", "--interface=wsgi", f"--workers={PROCESSES}", "--http=1", "--no-ws")
UVICORN = ("uvicorn", f"--workers={PROCESSES}", "--no-access-log")


def main() -> int:
    rounds, seconds = int(sys.argv[1]), float(sys.argv[2])
    variants = (FLOOR, OURS, FIRST_SIGHT)
    with tempfile.TemporaryDirectory(prefix="catalog-bench-web-") as folder, running(KINDS, Path(folder)) as servers:
        found = measured(servers, variants, rounds, seconds)
        print(f"\nServers of {PROCESSES} processes, {connection.vendor}")
        report(servers, variants, found)
    return 0


def gthread(threads: int) -> Kind:
    return Kind(f"gunicorn gthread, threads: {threads}", {"WEB_THREADS": str(threads)})


def granian(threads: int) -> Kind:
    words = (*GRANIAN, f"--blocking-threads={threads}", "catalog_site.wsgi:application")
    return Kind(f"granian WSGI, threads: {threads}", {}, words)


KINDS = (
    Kind("gunicorn as shipped", {}),
    Kind("the same once more: what is noise", {}),
    *map(gthread, (1, 2, 8)),
    Kind("gunicorn gthread, parser in C", {"GUNICORN_CMD_ARGS": "--http-parser=fast"}),
    Kind("gunicorn sync, no keep-alive", {"WEB_THREADS": "1", "GUNICORN_CMD_ARGS": "--worker-class=sync"}),
    *map(granian, (1, 2, 4)),
    Kind("uvicorn ASGI", {}, (*UVICORN, "catalog_site.asgi:application")),
)

if __name__ == "__main__":
    sys.exit(main())
