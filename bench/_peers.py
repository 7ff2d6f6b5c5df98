"""Tokens of ours and of the peers: one real one of each, and as many rows beside it as wanted."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from drf_simple_apikey.models import APIKey as SimpleKey
from knox.models import AuthToken
from rest_framework.authtoken.models import Token
from rest_framework_api_key.models import APIKey

from accounts.services import create_account
from tokens.scopes import Scope
from tokens.services import generate_token

# What the two databases spell differently: a number as so many digits, an id, 32 bytes.
WORDS = {
    "sqlite": {
        "digits": "printf('%%0{width}d', {number})",
        "uuid": "lower(hex(randomblob(16)))",
        "digest": "zeroblob(32)",
    },
    "postgresql": {
        "digits": "lpad(({number})::text, {width}, '0')",
        "uuid": "gen_random_uuid()",
        "digest": "decode(repeat('00', 32), 'hex')",
    },
}
STATEMENTS = (
    """
    INSERT INTO accounts_account (name, slug, created_at)
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %(accounts)s)
    SELECT 'Company ' || n, 'filled-' || n, %(now)s FROM series
    """,
    """
    INSERT INTO accounts_user
      (password, email, first_name, last_name, account_id, role, status, is_staff, created_at, bounced_address)
    SELECT '', who.name || account.id || '@filled.test', '', '', account.id, 'ADMIN', 'ACTIVATED', %(no)s, %(now)s, ''
    FROM accounts_account account, (SELECT 'ada' AS name UNION ALL SELECT 'bob') who
    WHERE account.slug LIKE 'filled-%%'
    """,
    """
    INSERT INTO tokens_apitoken
      (id, account_id, scope, region, public_id, digest, pepper_number, last_four, name, created_at, expires_at)
    SELECT {uuid}, account.id, kind.scope, 'eu', kind.prefix || {digits_10_account}, {digest}, 1, '0000', '',
      %(now)s, %(later)s
    FROM accounts_account account,
      (SELECT 'READ_ONLY' AS scope, 'ro' AS prefix UNION ALL SELECT 'READ_WRITE', 'rw') kind
    WHERE account.slug LIKE 'filled-%%'
    """,
    """
    INSERT INTO authtoken_token (key, user_id, created)
    SELECT {digits_40_user}, person.id, %(now)s FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry)
    SELECT {digits_128_user}, {digits_15_user}, person.id, %(now)s, %(later)s
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO rest_framework_api_key_apikey (id, prefix, hashed_key, created, name, revoked, expiry_date)
    SELECT {digits_8_user} || '.' || {digits_128_user}, {digits_8_user}, {digits_128_user}, %(now)s, 'filled', %(no)s,
      %(later)s
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
    """
    INSERT INTO drf_simple_apikey_apikey (name, entity_id, expiry_date, revoked, created)
    SELECT 'filled', person.id, %(later)s, %(no)s, %(now)s
    FROM accounts_user person WHERE person.email LIKE '%%@filled.test'
    """,
)


def credentials() -> dict[str, str]:
    """Makes one token of each kind: the Authorization header by kind; of ours also its public id, and its text."""
    now = timezone.now()
    account, user = create_account("Measured", admin_email="ada@measured.test", now=now)
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
    """So many more tokens of each kind, of half as many accounts."""
    words = WORDS[connection.vendor]
    for width in (8, 10, 15, 40, 128):
        for table, column in (("account", "account.id"), ("user", "person.id")):
            words[f"digits_{width}_{table}"] = words["digits"].format(width=width, number=column)
    adapt, now = connection.ops.adapt_datetimefield_value, timezone.now()
    values = {"accounts": tokens // 2, "no": False, "now": adapt(now), "later": adapt(now + timedelta(days=90))}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement.format(**words), values)
        cursor.execute("ANALYZE")
