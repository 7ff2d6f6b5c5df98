"""The commands of dev.py: their options, and what each of them runs."""

import argparse
import os
import sys

from devtools import benches, environment, mutants, suite, supervisor, variables
from devtools.processes import ServerFailed

DESCRIPTION = "Catalog on your machine: `up` runs it, `test` tests it. Needs Python 3.11 alone."
EXAMPLES = """examples:
  python3 dev.py up                     install, start everything, print where to sign in
  python3 dev.py up --port 9000         the same on another port
  python3 dev.py test                   lint, types, contracts, migrations, then all tests on PostgreSQL
  python3 dev.py test --sqlite          the same tests on SQLite
  python3 dev.py test --faults          the long fault tests: killed senders, a year in minutes
  python3 dev.py test tests/tokens -x   some tests; what is not ours goes to pytest
  python3 dev.py manage list_tokens     a management command in the environment of `up`
  python3 dev.py bench growth           a measurement; the figures are in docs/performance.md
  python3 dev.py lock                   compile requirements/*.in into the lock files
"""


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError("say a number from 1 to 65535")
    return int(text)


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """The command with its options, and the words that are for pytest or Django."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="up | test | manage | bench | lock")
    up = commands.add_parser("up", help="run Catalog here; Ctrl-C stops it")
    up.add_argument("--port", type=port, default=8000, help="of the web page (default: 8000)")
    test = commands.add_parser("test", help="run the checks and the tests", allow_abbrev=False)
    test.add_argument("--sqlite", action="store_true", help="on SQLite; everything else goes to pytest")
    test.add_argument("--faults", action="store_true", help="the long fault tests instead (under 20 minutes)")
    test.add_argument("--mutants", action="store_true", help="break the code on purpose: do the tests notice?")
    commands.add_parser("manage", help="run a management command", add_help=False)
    bench = commands.add_parser("bench", help="run a measurement of bench/ on servers of its own")
    bench.add_argument("--database", choices=benches.DATABASES, default=benches.DATABASES[0])
    bench.add_argument("--record", action="store_true", help="also write its figures into docs/performance/NAME.md")
    bench.add_argument("name", metavar="NAME", help="one of " + ", ".join(benches.names()))
    bench.add_argument("of_bench", metavar="…", nargs=argparse.REMAINDER, help="its options: NAME --help lists them")
    commands.add_parser("lock", help="compile the lock files")
    options, rest = parser.parse_known_args()
    if rest and options.command not in {"test", "manage", "bench"}:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    return options, [*getattr(options, "of_bench", []), *rest]


def run(options: argparse.Namespace, rest: list[str]) -> int:
    if options.command == "up":
        return supervisor.up(port=options.port)
    if options.command == "test":
        suite.prepare(rest)
        if options.mutants:
            return mutants.run()
        return suite.run(rest, sqlite=options.sqlite, faults=options.faults)
    if options.command == "manage":
        environment.install(environment.lock_of_site())
        here = variables.of_site(variables.var_dir())
        environment.become(str(environment.ROOT / "manage.py"), *rest, variables=here)
    if options.command == "bench":
        environment.install("requirements-dev.txt")
        return benches.run(options.name, rest, database=options.database, record=options.record)
    return environment.lock()


def main() -> int:
    options, rest = arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling Django in every process costs as much as starting it
    try:
        return run(options, rest)
    except (environment.Unusable, ServerFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # as shells say it: Ctrl-C before anything ran
