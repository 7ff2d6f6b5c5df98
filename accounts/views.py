"""The home page, one's own profile, Settings > Activity, and what answers a form that is refused."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import devices, services, sessions, sign_in
from accounts.activity import act, entries, rows
from accounts.actors import person_from
from accounts.errors import ChangedMeanwhile, SignInsEnded
from accounts.forms import ActivityFilter, ProfileForm
from accounts.logs import log_context, log_file
from accounts.models import AuditEntry, User
from accounts.permissions import account_admin_required, account_of
from accounts.querysets import LogQuerySet


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_administrator:  # type: ignore[union-attr]  # login_required saw to it
        return redirect("settings-api")
    return redirect("admin:index" if request.user.is_staff else "assets")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Names and dates, and the ways to the pages that change how one signs in."""
    user = signed_in(request)
    known = {"first_name": user.first_name, "last_name": user.last_name, "dates": user.dates, "shown": user.version}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        save_profile(request, user, form)
        return redirect("profile")
    factors = Authenticator.objects.filter(user=user).values_list("type").annotate(Count("pk"))
    context = {
        "form": form,
        "names": (form["first_name"], form["last_name"]),
        "factors": dict(factors),
        "sign_ins": sessions.sign_ins(user, this_one=request.session.session_key, now=timezone.now()),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)


def save_profile(request: HttpRequest, user: User, form: ProfileForm) -> None:
    given = form.cleaned_data
    changes: services.UserChanges = {
        "first_name": given["first_name"],
        "last_name": given["last_name"],
        "dates": User.Dates(given["dates"]),
    }
    try:
        services.change_user(user, changes=changes, shown=given["shown"], by=person_from(request), now=timezone.now())
    except ChangedMeanwhile:
        messages.error(request, "Nothing was changed: somebody changed your profile meanwhile. Look at it again.")
    else:
        messages.success(request, "Saved.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ask, then end every sign-in of the person but this one."""
    user, now = signed_in(request), timezone.now()
    if request.method != "POST":
        others = len(sessions.sign_ins(user, this_one=request.session.session_key, now=now)) - 1
        return render(request, "accounts/sign_out_elsewhere.html", {"others": others})
    try:
        sign_in.end_other_sign_ins(user, by=person_from(request), now=now)
    except SignInsEnded:  # by another browser, a moment ago: this one is signed out as well
        return redirect("profile")
    update_session_auth_hash(request, user)
    messages.success(request, "You are signed out everywhere else.")
    response = redirect("profile")
    devices.remember(request, response, user)
    return response


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required saw to it
    return request.user


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


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """What allauth answers when its limits, all of them by the minute, are reached."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "60"
    return response
