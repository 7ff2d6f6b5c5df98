import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Account
from catalog.index.catching_up import SLICE, catch_up, index_account, number_of_assets
from catalog.index.checking import count_wrong_postings, differences, mend_postings
from catalog.index.writing import is_left_to_newer

MAX_TOLD = 20  # differences of an account
SECONDS_BETWEEN_LINES = 5.0
SLICES_AT_ONCE = 10  # before the clock is looked at


class Command(BaseCommand):
    help = (
        "Look at all assets again and make the index of the search say what they say, while it serves. The index is "
        "kept with every change, and filled by itself after an update: this is for whoever wrote into the database by "
        "hand, and for sites without workers. With --check it only does what is due, compares, and exits 1 on a "
        "difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", metavar="SLUG", help="only this one; else all")
        parser.add_argument("--check", action="store_true", help="compare the index with the assets")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = Account.objects.order_by("pk")
        if slug := options["account"]:
            accounts = accounts.filter(slug=slug)
            if not accounts:
                raise CommandError(f"There is no account {slug!r}.")
        if is_left_to_newer():
            raise CommandError("A newer version of Catalog has begun to index: run this with that one.")
        if options["check"]:
            self.check_all(accounts)
        else:
            for account in accounts:
                index_account(account, now=timezone.now())
                self.work_off(account)
                if any(count_wrong_postings(account)):
                    mend_postings(account)
                self.stdout.write(f"{account.slug}: {number_of_assets(account):,} assets were looked at.")

    def work_off(self, account: Account) -> None:
        """Do what is due, and say how far it is now and then."""
        total, looked_at, told = number_of_assets(account), 0, time.monotonic()
        while slices := catch_up(now=timezone.now(), account=account, slices=SLICES_AT_ONCE):
            looked_at = min(looked_at + slices * SLICE, total)
            if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
                told = time.monotonic()
                self.stdout.write(f"{account.slug}: {looked_at:,} of {total:,} assets")
                self.stdout.flush()

    def check_all(self, accounts: Any) -> None:
        wrong = 0
        for account in accounts:
            self.work_off(account)
            number = self.tell(account)
            if not number:
                self.stdout.write(f"{account.slug}: the index says what the assets say.")
            wrong += number
        if wrong:
            differences = "1 difference" if wrong == 1 else f"{wrong:,} differences"
            raise CommandError(f"{differences}. `manage.py index_catalog` mends the index.")

    def tell(self, account: Account) -> int:
        """How many differences there are; the first are told."""
        number = 0
        for line in differences(account):
            number += 1
            if number <= MAX_TOLD:
                self.stderr.write(f"{account.slug}: {line}")
        if number > MAX_TOLD:
            self.stderr.write(f"{account.slug}: and {number - MAX_TOLD:,} more")
        return number
