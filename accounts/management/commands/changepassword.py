import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import sign_in
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.management.lookups import person_with_address
from accounts.models import User

MAX_TRIES = 3


class Command(BaseCommand):
    """In the place of Django's own, which would write past the service that tells the person and keeps a record."""

    help = (
        "Set somebody's password, asked for twice; a pipe says it in one line. All of their sign-ins end, and they are "
        "mailed about it. To let them choose it themselves, let them ask for a link on the sign-in page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with_address(options["email"])
        password = self.asked(person) if sys.stdin.isatty() else self.checked(sys.stdin.readline().rstrip("\n"), person)
        try:
            sign_in.set_password(person, password, by=COMMAND_LINE, now=timezone.now())
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stderr.write(f"The password of {person.email} is set, and their sign-ins have ended.")

    def asked(self, person: User) -> str:
        """What somebody typed twice, up to MAX_TRIES times. Raises CommandError."""
        self.stderr.write(f"A new password for {person.email}.")
        for _ in range(MAX_TRIES):
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Password, once more: "):
                self.stderr.write("These two differ.")
                continue
            try:
                return self.checked(password, person)
            except CommandError as error:
                self.stderr.write(str(error))
        raise CommandError("Nothing was changed.")

    def checked(self, password: str, person: User) -> str:
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
