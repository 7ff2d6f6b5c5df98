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
        "Give somebody another address: they sign in with it, and get their mail there. Their sign-ins end, and both "
        "addresses are mailed about it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", metavar="OLD")
        parser.add_argument("new", metavar="NEW")
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_with_address(options["old"])
        self.stderr.write(f"{person.full_name} <{person.email}>, {person.account or 'operator'}.")
        ask(self, f"Whoever reads the mail of {options['new']} can sign in as them. Change it?", options)
        try:
            changed = sign_in.change_address(person, address=options["new"], by=COMMAND_LINE, now=timezone.now())
        except AccountError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{person.email} it is." if changed else f"{person.email} is the address already.")
