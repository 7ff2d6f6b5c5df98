import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import COMMAND_LINE
from accounts.management.lookups import account_with_slug
from accounts.models import Account
from catalog.models import Source
from ingestion import bringing, queue, store
from ingestion.errors import IngestionError, NotPossible, PathTaken
from ingestion.management.lookups import line_of, source_called
from ingestion.models import DONE, Batch, Family, Upload
from ingestion.reports import ENDED, as_json

PIECE = 2**20  # bytes that are read at once
LOOKED_EVERY = 1.0  # seconds


class Command(BaseCommand):
    help = (
        "Hand in a file, or all files of a folder, as programs do by upload; `worker-imports` imports them. Exits "
        "with 1 when a file is not taken, and with --wait also when an import ends and is not imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a file or a folder; folders in it are left out")
        parser.add_argument(
            "--source", metavar="ID|NAME", help="whose files they are; without it they are manual lineage"
        )
        parser.add_argument("--account", metavar="SLUG", help="needed without --source, or when names are not enough")
        parser.add_argument("--family", metavar="FAMILY", help="refuse a source whose files are of another family")
        parser.add_argument("--wait", action="store_true", help="until they are imported, held or refused")
        parser.add_argument("--confirm", action="store_true", help="wait, and say yes to what would be deleted")
        parser.add_argument("--json", action="store_true", help="tell of the imports as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        account, source = self.whose(options)
        files = files_at(options["path"])
        uploads, refused = self.bring_all(account, source, files)
        batches = [upload.batch_id for upload in uploads]
        if options["wait"] or options["confirm"]:
            self.wait(account, batches, confirm=options["confirm"])
        told = list(Batch.objects.filter(pk__in=batches).select_related("account", "source").order_by("received_at"))
        self.tell(told, as_lines=not options["json"])
        failed = [one for one in told if one.state in ENDED and one.state not in (*DONE, Batch.State.STORED)]
        if refused:
            raise CommandError(f"{refused} of {len(files)} file{'s' if len(files) > 1 else ''} not taken.")
        if failed:
            raise CommandError(f"{failed[0]} is {failed[0].state}. {failed[0].note}".strip())

    def whose(self, options: dict[str, Any]) -> tuple[Account, Source | None]:
        """The account and the source; no source is manual lineage. Raises CommandError."""
        account = account_with_slug(options["account"]) if options["account"] else None
        source = source_called(options["source"], account) if options["source"] else None
        if source is None and account is None:
            raise CommandError("Say --source; or --account, for files of manual lineage.")
        family = bringing.family_of(source)
        if (asked := (options["family"] or family).upper()) != family:
            if asked not in Family:
                raise CommandError(f"There is no family {asked}. Say one of {', '.join(Family)}.")
            raise CommandError(f"Files of {source.name if source else 'no source'} are of the family {family}.")
        if source:
            return source.account, source
        assert account
        return account, None

    def bring_all(self, account: Account, source: Source | None, files: list[Path]) -> tuple[list[Upload], int]:
        """Those that were taken, and how many were not; one that is there already, byte by byte, is no fault."""
        uploads, refused = [], 0
        for path in files:
            try:
                uploads.append(bring(account, source, path))
            except IngestionError as error:
                self.stderr.write(f"{path.name}: {error}")
                refused += not (isinstance(error, PathTaken) and error.same)
        return uploads, refused

    def wait(self, account: Account, batches: list[UUID], *, confirm: bool) -> None:
        """Until nothing happens any more by itself; says each state once. With `confirm`, says yes to what is held."""
        said: dict[UUID, str] = {}
        while True:
            found = Batch.objects.filter(pk__in=batches).select_related("account", "source").order_by("received_at")
            for batch in found:
                if said.get(batch.pk) != batch.state:
                    said[batch.pk] = batch.state
                    self.stderr.write(f"{batch}: {batch.state}{f'. {batch.note}' if batch.note else ''}")
                if confirm and batch.state == Batch.State.WITHHELD:
                    self.confirm(account, batch)
            if all(state in ENDED and not (confirm and state == Batch.State.WITHHELD) for state in said.values()):
                return
            time.sleep(LOOKED_EVERY)

    def confirm(self, account: Account, batch: Batch) -> None:
        try:
            shown = queue.deletions(batch)
            queue.confirm(account, batch.pk, by=COMMAND_LINE, now=timezone.now(), shown=shown)
        except NotPossible as error:
            self.stderr.write(str(error))

    def tell(self, batches: list[Batch], *, as_lines: bool) -> None:
        if not as_lines:
            self.stdout.write(json.dumps({"imports": as_json(batches)}, indent=2))
            return
        for batch in batches:
            self.stdout.write(line_of(batch))


def files_at(path: Path) -> list[Path]:
    """This file, or those of this folder by name, but for hidden ones. Raises CommandError when there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CommandError(f"There is no file or folder {path}.")
    if found := sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith(".")):
        return found
    raise CommandError(f"There is no file in {path}.")


def bring(account: Account, source: Source | None, path: Path) -> Upload:
    """The file, stored as one that came. Raises IngestionError."""
    store.refuse_if_full(path.stat().st_size)
    file = store.Incoming(limit=settings.UPLOAD_MAX_BYTES)
    try:
        with path.open("rb") as opened:
            while piece := opened.read(PIECE):
                file.write(piece)
        return bringing.bring(account, source=source, file=file, name=path.name, by=COMMAND_LINE, now=timezone.now())
    finally:
        file.discard()
