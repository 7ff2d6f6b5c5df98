from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Account
from catalog.index.catching_up import catch_up, index_account
from catalog.index.checking import differences

MAX_TOLD = 20  # differences of an account


class Command(BaseCommand):
    help = (
        "Make the index of the search anew, while the old one serves. It is kept with every change: this is for the "
        "first time after an update, and for whoever wrote into the database by hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", metavar="SLUG", help="only this one; else all")
        parser.add_argument("--check", action="store_true", help="do what is due, and compare")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = Account.objects.order_by("pk")
        if slug := options["account"]:
            accounts = accounts.filter(slug=slug)
            if not accounts:
                raise CommandError(f"There is no account {slug!r}.")
        wrong = 0
        for account in accounts:
            if not options["check"]:
                index_account(account, now=timezone.now())
            while catch_up(now=timezone.now(), account=account):
                pass
            if options["check"]:
                wrong += self.tell(account)
        if wrong:
            raise CommandError(f"{wrong:,} differences. `manage.py index_catalog` makes the index anew.")

    def tell(self, account: Account) -> int:
        """How many differences there are; the first are told."""
        number = 0
        for line in differences(account):
            number += 1
            if number <= MAX_TOLD:
                self.stderr.write(f"{account.slug}: {line}")
        return number
