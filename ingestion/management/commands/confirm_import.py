from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from accounts.management.confirming import add_yes, ask
from ingestion import queue
from ingestion.errors import NotPossible
from ingestion.management.lookups import batch_with_id


class Command(BaseCommand):
    help = (
        "Say yes to an import that is held since it deletes much. Says first what it deletes, and asks where somebody "
        "can answer. `list_imports --state held` shows the ids."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID")
        add_yes(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        batch = batch_with_id(options["id"])
        shown = queue.deletions(batch)
        if batch.state == batch.State.WITHHELD:
            told = ", ".join(f"{number:,} {kind}{'s' if number > 1 else ''}" for kind, number in shown.items())
            self.stderr.write(f"{batch} deletes {told}.")
            ask(self, "Confirm it?", options)
        try:
            queue.confirm(batch.account, batch.pk, by=COMMAND_LINE, now=timezone.now(), shown=shown)
        except NotPossible as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        self.stderr.write(f"{batch} is imported as soon as its turn comes.")
