from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from accounts.management.confirming import add_yes
from accounts.management.lookups import account_with_slug
from accounts.models import Account
from tokens.errors import ReplacementNotAcknowledged, TokenError
from tokens.management.commands._confirming import confirm
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token


class Command(BaseCommand):
    help = "Generate an API token. The value alone goes to standard output, once; everything else to standard error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", metavar="SLUG", required=True)
        parser.add_argument("--scope", required=True, help="read_only or read_write")
        parser.add_argument("--name", default="", help="what it is for, up to 80 characters")
        parser.add_argument(
            "--replace", action="store_true", help="replace the active token of this scope at once; says who uses it"
        )
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        scope = self.scope(options["scope"])
        account = account_with_slug(options["account"])
        active = self.active(account, scope) if options["replace"] else None
        if active:
            confirm(self, active, "Replace", options)
        try:
            issued = generate_token(
                account,
                scope=scope,
                name=options["name"],
                by=COMMAND_LINE,
                now=timezone.now(),  # not before the answer
                replaces=active.pk if active else None,
            )
        except ReplacementNotAcknowledged as error:
            raise CommandError(refusal(error, replace=options["replace"])) from None
        except TokenError as error:
            raise CommandError(str(error)) from None
        if active:
            self.stderr.write(f"{active.mask} is replaced and fails from now on.")
        self.stderr.write(
            f"{issued.token.mask} for {account.slug} expires on {issued.token.expires_at:%Y-%m-%d %H:%M} UTC:"
        )
        self.stdout.write(issued.secret)

    def active(self, account: Account, scope: Scope) -> ApiToken | None:
        return account.tokens.open().filter(scope=scope, expires_at__gt=timezone.now()).first()

    def scope(self, text: str) -> Scope:
        if text.lower() not in {scope.value.lower() for scope in Scope}:
            raise CommandError(f"There is no scope {text!r}: say read_only or read_write.")
        return Scope(text.upper())


def refusal(error: ReplacementNotAcknowledged, *, replace: bool) -> str:
    if replace or error.current is None:
        return "The active token changed in the meantime. Nothing was done: look at list_tokens and run it again."
    scope = Scope(error.current.scope).label
    return f"{scope} token {error.current.mask} is active. Say --replace to replace it at once."
