"""Asking on the command line before something that cannot be undone."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


def add_yes(parser: ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask; nobody is asked without a terminal either")


def ask(command: BaseCommand, question: str, options: dict[str, Any]) -> None:
    """Asks whoever sits at a terminal, unless they were told not to; raises CommandError for a no."""
    if sys.stdin.isatty() and not options["yes"]:
        command.stderr.write(f"{question} [y/N] ", ending="")
        if not said_yes():
            raise CommandError("Nothing was done.")


def said_yes() -> bool:
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:  # Ctrl-D
        return False
