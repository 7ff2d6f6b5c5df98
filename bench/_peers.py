"""Tokens of ours and of the peers: one real one of each, and as many rows beside it as wanted."""

from datetime import timedelta

from django.utils import timezone
from drf_simple_apikey.models import APIKey as SimpleKey
from knox.models import AuthToken
from rest_framework.authtoken.models import Token
from rest_framework_api_key.models import APIKey

from accounts.services import create_account
from bench import _filling
from tokens.scopes import Scope
from tokens.services import generate_token

STATEMENTS = (
    """
    INSERT INTO authtoken_token (key, user_id, created)
    SELECT {digits_40_user}, person.id, %(now)s FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)
    SELECT {digits_128_user}, {digits_15_user}, person.id, %(now)s, {moment_later}
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO rest_framework_api_key_apikey (id, prefix, hashed_key, created, name, revoked, expiry_date)
    SELECT {digits_8_user} || '.' || {digits_128_user}, {digits_8_user}, {digits_128_user}, %(now)s, 'filled', %(no)s,
      {moment_later}
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO drf_simple_apikey_apikey (name, entity_id, expiry_date, revoked, created)
    SELECT 'filled', person.id, {moment_later}, %(no)s, %(now)s
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
)


def credentials() -> dict[str, str]:
    """Makes one token of each kind: the Authorization header by kind; of ours also its public id, and its text."""
    now = timezone.now()
    account, user = create_account("Measured", admin_email="ada@measured.test", by=None, now=now)
    issued = generate_token(account, scope=Scope.READ_ONLY, by=None, now=now)
    later = now + timedelta(days=90)
    _, knox = AuthToken.objects.create(user=user, expiry=timedelta(days=90))
    _, api_key = APIKey.objects.create_key(name="measured", expiry_date=later)
    _, simple = SimpleKey.objects.create_api_key(name="measured", entity=user, expiry_date=later)
    return {
        "": "",
        "ours": f"Bearer {issued.secret}",
        "text": issued.secret,
        "public id": issued.token.public_id,
        "authtoken": f"Token {Token.objects.create(user=user).key}",
        "knox": f"Token {knox}",
        "api-key": f"Api-Key {api_key}",
        "simple-apikey": f"Api-Key {simple}",
    }


def fill(tokens: int) -> None:
    """So many more tokens of each kind, of half as many accounts with two people each."""
    _filling.fill(tokens, administrators=2)
    _filling.execute(STATEMENTS, tokens)
