"""What operators see of delivery, and the HTML of an inbox message on a page of its own that may do nothing."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import operator_required
from jobs.liveness import age
from jobs.models import Heartbeat
from notifications import delivery, health, reports
from notifications.models import Email, InboxMessage, Outbox, one_line
from tokens.clients import actor_from

SANDBOX = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],  # links open in a tab of their own
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
}


@require_safe
@operator_required
def email_delivery(request: HttpRequest) -> HttpResponse:
    """Whether mail gets out, at a glance."""
    now = timezone.now()
    days = reports.by_day(now)
    context = admin.site.each_context(request) | {
        "title": "Email delivery",
        "checks": health.checks(now),
        "outbox": Outbox.current(),
        "oldest": age(health.oldest_waiting(now)) if Email.objects.unsettled().exists() else "",
        "waiting": Email.objects.unsettled().count(),
        "today": days[-1],
        "chart": reports.chart(days),
        "missed": Email.objects.filter(state=Email.State.MISSED).count(),
        "failed": Email.objects.filter(state=Email.State.FAILED).count(),
        "unreachable": reports.waiting_for_somebody(),
        "heartbeats": Heartbeat.objects.all(),
        "by_cron": settings.EMAIL_JOBS == "cron",
        "forecast": reports.forecast(now),
    }
    return render(request, "notifications/email_delivery.html", context)


@require_POST
@operator_required
def pause(request: HttpRequest) -> HttpResponse:
    reason = one_line(request.POST.get("reason", "")) or "no reason given"
    if delivery.pause(by=actor_from(request), reason=reason, now=timezone.now()):
        messages.success(request, "Paused: nothing is sent until somebody resumes.")
    return redirect("email-delivery")


@require_POST
@operator_required
def resume(request: HttpRequest) -> HttpResponse:
    if delivery.resume(by=actor_from(request), now=timezone.now()):
        messages.success(request, "Resumed: what waits is sent within seconds.")
    return redirect("email-delivery")


@require_safe
@operator_required
@xframe_options_sameorigin
@csp(SANDBOX)  # type: ignore[arg-type]  # it passes the view's arguments on
def inbox_message_html(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(get_object_or_404(InboxMessage, pk=pk).html)
