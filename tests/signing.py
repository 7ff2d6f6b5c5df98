"""Sessions of people who signed in some time ago."""

import time
from datetime import timedelta

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
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
