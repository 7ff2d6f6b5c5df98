from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.links import password_link


class Command(BaseCommand):
    help = "Create an account with its first administrator; prints a link that sets the password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the company's name, for example 'Acme'")
        parser.add_argument("--admin", metavar="EMAIL", required=True, help="the administrator's email address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account, admin = services.create_account(
                options["name"], admin_email=options["admin"], by=COMMAND_LINE, now=timezone.now()
            )
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"Account {account.slug} with administrator {admin.email}. The link works once, for 3 days:")
        self.stdout.write(password_link(admin))
