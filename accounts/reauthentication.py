"""Whether the person behind a session has proved lately that it is them, and where they do so again (decision 0027)."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def proved_lately(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this session saw a password or a second factor within the last REAUTHENTICATION_MINUTES.

    allauth keeps when, in the session; its own check counts no sign-in, however fresh.
    """
    assert isinstance(request.user, User)
    times = [record["at"] for record in get_authentication_records(request, request.user)]
    age = abs(now.timestamp() - max(times, default=0))  # a clock that was ahead must not make it last
    return age < timedelta(minutes=settings.REAUTHENTICATION_MINUTES).total_seconds()


def address_of_proof(request: HttpRequest, *, then: str) -> str:
    """The page that asks for the password, or else for a second factor, and leads to `then`, a path of this site.

    Raises PermissionDenied for somebody who has neither.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: then})}"
