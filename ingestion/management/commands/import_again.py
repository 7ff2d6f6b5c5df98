from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from ingestion import queue
from ingestion.errors import NotPossible
from ingestion.management.lookups import batch_with_id


class Command(BaseCommand):
    help = (
        "Import the files of a refused, failed or superseded import again, also when files of a later time were "
        "imported since. `list_imports` shows the ids."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = batch_with_id(options["id"])
        try:
            queue.import_again(batch.account, batch.pk, by=COMMAND_LINE, now=timezone.now())
        except NotPossible as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        self.stderr.write(f"{batch} is imported again as soon as its turn comes.")
