"""The packages that the check is compared with: the view behind them, a token of each, and many beside it."""

from datetime import datetime, timedelta

from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.models import AuthToken
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework_api_key.models import APIKey
from rest_framework_api_key.permissions import HasAPIKey

from accounts.models import User
from bench.auth.views import Trivial, Variant

# Ours looks at the account: a query more, which the peers would not pay for with a user of Django's.
User.is_active = True  # type: ignore[method-assign,assignment]

PEOPLE = "accounts_user person WHERE person.email LIKE '%%@filled.test'"
FILLING = (
    f"""
    INSERT INTO authtoken_token (key, user_id, created) SELECT {{digits_40_user}}, person.id, %(now)s FROM {PEOPLE}
    """,
    f"""
    INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)
    SELECT {{digits_128_user}}, {{digits_15_user}}, person.id, %(now)s, {{moment_later}} FROM {PEOPLE}
    """,
    f"""
    INSERT INTO rest_framework_api_key_apikey (id, prefix, hashed_key, created, name, revoked, expiry_date)
    SELECT {{digits_8_user}} || '.' || {{digits_128_user}}, {{digits_8_user}}, {{digits_128_user}}, %(now)s, 'filled',
      %(no)s, {{moment_later}} FROM {PEOPLE}
    """,
)


class WithAuthtoken(Trivial):
    authentication_classes = (TokenAuthentication,)


class WithKnox(Trivial):
    authentication_classes = (KnoxAuthentication,)


class WithApiKey(Trivial):
    permission_classes = (HasAPIKey,)


VARIANTS = (
    Variant("djangorestframework-api-key", WithApiKey, "api-key"),
    Variant("DRF TokenAuthentication", WithAuthtoken, "authtoken"),
    Variant("django-rest-knox", WithKnox, "knox"),
)


def credentials(user: User, *, now: datetime) -> dict[str, str]:
    """The Authorization header of a new token of each kind."""
    later = now + timedelta(days=90)
    _, knox = AuthToken.objects.create(user=user, expiry=timedelta(days=90))
    _, api_key = APIKey.objects.create_key(name="measured", expiry_date=later)
    token = Token.objects.create(user=user)
    return {
        "authtoken": f"Token {token.key}",
        "knox": f"Token {knox}",
        "api-key": f"Api-Key {api_key}",
    }
