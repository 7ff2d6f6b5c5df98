"""Sessions of people who signed in some time ago, and the codes of their authenticator apps."""

import time
from datetime import timedelta

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User


def sign_in(client: Client, user: User, *, ago: timedelta = timedelta()) -> Client:
    """The client, with a session of the user's that a password opened so long ago."""
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - ago.total_seconds()}]
    session["account_authentication_methods_user"] = str(user.pk)  # allauth keeps whose they are
    session.save()
    return client


def totp_code(secret: str) -> str:
    """What an authenticator app shows now; the tests' settings take it for a period longer."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))
