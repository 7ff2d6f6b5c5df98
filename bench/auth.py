"""What a check costs: the same trivial view behind our door, behind those of four peers, and behind none.

    python3 dev.py bench auth [--tokens 100000 1000000] [--rounds 31] [--database sqlite|postgresql] [--only PART]

- checks: in process, the view alone, and the whole WSGI application with middleware and logs as they are shipped: in
  each round the variants take turns in random order, and each is compared with the floor of its round. With 1 token,
  then with --tokens. And the check without a view, beside TokenAuthentication's.
- cold: what memory does not answer: unknown, malformed and ended tokens, and more valid ones than it holds.
- http: gunicorn with the shipped configuration, called by processes that keep their connections.

Exits 1 when, through the whole application, a warm call takes more than 1.15 times as long as one without
authentication, or one with a token that is seen for the first time more than 1.6 (SQLite) or 2.4 times (PostgreSQL).
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from devtools.environment import ROOT

DATABASES = ("sqlite", "postgresql")
PARTS = ("checks", "cold", "http")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, nargs="+", default=[100_000, 1_000_000], help="of ours and of each peer")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--calls", type=int, default=100, help="of each variant in a round")
    parser.add_argument("--database", choices=DATABASES, help="default: one after the other")
    parser.add_argument("--only", choices=PARTS, help="one part, instead of all")
    options = parser.parse_args()
    chosen = [options.database] if options.database else DATABASES
    return max(measure(database, options) for database in chosen)


def measure(database: str, options: argparse.Namespace) -> int:
    """The exit code of the measurement on this database; each has a process of its own, for it has its own settings."""
    here = os.environ | {"DJANGO_SETTINGS_MODULE": "bench._settings", "LOG_LEVEL": "info", "LOG_FORMAT": "json"}
    if database == "sqlite":
        here["DATABASE_URL"] = f"sqlite:///{Path(here['VAR_DIR'], 'bench.sqlite3')}"
    parts = [options.only] if options.only else list(PARTS)
    rounds, calls = str(options.rounds), str(options.calls)
    run("manage.py", "migrate", "--verbosity=0", here=here)
    codes = [0]
    for tokens in map(str, options.tokens if "checks" in parts or "cold" in parts else []):
        run("manage.py", "flush", "--no-input", "--verbosity=0", here=here)
        codes += [run("-m", f"bench._{part}", tokens, rounds, calls, here=here) for part in parts if part != "http"]
    if "http" in parts:
        codes.append(run("-m", "bench._http", rounds, here=here))
    return max(map(abs, codes))


def run(*words: str, here: dict[str, str]) -> int:
    """Its log goes to a file, as a site's would; what else it says there is shown when it fails."""
    path = Path(here["VAR_DIR"], "log")
    with path.open("w") as log:
        code = subprocess.run([sys.executable, *words], cwd=ROOT, env=here, stderr=log, check=False).returncode
    if code:
        sys.stderr.writelines(line for line in path.read_text().splitlines(keepends=True) if not line.startswith("{"))
    return code


if __name__ == "__main__":
    sys.exit(main())
