"""What pages, commands and the API tell of imports."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import Account
from catalog.models import Source
from ingestion.models import DONE, Batch, ImportIssue
from ingestion.sources import sources_of

State = Batch.State

ENDED = (*DONE, State.WITHHELD, State.REFUSED, State.FAILED, State.SUPERSEDED, State.STORED, State.UNDONE)
"""States in which nothing happens any more by itself."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source that files are uploaded for, what came of it last, and what was imported last."""

    source: Source
    latest: Batch | None
    imported: Batch | None


def source_states(account: Account) -> list[SourceState]:
    """All sources of the account that take files. Two queries."""
    of_source = Batch.objects.filter(source=OuterRef("pk"))
    latest = of_source.order_by("-received_at", "pk").values("pk")[:1]
    imported = of_source.filter(state__in=DONE).order_by("-finished_at", "pk").values("pk")[:1]
    sources = list(sources_of(account).annotate(latest=Subquery(latest), imported=Subquery(imported)))
    batches = Batch.objects.in_bulk({pk for source in sources for pk in (source.latest, source.imported) if pk})
    return [SourceState(source, batches.get(source.latest), batches.get(source.imported)) for source in sources]


def batches_of(account: Account, *, source: Source | None = None, state: str = "") -> QuerySet[Batch]:
    """The account's imports, the latest first, with their number of `files`."""
    of_account = Batch.objects.filter(account=account).select_related("source").order_by("-received_at", "pk")
    of_source = of_account.filter(source=source) if source else of_account
    in_state = of_source.filter(state=state) if state else of_source
    return in_state.annotate(files=Count("uploads"))


def issues_of(batch: Batch, *, kind: str = "", word: str = "") -> QuerySet[ImportIssue]:
    """The issues that are kept as rows, by file and row; of files of one kind, of one word."""
    of_batch = ImportIssue.objects.filter(batch=batch).select_related("upload").order_by("upload", "row", "pk")
    of_kind = of_batch.filter(upload__kind=kind) if kind else of_batch
    return of_kind.filter(word=word) if word else of_kind


def issue_count(batch: Batch) -> int:
    """How many there were, also of those that are no rows."""
    return sum(sum(of_file["issues"].values()) for of_file in batch.counts.values())


def as_json(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    """For programs on the command line; times are ISO 8601 in UTC."""
    return [
        {
            "id": str(batch.pk),
            "source": str(batch.source_id) if batch.source_id else None,
            "family": batch.family,
            "stamp": batch.stamp.isoformat(),
            "state": batch.state,
            "note": batch.note,
            "files": [upload.path for upload in batch.uploads.all()],
            "counts": batch.counts,
        }
        for batch in batches
    ]
