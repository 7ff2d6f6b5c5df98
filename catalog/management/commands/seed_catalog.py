import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.errors import AccountError
from accounts.models import Account
from catalog.index.catching_up import SLICE, catch_up
from catalog.models import Source
from catalog.seeding import PEOPLE, seed

SECONDS_BETWEEN_LINES = 5.0  # seconds between two lines
MAX_COLUMNS = 1_000  # columns of a table
SLICES_AT_ONCE = 10  # before the clock is looked at


class Command(BaseCommand):
    help = (
        "Fill an account with a made-up catalog of any size, to see how the site bears it: tables with columns, tags, "
        "owners, joins, lineage and dashboards in proportion. 100,000 tables take some minutes and 2 GB on "
        "PostgreSQL. There is no command that removes them: use a database that you can throw away."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tables", metavar="N", type=int, required=True, help="how many tables, 1 or more")
        parser.add_argument(
            "--columns-per-table", metavar="N", type=int, default=10, help=f"1 to {MAX_COLUMNS:,}; default: %(default)s"
        )
        parser.add_argument(
            "--account", metavar="SLUG", default="seed", help="made if there is none; default: %(default)s"
        )
        parser.add_argument("--yes", action="store_true", help="add to an account that has a catalog already")

    def handle(self, *args: Any, **options: Any) -> None:
        tables, width = options["tables"], options["columns_per_table"]
        if tables < 1:
            raise CommandError("Say --tables 1 or more.")
        if not 1 <= width <= MAX_COLUMNS:
            raise CommandError(f"Say --columns-per-table 1 to {MAX_COLUMNS:,}.")
        account = self.account(options["account"])
        if Source.objects.visible_to(account).exists() and not options["yes"]:
            raise CommandError(f"{account.slug} has a catalog already. Say --yes to add to it, or another --account.")
        self.stderr.write(f"Adding {tables:,} tables with {width:,} columns each to {account.slug}.")
        begun = self.told = time.monotonic()
        try:
            seed(account, tables=tables, width=width, now=timezone.now(), tell=self.tell)
        except AccountError as error:  # somebody of another account has the address of one of its people
            raise CommandError(str(error)) from None
        self.index(account)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # as autovacuum does in time: till then searches of columns take minutes
        self.stderr.write(f"Done in {time.monotonic() - begun:.0f} s. Its people are person0 to person{PEOPLE - 1}.")

    def account(self, slug: str) -> Account:
        account = Account.objects.filter(slug=slug).first()
        if account is not None:
            return account
        if slugify(slug) != slug:
            raise CommandError(f"{slug!r} is no name for an account: say a to z, 0 to 9 and hyphens.")
        try:
            made, _ = services.create_account(
                slug, admin_email=f"admin@{slug}.test", by=COMMAND_LINE, now=timezone.now()
            )
        except AccountError as error:
            raise CommandError(str(error)) from None
        return made

    def index(self, account: Account) -> None:
        """Make the search find what was added."""
        done = 0
        while slices := catch_up(now=timezone.now(), account=account, slices=SLICES_AT_ONCE):
            done += slices * SLICE
            self.say(f"Some {done:,} assets are in the index of the search.")

    def tell(self, tables: int) -> None:
        self.say(f"{tables:,} tables are stored.")

    def say(self, how_far: str) -> None:
        """Say how far it is, now and then."""
        if time.monotonic() - self.told >= SECONDS_BETWEEN_LINES:
            self.told = time.monotonic()
            self.stderr.write(how_far)
