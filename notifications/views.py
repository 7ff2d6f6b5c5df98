"""What operators see of delivery and of the inbox, and where the mail provider reports."""

import logging
from collections.abc import Callable

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.urls import urlpatterns as anymail_urlpatterns
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.bodies import takes_body
from accounts.permissions import operator_required
from jobs.liveness import age
from jobs.models import Heartbeat
from notifications import delivery, health, reports
from notifications.models import Email, InboxMessage, Outbox, one_line
from tokens.clients import actor_from

logger = logging.getLogger(__name__)

SANDBOX = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],  # links open in a tab of their own
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
}

TRACKING = "_tracking_webhook"
# What Anymail's views raise for a body that is no report, each in its own way.
MISREAD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
PROVIDER_VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    pattern.name.removesuffix(TRACKING): pattern.callback
    for pattern in anymail_urlpatterns
    if pattern.name.endswith(TRACKING)
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
        "unreachable": reports.count_unreachable_accounts(),
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
    """The HTML of a message, on a page of its own that may run and load nothing."""
    return HttpResponse(get_object_or_404(InboxMessage, pk=pk).html)


@takes_body(of=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # providers report in batches; the secret is checked first
@csrf_exempt  # the provider has no session; it signs in with EMAIL_WEBHOOK_SECRET
def provider_report(request: HttpRequest, provider: str) -> HttpResponse:
    """200 when the report was taken, 403 for a wrong secret, 400 for what is no report of this provider."""
    if not settings.EMAIL_WEBHOOK_SECRET or provider not in PROVIDER_VIEWS:
        raise Http404
    try:
        return PROVIDER_VIEWS[provider](request)
    except AnymailWebhookValidationFailure:
        return HttpResponse("The secret is wrong.\n", status=403, content_type="text/plain")
    except (RequestDataTooBig, UnreadablePostError):
        return HttpResponse("The body is too large.\n", status=413, content_type="text/plain")
    except AnymailConfigurationError as error:
        logger.warning("webhook_not_configured provider=%s error=%s", provider, error)
        raise Http404 from None
    except MISREAD:
        logger.warning("webhook_not_understood provider=%s", provider, exc_info=True)
        return HttpResponse("This is no report.\n", status=400, content_type="text/plain")
