"""One batch imported: rows and state commit together, so that it happens exactly once, whoever is killed.

On PostgreSQL files are staged in the merge's transaction; on SQLite before it, for there whoever writes is alone.
"""

import logging
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import BinaryIO, Self

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from accounts.actors import SYSTEM
from catalog.services.merging.staging import Stage, staged, stored_id
from database.errors import OUTAGES
from ingestion import queue, store
from ingestion.errors import LeaseLost, NoImporter, TooMuchDeleted, Unusable
from ingestion.importers.base import Importer
from ingestion.importers.families import importer_of
from ingestion.models import Batch, ImportEvent, ImportIssue
from ingestion.reading.issues import IssueLog, ReportFile

logger = logging.getLogger(__name__)

State = Batch.State

MIN_DELETED = 20  # rows of a kind, up to which nobody is asked
TOLD_EVERY = 2.0  # seconds, in which the lease is renewed, too


def import_waiting(now: datetime) -> int:
    """Close what is whole, end what kills its workers, and import what waits; returns how many batches were taken."""
    queue.close_batches(now)
    queue.give_up_dead(now)
    taken = 0
    while batch := queue.claim(timezone.now()):
        import_batch(batch)
        taken += 1
    return taken


def import_batch(batch: Batch) -> None:
    """One attempt at a claimed batch. Whatever happens is its state; nothing is raised but what no import can help."""
    logger.info("import_begins batch=%s source=%s attempt=%s", batch.pk, batch.source_id, batch.attempts)
    try:
        run(batch)
    except LeaseLost:
        logger.warning("import_lost batch=%s", batch.pk)
    except TooMuchDeleted as error:
        end(batch, State.WITHHELD, str(error))
    except NoImporter as error:
        end(batch, State.STORED, str(error))
    except Unusable as error:
        end(batch, State.REFUSED, str(error))
    except (*OUTAGES, OSError) as error:
        logger.warning("import_postponed batch=%s error=%s", batch.pk, type(error).__name__)
        queue.postpone(batch, now=timezone.now())
    except Exception as error:  # noqa: BLE001  # whatever it is, the batch has a state
        place = traceback.extract_tb(error.__traceback__)[-1]  # its text may quote what is in a cell
        told = (batch.pk, type(error).__name__, place.filename, place.lineno)
        logger.error("import_failed batch=%s error=%s at=%s:%s", *told)  # noqa: TRY400
        queue.fail(batch, now=timezone.now())
    logger.info("import_ends batch=%s state=%s", batch.pk, batch.state)


def end(batch: Batch, state: State, note: str) -> None:
    try:
        queue.finish(batch, state, note=note, now=timezone.now(), counts=batch.counts)
    except LeaseLost:
        logger.warning("import_lost batch=%s", batch.pk)


def run(batch: Batch) -> None:
    """Stage, compare, and write all of it with the batch's state.

    Raises LeaseLost, NoImporter, TooMuchDeleted, Unusable.
    """
    now = timezone.now()
    if queue.is_superseded(batch):
        queue.finish(batch, State.SUPERSEDED, note=queue.NEWER_FIRST, now=now)
        return
    importer = importer_of(batch)
    if importer is None:
        raise NoImporter(f"Files of {batch.get_family_display()} are stored, and not read.")
    with tempfile.TemporaryFile() as file, Renewal(batch) as renewal:
        report = ReportFile(file)
        log = IssueLog(report)
        first = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
        with first, unlimited(), staged(batch.source, importer.kinds, account=batch.account) as stage:
            attempt = importer(batch, stage, log=log, tell=renewal.tell)
            renewal.go_on("reading", total=0)
            attempt.read()
            with transaction.atomic():
                write(batch, attempt, renewal, now=now)
        report.close()
        keep_report(batch, file)


def write(batch: Batch, importer: Importer, renewal: "Renewal", *, now: datetime) -> None:
    """Compare and merge, and say what came of it, in the caller's transaction."""
    renewal.go_on("comparing", total=0)
    importer.compare()
    batch.counts = importer.counts()
    refuse_much(batch)
    renewal.go_on("writing", total=0)
    importer.write(now=now)
    keep_changes(batch, importer.stage)
    keep_issues(batch, importer.log)
    queue.supersede_older(batch, now=now)
    queue.write_event(batch, ImportEvent.Kind.IMPORTED, by=SYSTEM, now=now, detail=summary(batch))
    renewal.stop()
    state = State.IMPORTED_WITH_ISSUES if len(importer.log) else State.IMPORTED
    queue.settle(batch, state, now=now, moment=now, counts=batch.counts, note="")


def refuse_much(batch: Batch) -> None:
    """Raises TooMuchDeleted, unless somebody said yes to these very numbers."""
    percent = (batch.source and batch.source.deletion_percent) or settings.IMPORT_MAX_DELETED_PERCENT
    deleted = {kind: of_file["deleted"] for kind, of_file in batch.counts.items() if of_file["deleted"]}
    much = {
        kind: number
        for kind, number in deleted.items()
        if number > MIN_DELETED and number * 100 > percent * batch.counts[kind]["before"]
    }
    if much and batch.confirmed != deleted:
        told = ", ".join(
            f"{number:,} of {batch.counts[kind]['before']:,} {kind.removesuffix('s').replace('_', ' ')}s"
            for kind, number in much.items()
        )
        raise TooMuchDeleted(f"It would delete {told}. Nothing was changed: say yes to it, or refuse it.")


def keep_changes(batch: Batch, stage: Stage) -> None:
    """What changed rows were before, for whoever takes the import back."""
    pk = "CAST(%(batch)s AS uuid)" if stage.on_postgresql else "%(batch)s"
    stage.execute(
        f"""
        INSERT INTO ingestion_change (batch_id, kind, "row", before)
        SELECT {pk}, former.kind, former.id, former.before FROM former WHERE former.before IS NOT NULL
        """,  # noqa: S608  # our own names
        batch=stored_id(batch.pk),
    )


def keep_issues(batch: Batch, log: IssueLog) -> None:
    """The first of each file and word. Those of an attempt before, which was rolled back, are not there."""
    uploads = {upload.path: upload for upload in batch.uploads.all()}
    ImportIssue.objects.bulk_create(
        [
            ImportIssue(
                batch=batch,
                upload=uploads[issue.file],
                row=issue.row,
                line=issue.line or 0,
                column=issue.column,
                word=issue.word,
                value=issue.value,
                sentence=issue.sentence[:500],
            )
            for issue in log.kept
        ],
        batch_size=1_000,
    )


def summary(batch: Batch) -> str:
    """What was done, in a line: numbers by kind of file."""
    done = []
    for kind, of_file in batch.counts.items():
        parts = [f"{of_file[word]:,} {word}" for word in ("created", "changed", "restored", "deleted") if of_file[word]]
        done.append(f"{kind}: {', '.join(parts) or 'nothing new'}")
    return "; ".join(done)


def keep_report(batch: Batch, file: BinaryIO) -> None:
    """Store all issues as one file to download, once the import is committed; without it the first ones are there."""
    if batch.state != State.IMPORTED_WITH_ISSUES:
        return
    file.seek(0)
    key = store.report_key(batch)
    store.storage().delete(key)
    store.storage().save(key, File(file))
    Batch.objects.filter(pk=batch.pk).update(report=key)


@contextmanager
def unlimited() -> Iterator[None]:
    """No limit for the statements of a merge: its task has one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
    yield


class Renewal:
    """Holds a batch for as long as somebody works at it: a thread renews the lease and writes how far the work is.

    On SQLite, where nobody can write beside a merge, the lease is long enough, and nothing is told meanwhile.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.phase, self.done, self.total = "", 0, 0
        self.stopped, self.lost = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.renew_all, daemon=True)

    def __enter__(self) -> Self:
        if connection.vendor == "postgresql":
            self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Before the batch is settled: a thread that holds a row has to end before."""
        self.stopped.set()
        if self.thread.is_alive():
            self.thread.join()

    def go_on(self, phase: str, *, total: int) -> None:
        """A new phase begins. Raises LeaseLost."""
        self.phase, self.done, self.total = phase, 0, total
        self.check()

    def tell(self, done: int) -> None:
        """So much of the phase is done. Raises LeaseLost."""
        self.done = done
        self.check()

    def check(self) -> None:
        if self.lost.is_set():
            raise LeaseLost

    def renew_all(self) -> None:
        """Tells how far it is every two seconds, and holds the batch for another lease each time."""
        try:
            while not self.stopped.wait(TOLD_EVERY):
                if not self.batch.renew(now=timezone.now(), phase=self.phase, done=self.done, total=self.total):
                    self.lost.set()
                    return
        except OUTAGES:
            logger.warning("import_not_renewed batch=%s", self.batch.pk)  # the lease may be enough all the same
        finally:
            connection.close()
