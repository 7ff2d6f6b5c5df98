"""Part 2 of `bench servers`: gunicorn as shipped, with other settings of its connections to PostgreSQL."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # Django has to be set up first

from bench._serving import Kind, measured, report, running  # noqa: E402
from bench._variants import FIRST_SIGHT, VARIANTS, WithOneQuery  # noqa: E402

OTHER = next(variant for variant in VARIANTS if variant.view is WithOneQuery)  # by Django's own cursor


def main() -> int:
    rounds, seconds = int(sys.argv[1]), float(sys.argv[2])
    variants = (FIRST_SIGHT, OTHER)
    with tempfile.TemporaryDirectory(prefix="catalog-bench-db-") as folder, running(kinds(), Path(folder)) as servers:
        found = measured(servers, variants, rounds, seconds)
        print("\nConnections to PostgreSQL, gunicorn as shipped")
        report(servers, variants, found)
    return 0


def kinds() -> list[Kind]:
    return [
        Kind("as shipped: 600 s, health checks, prepared", {}),
        Kind("the same once more: what is noise", {}),
        with_settings("no health checks", CONN_HEALTH_CHECKS=False),
        with_settings("a connection a request (CONN_MAX_AGE 0)", CONN_MAX_AGE=0),
        with_settings("psycopg's pool", CONN_MAX_AGE=0, OPTIONS={"pool": {"min_size": 4, "max_size": 6}}),
        Kind("PREPARED_STATEMENTS=false", {"PREPARED_STATEMENTS": "false"}),
        with_settings("server_side_binding", OPTIONS={"server_side_binding": True}),
        with_settings("a unix socket", HOST=socket_folder()),
    ]


def with_settings(name: str, **more: Any) -> Kind:
    variables = {"DJANGO_SETTINGS_MODULE": "bench._connected", "BENCH_CONNECTIONS": json.dumps(more)}
    return Kind(name, variables)


def socket_folder() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW unix_socket_directories")
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
