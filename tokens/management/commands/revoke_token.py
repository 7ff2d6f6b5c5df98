from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from accounts.management.confirming import add_yes
from tokens.management.commands._confirming import confirm
from tokens.models import ApiToken
from tokens.services import revoke_token


class Command(BaseCommand):
    help = (
        "Revoke an API token for good; its calls fail from the next one on. Says first who uses it, and asks where "
        "somebody can answer. `list_tokens` shows the public ids."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("public_id", metavar="PUBLIC_ID")
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        token = ApiToken.objects.filter(public_id=options["public_id"]).first()
        if token is None:
            raise CommandError("There is no token with this public id.")
        if token.ended_at is None and not token.is_expired(timezone.now()):
            confirm(self, token, "Revoke", options)
        done = revoke_token(token, by=COMMAND_LINE, now=timezone.now())
        self.stderr.write(f"{token.mask} is revoked." if done else f"{token.mask} had ended before; nothing changed.")
