"""The home page, Settings > Activity, and the answer to a form without its CSRF token."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.activity import act, entries, rows
from accounts.forms import ActivityFilter
from accounts.logs import log_context, log_file
from accounts.models import AuditEntry, LogQuerySet
from accounts.permissions import account_admin_required, account_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_administrator:  # type: ignore[union-attr]  # login_required saw to it
        return redirect("settings-api")
    return redirect("admin:index" if request.user.is_staff else "assets")


@require_safe
@never_cache
@account_admin_required
def activity(request: HttpRequest) -> HttpResponse:
    chosen, log = filtered(request)
    context = log_context(request, chosen, log)
    context |= {"acts": [act(entry) for entry in context["page"]]}
    return render(request, "accounts/activity.html", context, status=200 if chosen.is_valid() else 422)


@require_safe
@account_admin_required
def export_activity(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The entries as CSV, through the page's filter, the latest first."""
    chosen, log = filtered(request)
    return log_file("catalog-activity", chosen, log, rows)


def filtered(request: HttpRequest) -> tuple[ActivityFilter, LogQuerySet[AuditEntry]]:
    """The filter as it was sent, and what passes it; nothing does when it makes no sense."""
    chosen = ActivityFilter(request.GET)
    if not chosen.is_valid():
        return chosen, AuditEntry.objects.none()
    return chosen, entries(account_of(request), **chosen.cleaned_data)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "accounts/csrf_failure.html", status=403)
