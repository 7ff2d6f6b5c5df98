"""Admin > Assistant: whether questions get answered, and what models cost. Texts are not shown to operators."""

from datetime import datetime, timedelta

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import person_from
from accounts.permissions import operator_required
from assistant import reports
from assistant.breaker import close_breaker, providers
from assistant.models import Breaker, Job
from jobs import queues
from jobs.liveness import age

DAY = timedelta(days=1)
MAX_GIVEN_UP_SHOWN = 50


@require_safe
@operator_required
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    waiting, (due, since) = reports.waiting(now), reports.index_due(now)
    context = admin.site.each_context(request) | {
        "title": "Assistant",
        "waiting": waiting,
        "oldest": age(waiting.oldest),
        "check": reports.check(waiting),
        "worker": queues.worker_of("assistant"),
        "by_state": reports.by_state(now),
        "given_up": given_up(now),
        "most_given_up": MAX_GIVEN_UP_SHOWN,
        "seconds": reports.seconds(now).items(),
        "fallbacks": reports.fallbacks(now),
        "breakers": providers(now),
        "spent": reports.spent(now),
        "due": due,
        "due_since": age(since),
    }
    return render(request, "assistant/operations.html", context)


def given_up(now: datetime) -> list[Job]:
    """The questions of the last 24 hours that got no answer, the latest first."""
    ended = Job.objects.filter(state=Job.State.RETRIES_EXHAUSTED, finished_at__gt=now - DAY).select_related("account")
    told = ended.only("account__name", "finished_at", "attempts", "error")
    return list(told.order_by("-finished_at", "-pk")[:MAX_GIVEN_UP_SHOWN])


@require_POST
@operator_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a provider again that is left alone."""
    breaker = get_object_or_404(Breaker, pk=pk)
    if close_breaker(breaker, by=person_from(request), now=timezone.now()):
        messages.success(request, f"{breaker.provider} is asked again with the next question.")
    return redirect("assistant-operations")
