"""Settings > API: the address of one's calendar of expiries; and the calendar itself, for programs that have it."""

from allauth.core.internal import ratelimit  # as in accounts/guessing.py
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.guessing import network
from accounts.links import absolute
from accounts.models import User
from accounts.permissions import account_admin_required
from tokens import calendars
from tokens.clients import actor_from

RATES = {"calendar": "30/m/key"}  # wrong addresses by network; right ones never count, and always open
MINUTE = 60  # seconds
KEPT_BY_NOBODY = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


@require_safe
@sensitive_variables()
def expiries(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar, to whoever has its address; 404 for whatever is wrong, 429 to who tries too often."""
    feed = calendars.readable_calendar(key)
    if feed is None:
        return refused(request)
    file = {"Content-Disposition": 'inline; filename="catalog-api-tokens.ics"'}
    body = calendars.expiries(feed.account, now=timezone.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=KEPT_BY_NOBODY | file)


def refused(request: HttpRequest) -> HttpResponse:
    tried = ratelimit.consume(
        request, app="tokens", action="calendar", config=RATES, key=network(request), limit_get=True
    )
    if tried is None:
        headers = KEPT_BY_NOBODY | {"Retry-After": str(MINUTE)}
        return HttpResponse("Too many wrong addresses: wait a minute.\n", "text/plain", status=429, headers=headers)
    return HttpResponse("There is no such calendar.\n", "text/plain", status=404, headers=KEPT_BY_NOBODY)


@require_POST
@never_cache
@account_admin_required
@sensitive_variables("secret")
def create(request: HttpRequest) -> HttpResponse:
    """Shows the new address, this once."""
    assert isinstance(request.user, User)
    secret = calendars.create_calendar(request.user, by=actor_from(request), now=timezone.now())
    if secret is None:
        messages.info(request, "You have a calendar address already. Renew it if you do not know it any more.")
        return redirect("settings-api")
    return shown(request, secret)


@require_POST
@never_cache
@account_admin_required
@sensitive_variables("secret")
def renew(request: HttpRequest) -> HttpResponse:
    """Shows another address, this once; the old one opens nothing any more."""
    assert isinstance(request.user, User)
    feed = calendars.calendar_of(request.user)
    secret = calendars.renew_calendar(feed, by=actor_from(request), now=timezone.now()) if feed else None
    if secret is None:
        messages.info(request, "Your calendar address has ended meanwhile. You can make a new one.")
        return redirect("settings-api")
    return shown(request, secret)


@require_POST
@account_admin_required
def end(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    feed = calendars.calendar_of(request.user)
    if feed and calendars.end_calendar(feed, by=actor_from(request), now=timezone.now()):
        messages.success(request, "Your calendar address has ended: it opens nothing any more.")
    return redirect("settings-api")


@sensitive_variables()
def shown(request: HttpRequest, secret: str) -> HttpResponse:
    address = absolute(reverse("expiries", kwargs={"key": secret}))
    return render(request, "tokens/calendar_address.html", {"address": address})
