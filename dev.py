#!/usr/bin/env python3
"""Catalog on your machine: `python3 dev.py up` runs it, `python3 dev.py test` tests it. Needs Python 3.11 alone."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # whoever has an older one must read a sentence
    sys.exit("Catalog needs Python 3.11 or newer: start it with python3.11 dev.py …")

import argparse

from devtools import environment, suite, supervisor

EXAMPLES = """examples:
  python3 dev.py up                     install, start everything, print where to sign in
  python3 dev.py up --port 9000         the same on another port
  python3 dev.py test                   lint, types, contracts, migrations, then all tests on PostgreSQL
  python3 dev.py test --sqlite          the same tests on SQLite
  python3 dev.py test tests/tokens -x   some tests; arguments go to pytest
  python3 dev.py manage list_tokens     a management command in the same environment
  python3 dev.py lock                   compile requirements/*.in into the lock files
"""


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="up | test | manage | lock")
    up = commands.add_parser("up", help="run Catalog here; Ctrl-C stops it")
    up.add_argument("--port", type=int, default=8000, help="of the web page (default: 8000)")
    test = commands.add_parser("test", help="run the checks and the tests", add_help=False)
    test.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    commands.add_parser("manage", help="run a management command", add_help=False)
    commands.add_parser("lock", help="compile the lock files")
    options, rest = parser.parse_known_args()
    if rest and options.command not in {"test", "manage"}:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    return options, rest


def main() -> int:
    options, rest = arguments()
    try:
        match options.command:
            case "up":
                environment.install("requirements.txt")
                return supervisor.up(port=options.port)
            case "manage":
                environment.install("requirements.txt")
                return environment.run("manage.py", *rest)
            case "lock":
                return environment.lock()
        environment.install("requirements-dev.txt")
        return suite.run(rest, sqlite=options.sqlite)
    except environment.Unusable as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
