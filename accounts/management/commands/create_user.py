from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.links import password_link
from accounts.management.lookups import account_with_slug
from accounts.models import User


class Command(BaseCommand):
    help = "Enter a person into an account; prints a link that sets the password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--account", metavar="SLUG", required=True)
        roles = [role.value.lower() for role in User.Role]
        parser.add_argument("--role", choices=roles, default="viewer", help="default: viewer")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_with_slug(options["account"])
        role = User.Role(options["role"].upper())
        try:
            user = services.create_user(
                options["email"], account=account, role=role, by=COMMAND_LINE, now=timezone.now()
            )
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"{role.label} {user.email} of {account.slug}. The link works once, for 3 days:")
        self.stdout.write(password_link(user))
