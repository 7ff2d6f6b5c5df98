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
OWN = "--worker-class=gthread --logger-class=gunicorn.glogging.Logger"
UVICORN = ("uvicorn", f"--workers={PROCESSES}", "--no-access-log")


def main() -> int:
    rounds, seconds, beside = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    kinds = [KINDS[0], *(kind for kind in KINDS[1:] if beside in kind.name)]
    variants = (FLOOR, OURS, FIRST_SIGHT)
    with tempfile.TemporaryDirectory(prefix="catalog-bench-web-") as folder, running(kinds, Path(folder)) as servers:
        found = measured(servers, variants, rounds, seconds)
        print(f"\nServers of {PROCESSES} processes, {connection.vendor}")
        report(servers, variants, found)
    return 0


def gthread(threads: int) -> Kind:
    return Kind(f"gunicorn as shipped, threads: {threads}", {"WEB_THREADS": str(threads)})


def granian(threads: int) -> Kind:
    words = (*GRANIAN, f"--blocking-threads={threads}", "catalog_site.wsgi:application")
    return Kind(f"granian WSGI, threads: {threads}", {}, words)


KINDS = (
    Kind("gunicorn as shipped", {}),
    Kind("the same once more: what is noise", {}),
    Kind("gunicorn's own gthread worker", {"GUNICORN_CMD_ARGS": "--worker-class=gthread"}),
    Kind("gunicorn's own worker and logger", {"GUNICORN_CMD_ARGS": OWN}),
    *map(gthread, (1, 2, 8)),
    Kind("gunicorn as shipped, parser in C", {"GUNICORN_CMD_ARGS": "--http-parser=fast"}),
    Kind("gunicorn sync, no keep-alive", {"WEB_THREADS": "1", "GUNICORN_CMD_ARGS": "--worker-class=sync"}),
    *map(granian, (1, 2, 4)),
    Kind("uvicorn ASGI", {}, (*UVICORN, "catalog_site.asgi:application")),
)

if __name__ == "__main__":
    sys.exit(main())
