"""What pages say of an import beside its columns."""

from dataclasses import dataclass

from django.conf import settings

from ingestion.models import Batch, ImportEvent, Upload
from ingestion.reports import ENDED, issue_count

State = Batch.State

TONES = {
    State.IMPORTED: "ok",
    State.IMPORTED_WITH_ISSUES: "warn",
    State.WITHHELD: "warn",
    State.REFUSED: "bad",
    State.FAILED: "bad",
}
MEANINGS = {
    State.WAITING: "It is imported when its turn comes: of a source one at a time, by the time in the names.",
    State.IMPORTING: "Its rows appear in the catalog all at once, when it is done.",
    State.IMPORTED: "Nothing was wrong with its rows. What of them is in the catalog, the report says.",
    State.IMPORTED_WITH_ISSUES: "It is in the catalog, but for what the issues say.",
    State.STORED: "The files are kept. Nothing reads files of these names.",
}


@dataclass(frozen=True, slots=True)
class ShownBatch:
    batch: Batch

    @property
    def tone(self) -> str:
        """The colour of its state, as classes of the stylesheet name it."""
        return TONES.get(State(self.batch.state), "")

    @property
    def meaning(self) -> str:
        """What its state means for whoever waits; its own note, if it has one, says more."""
        if self.batch.state == State.RECEIVED:
            return f"It is imported {settings.IMPORT_QUIET_SECONDS} seconds after its last file, or when all are there."
        return "" if self.batch.note else MEANINGS.get(State(self.batch.state), "")

    @property
    def is_under_way(self) -> bool:
        return self.batch.state not in ENDED

    @property
    def issues(self) -> int:
        return issue_count(self.batch)


def file_name(upload: Upload) -> str:
    """As its sender calls it: the address of manual lineage has no name of its own."""
    return upload.path.rpartition("/")[2] if upload.source_id else upload.original_name or upload.path


def detail_of(event: ImportEvent) -> str:
    """What an act was about; of a file that came, its name without the address."""
    return event.detail.rpartition("/")[2] if event.kind == ImportEvent.Kind.RECEIVED else event.detail
