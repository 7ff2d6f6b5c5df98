"""Makes Acme with a token, and Ada, who administers it and is signed in, in the database of the environment.

`python -m tests.faults.furnishing` prints the token and the session as JSON.
"""

import json

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django has to be set up first
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from tests.factories import AccountFactory, UserFactory  # noqa: E402
from tests.signing import sign_in  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token  # noqa: E402

acme = AccountFactory.create(name="Acme", slug="acme")
ada = UserFactory.create(email="ada@acme.test", account=acme, role=User.Role.ADMIN)
issued = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
client = sign_in(Client(), ada)
print(json.dumps({"token": issued.secret, "session": client.cookies[settings.SESSION_COOKIE_NAME].value}))
