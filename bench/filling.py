"""A big site, by one INSERT … SELECT a table: accounts with two tokens each, and what such tokens leave behind.

The rows are spread over the 330 days before now, in the order in which a site would have written them. Nothing is due:
each token has 35 days left or more, and each email was delivered.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from accounts.models import Account
from tokens.scopes import Scope
from tokens.services import generate_token

USES = 3  # rows of the ledger for each token
# What the two databases spell differently: a number as so many digits, an id, 32 hexadecimal digits, 32 bytes, the
# moment so many days before now, its day.
WORDS = {
    "sqlite": {
        "digits": "printf('%%0{width}d', {number})",
        "uuid": "lower(hex(randomblob(16)))",
        "hex": "lower(hex(randomblob(16)))",
        "digest": "zeroblob(32)",
        "moment": "datetime(%(now)s, (-({days})) || ' days')",
        "day": "date({moment})",
    },
    "postgresql": {
        "digits": "lpad(({number})::text, {width}, '0')",
        "uuid": "gen_random_uuid()",
        "hex": "replace(gen_random_uuid()::text, '-', '')",
        "digest": "decode(repeat('00', 32), 'hex')",
        "moment": "(%(now)s::timestamptz - interval '1 day' * ({days}))",
        "day": "({moment})::date",
    },
}
AGES = {"born": "330.0 - account.id %% (%(accounts)s + 1000) * 330.0 / (%(accounts)s + 1000)"}  # days ago
AGES["ends"] = f"({AGES['born']}) - 365"
AGES["used"] = "(token_use.place * 133 + account.id) %% 399 + 0.01"
AGES["turn"] = f"({AGES['ends']}) + 30"  # of the first notice
AGES["later"] = "-90"
AGES["past"] = "1"
AGES["near"] = "-(account_id %% 30) - 0.5"
DIGITS = [(10, "account", "account.id"), (15, "event", "event.id")]  # how many, and of what
DIGITS += [(width, "user", "person.id") for width in (8, 15, 40, 128)]

TOKENS = (
    """
    INSERT INTO accounts_account (uuid, name, slug, created_at)
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %(accounts)s)
    SELECT {uuid}, 'Company ' || n, 'filled-' || n, %(now)s FROM series
    """,
    """
    INSERT INTO accounts_user
      (uuid, password, email, first_name, last_name, account_id, role, status, is_staff, created_at, updated_at,
       bounced_address)
    SELECT {uuid}, '', who.name || account.id || '@filled.test', '', '', account.id, 'ADMIN', 'ACTIVATED', %(no)s,
      %(now)s, %(now)s, ''
    FROM accounts_account account, (SELECT 'ada' AS name, 1 AS place UNION ALL SELECT 'bob', 2) who
    WHERE account.slug LIKE 'filled-%%' AND who.place <= %(administrators)s
    """,
    """
    INSERT INTO tokens_apitoken
      (id, account_id, scope, region, public_id, digest, pepper_number, last_four, name, created_at, expires_at)
    SELECT {uuid}, account.id, kind.scope, 'eu', kind.prefix || {digits_10_account}, {digest}, 1, '0000', '',
      {moment_born}, {moment_ends}
    FROM accounts_account account,
      (SELECT 'READ_ONLY' AS scope, 'ro' AS prefix UNION ALL SELECT 'READ_WRITE', 'rw') kind
    WHERE account.slug LIKE 'filled-%%'
    """,
)
TRACES = (
    """
    INSERT INTO tokens_tokenevent (token_id, kind, actor_id, actor_name, ip, client, at)
    SELECT token.id, 'GENERATED', person.id, person.email, '192.0.2.1', 'Firefox 145', token.created_at
    FROM accounts_account account JOIN accounts_user person ON person.account_id = account.id
      JOIN tokens_apitoken token ON token.account_id = account.id
    WHERE account.slug LIKE 'filled-%%' ORDER BY account.id
    """,
    """
    INSERT INTO tokens_tokenuse (token_id, day, door, client, reason, calls, first_seen, last_seen, last_address)
    SELECT token.id, {day_used}, 'rest', 'python-requests 2.32', '', 100, {moment_used}, {moment_used}, '192.0.2.1'
    FROM accounts_account account JOIN tokens_apitoken token ON token.account_id = account.id,
      (SELECT 0 AS place UNION ALL SELECT 1 UNION ALL SELECT 2) token_use
    WHERE account.slug LIKE 'filled-%%' ORDER BY token.id
    """,
    """
    INSERT INTO notifications_plannedevent (event_id, planned_at) SELECT id, at FROM tokens_tokenevent
    """,
    """
    INSERT INTO notifications_email
      (kind, account_id, address, token_id, event_id, recipient_id, message_id, provider_id, state, attempts,
       last_error, first_attempt_at, next_attempt_at, created_at, owed_at, changed_at, sent_at)
    SELECT 'generated', token.account_id, '', token_id, event.id, actor_id,
      '<' || {digits_15_event} || '.12345.1234567890123456789.' || {hex} || '@catalog.example.com>', {hex},
      'delivered', 1, '', at, at, at, at, at, at
    FROM tokens_tokenevent event JOIN tokens_apitoken token ON token.id = event.token_id ORDER BY event.id
    """,
    "DELETE FROM notifications_nextnotice",  # what triggers wrote, where they cannot be switched off
    """
    INSERT INTO notifications_nextnotice (account_id, next_notice_at, unreachable)
    SELECT account.id, {moment_turn}, %(no)s FROM accounts_account account WHERE account.slug LIKE 'filled-%%'
    """,
)
SOME = (
    "SELECT account.id FROM accounts_account account WHERE account.slug LIKE 'filled-%%' ORDER BY 1 LIMIT %(accounts)s"
)
NEAR = (
    f"UPDATE tokens_apitoken SET expires_at = {{moment_near}} WHERE account_id IN ({SOME})",
    f"UPDATE notifications_nextnotice SET next_notice_at = {{moment_past}} WHERE account_id IN ({SOME})",
)


def fill(tokens: int, *, administrators: int = 1) -> None:
    """So many tokens of half as many accounts, with so many administrators (1 or 2) each."""
    execute(TOKENS, tokens, administrators=administrators)


def fill_traces(tokens: int) -> None:
    """Of each of these tokens an event, the email about it, and USES rows of the ledger."""
    execute(TRACES, tokens)


def bring_near(due: int) -> None:
    """Let this many tokens end within thirty days, none of whose notices is planned yet."""
    execute(NEAR, due)


def fill_catalog(tables: int) -> tuple[Account, str]:
    """An account with so many tables and ten times as many columns, and the value of its Read only token."""
    call_command("seed_catalog", tables=tables)
    tidy()
    account = Account.objects.get(slug="seed")
    return account, generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


def execute(statements: Sequence[str], tokens: int, **values: Any) -> None:
    """Run them, with the words of this database in braces, and measure the tables for the planner."""
    words = dict(WORDS[connection.vendor])
    for width, table, number in DIGITS:
        words[f"digits_{width}_{table}"] = words["digits"].format(width=width, number=number)
    for name, days in AGES.items():
        words[f"moment_{name}"] = words["moment"].format(days=days)
        words[f"day_{name}"] = words["day"].format(moment=words[f"moment_{name}"])
    values |= {"accounts": tokens // 2, "no": False, "now": connection.ops.adapt_datetimefield_value(timezone.now())}
    with fast() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**words), values)
    tidy()


@contextmanager
def fast() -> Iterator[CursorWrapper]:
    """A cursor that checks no foreign keys and waits for no disk; the connection is closed afterwards."""
    of_vendor = {
        "sqlite": ["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -1000000"],
        "postgresql": ["SET session_replication_role = replica"],
    }
    with connection.cursor() as cursor:
        for statement in of_vendor[connection.vendor]:
            cursor.execute(statement)
        yield cursor
    connection.close()


def tidy() -> None:
    """What autovacuum does in time; nobody does the like on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
