from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.links import password_link


class Command(BaseCommand):
    help = "Create an operator, who runs the site and uses the admin; prints a link that sets the password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            operator = services.create_user(options["email"], is_staff=True, by=COMMAND_LINE, now=timezone.now())
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"Operator {operator.email}. The link works once, for 3 days:")
        if settings.OPERATORS_NEED_SECOND_FACTOR:
            self.stderr.write("The first visit to the admin leads to setting up an authenticator app or a passkey.")
        self.stdout.write(password_link(operator))
