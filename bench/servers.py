"""Which server, and which connections to PostgreSQL: the same views behind each, one at a time under load.

    python3 dev.py bench servers [--rounds 8] [--seconds 0.5] [--database sqlite|postgresql]
                                 [--only servers|connections] [--beside TEXT]

1. Three views (no authentication; our door; our door when no lease holds, which is one query) behind gunicorn as
   shipped and in other sizes, granian and uvicorn. All run from the beginning; in each round they take turns in
   random order.
2. On PostgreSQL, gunicorn as shipped with other settings of its connections: two views that make one query each.

Every figure is compared with what is shipped, in the same round. Logs are written as shipped. Callers keep their
connections where the server does.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from devtools.environment import ROOT

DATABASES = ("sqlite", "postgresql")
PARTS = ("servers", "connections")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each server and view in a round")
    parser.add_argument("--database", choices=DATABASES, help="default: one after the other")
    parser.add_argument("--only", choices=PARTS, help="one of the parts; default: both")
    parser.add_argument("--beside", default="", help="of the servers only those with this in their name, and ours")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    return max([measure(database, options) for database in chosen])


def measure(database: str, options: argparse.Namespace) -> int:
    """The exit code of the measurement on this database, which has settings and so a process of its own."""
    here = os.environ | {"DJANGO_SETTINGS_MODULE": "bench._settings"}
    if database == "sqlite":
        here["DATABASE_URL"] = f"sqlite:///{Path(here['VAR_DIR'], 'servers.sqlite3')}"
    said = [str(options.rounds), str(options.seconds), options.beside]
    parts = [options.only] if options.only else PARTS[: 1 if database == "sqlite" else 2]
    commands = [["manage.py", "migrate", "--verbosity=0"], *(["-m", f"bench._{part}", *said] for part in parts)]
    codes = [subprocess.run([sys.executable, *one], cwd=ROOT, env=here, check=False).returncode for one in commands]
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main())
