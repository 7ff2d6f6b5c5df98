"""What a job has come to, as whoever asked may read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.models import Account
from assistant import queue
from assistant.errors import UnknownJob
from assistant.models import LIFETIME, Citation, Job, with_id
from catalog.models.assets import AssetKind
from catalog.queries.references import joined
from catalog.queries.visibility import shown_rows


@dataclass(frozen=True, slots=True)
class CitedAsset:
    """An asset that an answer names. `name` is its path as it was then; the addresses are those of today, absolute."""

    id: UUID
    name: str
    internal_link: str
    url: str  # in the tool that it comes from, or else the internal link


def job_of(account: Account, job_id: str, *, now: datetime) -> Job:
    """The job as it is now; one that is past its time is ended first. Raises UnknownJob."""
    jobs = with_id(Job.objects.filter(account=account).select_related("account"), job_id)
    job = jobs.first()
    if job and not job.is_finished and not now < job.expires_at <= now + LIFETIME:
        queue.settle_over(now, account=account)
        job = jobs.first()
    if job is None:
        raise UnknownJob
    return job


def any_unfinished(account: Account, ids: Collection[UUID], *, now: datetime) -> bool:
    """Whether it is worth to wait for any of these jobs."""
    return Job.objects.unfinished().filter(account=account, pk__in=ids, expires_at__gt=now).exists()


def cited_assets(job: Job) -> list[CitedAsset]:
    """What the answer names, each once, in its order: two queries, and one for each kind of asset."""
    citations = list(job.citations.all())
    rows = rows_of(job.account, citations)
    return [cited_asset(citation, rows.get(citation.asset)) for citation in citations]


def rows_of(account: Account, citations: Sequence[Citation]) -> dict[UUID, Any]:
    """The assets that are still shown, by id."""
    found: dict[UUID, Any] = {}
    for kind in {citation.kind for citation in citations}:
        ids = [citation.asset for citation in citations if citation.kind == kind]
        found |= shown_rows(account, AssetKind(kind)).in_bulk(ids)
    return found


def cited_asset(citation: Citation, row: object) -> CitedAsset:
    """Of one that has gone, or is hidden by now, the link leads to the search for its name."""
    path = joined(AssetKind(citation.kind), citation.place, citation.name)
    get_address = getattr(row, "get_absolute_url", None)
    page = get_address() if get_address else f"{reverse('assets')}?{urlencode({'q': citation.name})}"
    link = f"{settings.BASE_URL}{page}"
    return CitedAsset(citation.asset, path, link, getattr(row, "url", None) or link)
