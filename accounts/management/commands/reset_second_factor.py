from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import sign_in
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.management.confirming import add_yes, ask
from accounts.management.lookups import person_with_address


class Command(BaseCommand):
    help = (
        "Take away the second factors of somebody who lost them: authenticator app, passkeys and recovery codes. "
        "Their sign-ins end, they are mailed about it, and sign in by password alone until they set up another one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with_address(options["email"])
        self.stderr.write(f"{person.full_name} <{person.email}>, {person.account or 'operator'}.")
        ask(self, "Make sure that it is really them who ask. Take their second factors away?", options)
        try:
            sign_in.reset_second_factor(person, by=COMMAND_LINE, now=timezone.now())
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{person.email} has no second factor any more.")
