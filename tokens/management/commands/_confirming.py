"""Who stops when a token ends, said on the command line before it does."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management import confirming
from tokens.models import ApiToken
from tokens.usage import LOOKBACK_DAYS, who_stops


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
    confirming.ask(command, f"{question} A token that has ended cannot be restored.", options)
