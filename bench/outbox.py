"""How fast the outbox is sent over SMTP, beside a Celery task per email.

    python3 dev.py bench outbox [--emails 400] [--rounds 5] [--database sqlite|postgresql]

Each variant sends the same emails to a mail server on this machine (`_smtp.py`, a process of its own); in each round
the variants take turns in random order. Time counts from the first message that arrives to the last, so that nobody
pays for starting or for filling a queue. After each turn every email has to have arrived once, and every row to be
`sent`.

Exits 1 when one sender of ours is not 4 times as fast as the task per email.
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
    parser.add_argument("--emails", type=int, default=400, help="of a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=DATABASES, help="default: one after the other")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    return max([measure(database, options) for database in chosen])


def measure(database: str, options: argparse.Namespace) -> int:
    """The exit code of the measurement on this database; each has a process of its own, for it has its own settings."""
    here = dict(os.environ)
    if database == "sqlite":
        here["DATABASE_URL"] = f"sqlite:///{Path(here['VAR_DIR'], 'bench.sqlite3')}"
    said = [str(options.emails), str(options.rounds)]
    commands = [["manage.py", "migrate", "--verbosity=0"], ["-m", "bench._turns", *said]]
    codes = [subprocess.run([sys.executable, *one], cwd=ROOT, env=here, check=False).returncode for one in commands]
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main())
