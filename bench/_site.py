"""A site of so many tokens, as it was before there was an agenda: no trigger fires while it is filled."""

from django.apps import apps
from django.db import connection

from accounts.models import Generation

QUIETLY = "SET session_replication_role = replica"  # no trigger fires, and a token's end may change
AGAIN = "SET session_replication_role = DEFAULT"

ACCOUNTS = """
INSERT INTO accounts_account (uuid, name, slug, created_at)
SELECT gen_random_uuid(), 'Company ' || n, 'company-' || n, now() FROM generate_series(1, (%(tokens)s + 1) / 2) n
"""
USERS = """
INSERT INTO accounts_user
  (uuid, password, email, first_name, last_name, account_id, role, status, is_staff, created_at, updated_at,
   bounced_address)
SELECT gen_random_uuid(), '', 'person' || id || '@example.test', '', '', id, 'ADMIN', 'ACTIVATED', false, now(), now(),
  ''
FROM accounts_account
"""
TOKENS = """
INSERT INTO tokens_apitoken
  (id, account_id, scope, region, public_id, digest, pepper_number, last_four, name, created_at, expires_at)
SELECT gen_random_uuid(), a.id, s.scope, 'eu', s.prefix || lpad(a.id::text, 10, '0'), decode(repeat('00', 32), 'hex'),
  1, '0000', '', now() - interval '1 year', now() + interval '31 days' + interval '1 second' * (a.id %% 28000000)
FROM accounts_account a, (VALUES ('READ_ONLY', 'ro', 0), ('READ_WRITE', 'rw', 1)) s(scope, prefix, place)
ORDER BY s.place, a.id LIMIT %(tokens)s
"""
EVENTS = """
INSERT INTO tokens_tokenevent (token_id, kind, actor_name, client, at)
SELECT id, 'GENERATED', 'Catalog', '', created_at FROM tokens_apitoken
"""
PLANNED = "INSERT INTO notifications_plannedevent (event_id, planned_at) SELECT id, at FROM tokens_tokenevent"
EMAILS = """
INSERT INTO notifications_email
  (kind, token_id, event_id, recipient_id, message_id, provider_id, state, attempts, next_attempt_at, last_error,
   created_at, owed_at, changed_at, sent_at)
SELECT 'generated', e.token_id, e.id, u.id, '<' || e.id || '@example.test>', '', 'delivered', 1, e.at, '',
  e.at, e.at, e.at, e.at
FROM tokens_tokenevent e JOIN tokens_apitoken t ON t.id = e.token_id JOIN accounts_user u ON u.account_id = t.account_id
"""
USES = """
INSERT INTO tokens_tokenuse (token_id, day, door, client, reason, calls, first_seen, last_seen)
SELECT id, created_at, 'rest', 'python-requests 2.32', '', 1, created_at, created_at FROM tokens_apitoken
"""
NEAR = """
UPDATE tokens_apitoken SET expires_at = now() + interval '1 day' * (account_id %% 30 + 0.5)
WHERE account_id <= %(due)s / 2
"""
TURNS = """
INSERT INTO notifications_nextnotice (account_id, next_notice_at, unreachable)
SELECT DISTINCT account_id, '1970-01-01'::timestamptz, false FROM tokens_apitoken WHERE account_id <= %(due)s / 2
"""


def fill(tokens: int) -> None:
    """Empty the database; then this many open tokens, two an account with one administrator, none of them near its end.

    Each has its event, which is planned and told, and a row in the ledger.
    """
    labels = ("accounts", "tokens", "notifications")
    models = [model for label in labels for model in apps.get_app_config(label).get_models() if model != Generation]
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    run(ACCOUNTS, USERS, TOKENS, EVENTS, PLANNED, EMAILS, USES, tokens=tokens)


def bring_near(due: int) -> None:
    """Let this many tokens end within thirty days, none of whose notices is planned yet."""
    run(NEAR, TURNS, due=due)


def run(*statements: str, **numbers: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(QUIETLY)
        for statement in statements:
            cursor.execute(statement, numbers)
        cursor.execute(AGAIN)
        cursor.execute("VACUUM ANALYZE")
