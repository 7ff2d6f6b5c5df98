from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.lookups import account_with_slug
from ingestion.management.lookups import line_of, source_called
from ingestion.models import Batch


class Command(BaseCommand):
    help = "List imports, the latest first, one a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", metavar="SLUG", help="of this account only")
        parser.add_argument("--source", metavar="ID|NAME", help="of this source only")
        parser.add_argument("--state", metavar="STATE", help="in this state only, for example held")
        parser.add_argument("--limit", metavar="NUMBER", type=int, default=100, help="at most so many (default: 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        batches = Batch.objects.select_related("account", "source").order_by("-received_at", "pk")
        account = account_with_slug(options["account"]) if options["account"] else None
        if account:
            batches = batches.filter(account=account)
        if text := options["source"]:
            batches = batches.filter(source=source_called(text, account))
        if state := options["state"]:
            if state not in Batch.State.values:
                raise CommandError(f"There is no state {state}. Say one of {', '.join(Batch.State.values)}.")
            batches = batches.filter(state=state)
        self.stderr.write("ID\tACCOUNT\tSOURCE\tFAMILY\tFILES OF (UTC)\tSTATE\tNOTE")
        for batch in batches[: max(options["limit"], 0)]:
            self.stdout.write(line_of(batch))
