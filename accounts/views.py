"""Where people begin, and the page for a form that was not sent from here."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_administrator:  # type: ignore[union-attr]  # login_required saw to it
        return redirect("settings-api")
    return redirect("admin:index" if request.user.is_staff else "assets")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "accounts/csrf_failure.html", status=403)
