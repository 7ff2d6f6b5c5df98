"""A question and its answer as a page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.safestring import SafeString

from accounts.models import Account
from assistant.models import Citation, Job
from assistant.results import rows_of
from catalog.markdown import plain, rendered
from catalog.models.assets import AssetKind

PATIENCE = timedelta(seconds=30)  # after which a question that no worker took is said to wait
FIELDS = {"description_raw": "Description", "external_description": "Description in its source"}


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """What an answer names. `url` is empty when it is gone; `has_changed` when its text no longer says the quote."""

    kind: str
    name: str
    place: str
    url: str
    quote: str
    field: str
    has_changed: bool


@dataclass(frozen=True, slots=True)
class ShownJob:
    job: Job
    answer: SafeString
    citations: Sequence[ShownCitation]
    is_late: bool  # waits for its first worker for longer than PATIENCE


def shown_jobs(account: Account, jobs: Iterable[Job], *, now: datetime) -> list[ShownJob]:
    """The questions with their answers: a query for all citations, and one for each kind of asset."""
    jobs = list(jobs)
    cited: dict[UUID, list[Citation]] = {job.pk: [] for job in jobs}
    for citation in Citation.objects.filter(job__in=jobs):
        cited[citation.job_id].append(citation)
    rows = rows_of(account, [citation for of_job in cited.values() for citation in of_job])
    return [
        ShownJob(
            job=job,
            answer=rendered(job.answer, within=settings.BASE_URL),
            citations=[shown_citation(citation, rows) for citation in cited[job.pk]],
            is_late=job.attempts == 0 and not job.is_finished and now - job.created_at > PATIENCE,
        )
        for job in jobs
    ]


def shown_citation(citation: Citation, rows: Mapping[UUID, Any]) -> ShownCitation:
    row = rows.get(citation.asset)
    return ShownCitation(
        kind=AssetKind(citation.kind).label,
        name=citation.name,
        place=citation.place,
        url=row.get_absolute_url() if row else "",
        quote=plain(citation.quote),
        field=FIELDS.get(citation.field, citation.field.replace("_", " ").capitalize()),
        has_changed=bool(citation.quote and row and not says(row, citation)),
    )


def says(row: Any, citation: Citation) -> bool:
    """Whether the text still has the quote, which is a part of it as it was, however its lines are broken."""
    return folded(citation.quote) in folded(getattr(row, citation.field, None) or "")


def folded(text: str) -> str:
    return " ".join(text.split())
