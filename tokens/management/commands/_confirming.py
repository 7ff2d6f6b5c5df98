"""Who stops when a token ends, said on the command line before it does."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tokens.models import ApiToken
from tokens.usage import LOOKBACK_DAYS, who_stops


def add_yes(parser: ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask; nobody is asked without a terminal either")


def confirm(command: BaseCommand, token: ApiToken, act: str, options: dict[str, Any]) -> None:
    """List the token's clients of the last 30 days; ask whoever sits at a terminal. Raises CommandError for a no."""
    stopping = who_stops(token, now=timezone.now())
    if not stopping:
        command.stderr.write(f"Nobody used {token.mask} in the last {LOOKBACK_DAYS} days.")
    else:
        many = f"{len(stopping)} integrations" if len(stopping) > 1 else "1 integration"
        command.stderr.write(f"{many} used {token.mask} in the last {LOOKBACK_DAYS} days and will stop:")
    for use in stopping:
        calls = f"{use.calls} call{'s' if use.calls > 1 else ''}"
        who = use.client or "unnamed client"
        command.stderr.write(f"  {who}\t{use.door.label}\t{calls}\tlast {use.last_seen:%Y-%m-%d %H:%M} UTC")
    ask(command, f"{act} it?", options)


def ask(command: BaseCommand, question: str, options: dict[str, Any]) -> None:
    """Asks whoever sits at a terminal, unless they were told not to; raises CommandError for a no."""
    if sys.stdin.isatty() and not options["yes"]:
        command.stderr.write(f"{question} A token that has ended cannot be restored. [y/N] ", ending="")
        if not said_yes():
            raise CommandError("Nothing was done.")


def said_yes() -> bool:
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:  # Ctrl-D
        return False
