"""What every importer is: one attempt at the files of a batch, which reads, compares and writes in this order."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, ClassVar, cast

from catalog.services.merging.kinds import Kind
from catalog.services.merging.staging import Stage
from ingestion import store
from ingestion.errors import Unusable
from ingestion.models import Batch, Upload
from ingestion.reading.issues import IssueLog

Tell = Callable[[int], None]
STATES = ("created", "changed", "restored", "unchanged")
TOLD_EVERY = 5_000  # rows


@dataclass(slots=True)
class Loaded:
    """A file that was read, and what the report says of it: numbers of its rows by what became of them."""

    upload: Upload
    rows: int = 0
    states: dict[str, int] = field(default_factory=dict)
    deleted: int = 0
    before: int = 0  # rows that were there, of those that may be deleted
    notes: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # of what is staged, as the file calls it

    def told(self, log: IssueLog) -> dict[str, Any]:
        return {
            "path": self.upload.path,
            "rows": self.rows,
            "loaded": sum(self.states.get(state, 0) for state in STATES),
            **{state: self.states.get(state, 0) for state in STATES},
            "deleted": self.deleted,
            "before": self.before,
            "issues": {word.value: number for (path, word), number in log.counts.items() if path == self.upload.path},
            "notes": self.notes,
        }


class Importer(ABC):
    """`read` stages the rows of all files, `compare` says what they would change, `write` changes it.

    `kinds` are the assets that the files hold. `tell` is called with the number of rows that were read.
    """

    kinds: ClassVar[Sequence[Kind]] = ()

    def __init__(self, batch: Batch, stage: Stage, *, log: IssueLog, tell: Tell) -> None:
        self.batch, self.stage, self.log, self.tell = batch, stage, log, tell
        self.files: list[Loaded] = []
        self.uploads = {upload.kind: upload for upload in batch.uploads.order_by("received_at", "pk")}

    @abstractmethod
    def read(self) -> None:
        """Raises Unusable, naming the file."""

    @abstractmethod
    def compare(self) -> None:
        """Log what SQL finds wrong, and count what would change; writes temporary tables alone."""

    @abstractmethod
    def write(self, *, now: datetime) -> None:
        """In the transaction of `compare`. What changed rows were stands in the temporary table `former` afterwards."""

    def counts(self) -> dict[str, dict[str, Any]]:
        """What the report says of each file, by the name of its kind."""
        return {file.upload.kind: file.told(self.log) for file in self.files}

    def counted(self, rows: Iterator[Any]) -> Iterator[Any]:
        """The same rows, told now and then."""
        for count, row in enumerate(rows, 1):
            yield row
            if count % TOLD_EVERY == 0:
                self.tell(count)


def edges_told(states: Mapping[str, int]) -> list[str]:
    """What the report says of lineage, if anything became of it."""
    words = {"created": "new", "changed": "changed", "deleted": "no more said", "unchanged": "as before"}
    told = [f"{states[state]:,} {word}" for state, word in words.items() if states.get(state)]
    return [f"Lineage: {', '.join(told)}."] if told else []


@contextmanager
def opened(upload: Upload) -> Iterator[BinaryIO]:
    """The file of an upload; whatever makes it unusable names it."""
    with store.storage().open(upload.key) as file:
        try:
            yield cast("BinaryIO", file)
        except Unusable as error:
            raise Unusable(f"{upload.path.rpartition('/')[2]}: {error}", row=error.row, line=error.line) from None
