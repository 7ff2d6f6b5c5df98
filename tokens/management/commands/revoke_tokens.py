from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.actors import COMMAND_LINE
from accounts.generation import begin_anew
from accounts.management.confirming import add_yes
from accounts.management.lookups import account_with_slug
from tokens.management.commands._confirming import ask
from tokens.models import ApiToken, ApiTokenQuerySet, TokenUse
from tokens.services import revoke_tokens
from tokens.usage import LOOKBACK_DAYS, count_integrations, first_day, who_stops

MAX_TOKENS_LISTED = 20
MAX_INTEGRATIONS_NAMED = 3  # of each token
TOKENS_PER_TRANSACTION = 500  # with one wait for leases


class Command(BaseCommand):
    help = (
        "Revoke many API tokens for good, as after restoring a backup, which opens again what was revoked since it was "
        "made. Says first which and who uses them, and asks where somebody can answer. The administrators get their "
        "emails. Also when no token is left to revoke, no process trusts any longer what it had verified before. "
        "Times are ISO 8601 with their zone: 2026-11-24T12:00:00Z."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--account", metavar="SLUG", help="those of this account")
        whose.add_argument("--all", action="store_true", help="those of all accounts")
        parser.add_argument("--issued-before", metavar="T", type=moment, help="only those issued before this time")
        parser.add_argument(
            "--changed-since", metavar="T", type=moment, help="only those issued, or called with, at this time or later"
        )
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = self.chosen(options)
        keys = list(chosen.values_list("pk", flat=True))
        self.tell(chosen, len(keys))
        if keys:
            ask(self, "Revoke them?", options)
        begin_anew(by=COMMAND_LINE, now=timezone.now())
        revoked = 0
        for start in range(0, len(keys), TOKENS_PER_TRANSACTION):
            batch = ApiToken.objects.filter(pk__in=keys[start : start + TOKENS_PER_TRANSACTION])
            revoked += revoke_tokens(batch, by=COMMAND_LINE, now=timezone.now())
        self.stderr.write("No process trusts any longer what it had verified before.")
        self.stdout.write(f"{revoked} revoked.")

    def chosen(self, options: dict[str, Any]) -> ApiTokenQuerySet:
        tokens = ApiToken.objects.active(timezone.now())
        if slug := options["account"]:
            tokens = tokens.filter(account=account_with_slug(slug))
        if at := options["issued_before"]:
            tokens = tokens.issued_before(at)
        if at := options["changed_since"]:
            tokens = tokens.changed_since(at)
        return tokens.select_related("account").order_by("account__slug", "created_at")

    def tell(self, tokens: ApiTokenQuerySet, count: int) -> None:
        """Say which tokens will end and who uses them, the first MAX_TOKENS_LISTED of them by name."""
        if not count:
            self.stderr.write("No active token is among them.")
            return
        uses = TokenUse.objects.filter(token__in=tokens.order_by().values("pk")).since(first_day(timezone.now()))
        users = count_integrations(uses.answered())
        self.stderr.write(
            f"Tokens to revoke: {count}. Integrations that used them in the last {LOOKBACK_DAYS} days: {users}."
        )
        for token in tokens[:MAX_TOKENS_LISTED]:
            self.stderr.write(f"  {token.account.slug}\t{token.mask}\t{token.name}\t{users_of(token)}")
        if count > MAX_TOKENS_LISTED:
            self.stderr.write(f"  … and {count - MAX_TOKENS_LISTED:,} more")


def users_of(token: ApiToken) -> str:
    """Who used the token in the last 30 days, the latest first."""
    integrations = who_stops(token, now=timezone.now())
    names = [f"{use.client or 'unnamed client'} ({use.door.label})" for use in integrations[:MAX_INTEGRATIONS_NAMED]]
    more = len(integrations) - len(names)
    return ", ".join(names + ([f"{more} more"] if more else [])) or "nobody"


def moment(text: str) -> datetime:
    """A time of ISO 8601 that says its zone; ArgumentTypeError for any other text."""
    try:
        at = parse_datetime(text)
    except ValueError:  # of the right form, but no such day or hour
        at = None
    if at is None:
        raise ArgumentTypeError(f"{text!r} is no time: say one such as 2026-11-24T12:00:00Z.")
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} says no zone: add Z for UTC, or one such as +02:00.")
    return at
