"""How the assistant is doing, in figures: for operators, /metrics and health. No text of anybody is read here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum

from assistant.models import Job, ModelCall, Spend
from catalog.models.search import SearchDue
from jobs.liveness import Check, age

DAY = timedelta(days=1)
MAX_WAIT = timedelta(seconds=60)  # of the oldest question, beyond which health is amber
DAYS_OF_COST = 7
MAX_ROWS = 50
PERCENTILES = (50, 95)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions wait for a worker, for how long the oldest, and how many are being answered."""

    count: int
    oldest: timedelta
    active: int


def waiting(now: datetime) -> Waiting:
    unfinished = Job.objects.unfinished().order_by()
    is_active = Q(state=Job.State.ACTIVE)
    told = unfinished.aggregate(
        count=Count("pk", filter=~is_active),
        oldest=Min("created_at", filter=~is_active),
        active=Count("pk", filter=is_active),
    )
    oldest = max(now - told["oldest"], timedelta()) if told["oldest"] else timedelta()
    return Waiting(told["count"], oldest, told["active"])


def check(of: Waiting) -> Check:
    """Amber, never red: the site does not stand on the assistant."""
    detail = f"the oldest question waits for {age(of.oldest)}" if of.count else "no question waits"
    return Check("assistant", ok=of.oldest <= MAX_WAIT, detail=detail)


def by_state(now: datetime) -> list[tuple[str, int]]:
    """Questions of the last 24 hours by the name of their state, in the order of a question's life."""
    counts = dict(asked_since(now - DAY).values_list("state").annotate(Count("pk")))
    return [(str(state.label), counts.get(state.value, 0)) for state in Job.State]


def by_state_and_writer() -> Iterator[tuple[str, str, int]]:
    """All questions that are kept."""
    yield from Job.objects.order_by().values_list("state", "writer").annotate(Count("pk"))


def seconds(now: datetime) -> dict[int, float]:
    """From question to answer, of those answered in the last 24 hours, by percentile; nothing when there is none."""
    took = ExpressionWrapper(F("finished_at") - F("created_at"), DurationField())
    done = Job.objects.filter(state=Job.State.COMPLETED, finished_at__gt=now - DAY)
    number = done.count()
    spans = done.annotate(took=took).order_by("took").values_list("took", flat=True)
    found = {percent: spans[(number - 1) * percent // 100] for percent in PERCENTILES} if number else {}
    return {percent: span.total_seconds() for percent, span in found.items()}


def fallbacks(now: datetime) -> list[tuple[str, int]]:
    """Why no model wrote where one was to, in the last 24 hours, the most frequent first."""
    rows = asked_since(now - DAY).exclude(because="").values_list("because").annotate(number=Count("pk"))
    return list(rows.order_by("-number", "because")[:MAX_ROWS])


def spent(now: datetime) -> list[Spend]:
    """What accounts took of models, by day of UTC; the latest day and the most expensive first."""
    days = Spend.objects.filter(date__gt=(now - DAYS_OF_COST * DAY).astimezone(UTC).date()).select_related("account")
    return list(days.order_by("-date", "-cost_micros", "-tokens_in", "account__name", "account")[:MAX_ROWS])


def model_requests() -> Iterator[tuple[str, int]]:
    """Requests to models that are kept, by what came of them."""
    yield from ModelCall.objects.order_by().values_list("outcome").annotate(Count("pk"))


def tokens() -> dict[str, int]:
    """Of all questions that are kept: read and written by models."""
    told = Job.objects.aggregate(read=Sum("tokens_in"), written=Sum("tokens_out"))
    return {name: number or 0 for name, number in told.items()}


def index_due(now: datetime) -> tuple[int, timedelta]:
    """Rows that the search has to look at again, and for how long the oldest has waited."""
    due = SearchDue.objects.exclude(what=SearchDue.What.COUNTS)
    told: dict[str, Any] = due.aggregate(number=Count("pk"), oldest=Min("since"))
    return told["number"], max(now - told["oldest"], timedelta()) if told["oldest"] else timedelta()


def asked_since(at: datetime) -> Any:
    return Job.objects.filter(created_at__gt=at).order_by()
