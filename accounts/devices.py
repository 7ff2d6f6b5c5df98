"""Known devices: browsers in which a person has signed in before (decision 0016)."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

MAX_DEVICE_AGE = timedelta(days=365)  # since the last sign-in in that browser
SALT = "accounts.devices"


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Make this browser a known device of the person, until the password changes, for a year at the most."""
    device = device_of(request, user.email) or secrets.token_urlsafe(16)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([user.pk, device, binding(user.get_session_auth_hash())], salt=SALT),
        max_age=MAX_DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest, email: str) -> str | None:
    """The name of this browser, if it is a known device of the person with this address.

    It looks up the person whom the cookie names, so that the time it takes says nothing of the address.
    """
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        user_id, device, bound = signing.loads(cookie, salt=SALT, max_age=MAX_DEVICE_AGE)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id).first()
    if user is None or user.email.lower() != email.lower():
        return None
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())  # SECRET_KEY may have been rotated
    return device if any(constant_time_compare(bound, binding(one)) for one in hashes) else None


def binding(session_auth_hash: str) -> str:
    """What ends the device with the sessions: when the password changes, for one."""
    return salted_hmac(SALT, session_auth_hash, algorithm="sha256").hexdigest()
