"""What a check costs: the same trivial view behind our door, behind those of four peers, and behind none.

    python3 dev.py bench auth [--tokens 1000000] [--rounds 31] [--database sqlite|postgresql]

1. In process, the view alone, and the whole WSGI application with its middleware: in each round the variants take turns
   in random order, and each is compared with the floor of its round. With 1 token, then with --tokens.
2. The check without a view, beside TokenAuthentication's.
3. Over HTTP: gunicorn with the shipped configuration, called by processes that keep their connections.

Exits 1 when ours takes more than 1.15 times as long as no authentication, in process.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from devtools.environment import ROOT

DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000, help="of ours and of each peer")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--calls", type=int, default=200, help="of each variant in a round")
    parser.add_argument("--database", choices=DATABASES, help="default: one after the other")
    parser.add_argument("--skip-http", action="store_true", help="do without the third part")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    return max([measure(database, options) for database in chosen])


def measure(database: str, options: argparse.Namespace) -> int:
    """The exit code of the measurement on this database; each has a process of its own, for it has its own settings."""
    here = os.environ | {"DJANGO_SETTINGS_MODULE": "bench._settings"}
    if database == "sqlite":
        here["DATABASE_URL"] = f"sqlite:///{Path(here['VAR_DIR'], 'bench.sqlite3')}"
    said = [str(number) for number in (options.tokens, options.rounds, options.calls)]
    commands = [["manage.py", "migrate", "--verbosity=0"], ["-m", "bench._checks", *said]]
    if not options.skip_http:
        commands.append(["-m", "bench._http", str(options.rounds)])
    codes = [subprocess.run([sys.executable, *one], cwd=ROOT, env=here, check=False).returncode for one in commands]
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main())
