"""Whether the person behind a session has proved lately that it is them, and where they do so again (decision 0027)."""

from datetime import datetime, timedelta
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import User
from accounts.permissions import P, View


def proved_lately(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this session saw a password or a second factor within the last REAUTHENTICATION_MINUTES.

    allauth keeps when, in the session; its own check counts no sign-in, however fresh.
    """
    assert isinstance(request.user, User)
    times = [record["at"] for record in get_authentication_records(request, request.user)]
    longest = timedelta(minutes=settings.REAUTHENTICATION_MINUTES).total_seconds()
    return any(abs(now.timestamp() - at) < longest for at in times)  # what a clock said that was ahead does not last


def address_of_proof(request: HttpRequest, *, then: str) -> str:
    """The page that asks for the password, or else for a second factor, and leads to `then`, a path of this site.

    Raises PermissionDenied for somebody who has neither.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: then})}"


def proof_required(view: View[P]) -> View[P]:
    """Lets a signed-in person through who has proved lately that it is them; leads others to doing so, and back.

    A form that was sent is asked for again: kept for later, it would be sent by whoever opens its page next.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not proved_lately(request, now=timezone.now()):
            return redirect(address_of_proof(request, then=request.get_full_path()))
        return view(request, *args, **kwargs)

    return guarded
