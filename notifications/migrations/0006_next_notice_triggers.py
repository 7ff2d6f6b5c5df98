"""Whatever a check of the sweep reads: when it changes, the account is due at once (decision 0009).

SQLite forgets the triggers of a table that a later migration makes anew: tests/notifications/test_schedule.py notices.
It refuses to make anew the table that they write to: such a migration calls `remove` before and `install` after.

Runs beside a working site: each trigger comes in a transaction of its own, so that none waits for a table while it
holds another, and the fill locks nothing. Every statement may run twice, should one of them fail.
"""

from django.db import migrations

LONG_AGO = "'1970-01-01 00:00:00'"
UNTOLD = "('pending', 'failed', 'cancelled', 'superseded')"  # rules.UNTOLD: nobody was told, and nobody is being told
DUE_ACCOUNT = "INSERT INTO notifications_nextnotice (account_id, next_notice_at, unreachable)"
DUE_TOKEN = "INSERT INTO notifications_nextnotice (token_id, next_notice_at, unreachable)"


def due(account, where="TRUE"):
    return f"{DUE_ACCOUNT} SELECT {account}, {LONG_AGO}, FALSE WHERE {where}"


def due_by(token):
    return f"{DUE_TOKEN} SELECT {token}, {LONG_AGO}, FALSE"


# None reads another table: SQLite could then not make that one anew (a migration of tokens would fail).
# name, what happens to which table, when, what the trigger does. Both databases understand the same words.
TRIGGERS = (
    ("token_added", "INSERT ON tokens_apitoken", "TRUE", [due("NEW.account_id")]),
    (
        "token_changed",
        "UPDATE ON tokens_apitoken",
        """(OLD.ended_at IS NULL) <> (NEW.ended_at IS NULL) OR OLD.expires_at <> NEW.expires_at
            OR OLD.account_id <> NEW.account_id""",
        [due("NEW.account_id"), due("OLD.account_id", "OLD.account_id <> NEW.account_id")],
    ),
    ("event_added", "INSERT ON tokens_tokenevent", "TRUE", [due_by("NEW.token_id")]),
    ("account_changed", "UPDATE ON accounts_account", "(OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL)",
     [due("NEW.id")]),
    ("person_added", "INSERT ON accounts_user", "NEW.account_id IS NOT NULL", [due("NEW.account_id")]),
    (
        "person_changed",
        "UPDATE ON accounts_user",
        """OLD.role <> NEW.role OR OLD.status <> NEW.status OR OLD.email <> NEW.email
            OR OLD.bounced_address <> NEW.bounced_address
            OR COALESCE(OLD.account_id, 0) <> COALESCE(NEW.account_id, 0)""",
        [
            due("NEW.account_id", "NEW.account_id IS NOT NULL"),
            due("OLD.account_id", "OLD.account_id <> COALESCE(NEW.account_id, 0)"),
        ],
    ),
    ("person_removed", "DELETE ON accounts_user", "OLD.account_id IS NOT NULL", [due("OLD.account_id")]),
    # A sender gave its claim back, or a row was taken back (then its event may be unplanned again). What looks themselves write (a new row, pending again,
    # superseded, missed) is not among this.
    (
        "email_untold",
        "UPDATE ON notifications_email",
        f"""(NEW.state IN {UNTOLD} AND OLD.state NOT IN {UNTOLD})
            OR (NEW.state = 'cancelled' AND OLD.state <> 'cancelled')""",
        [due_by("NEW.token_id")],
    ),
    ("email_removed", "DELETE ON notifications_email", "TRUE", [due_by("OLD.token_id")]),
)  # fmt: skip


def on_postgresql(name, what, when, does):
    yield f"""CREATE OR REPLACE FUNCTION notifications_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {"; ".join(does)}; RETURN NULL; END $$"""
    yield f"""CREATE OR REPLACE TRIGGER notifications_{name} AFTER {what}
        FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION notifications_{name}()"""


def on_sqlite(name, what, when, does):
    yield f"CREATE TRIGGER IF NOT EXISTS notifications_{name} AFTER {what} WHEN {when} BEGIN {'; '.join(does)}; END"


# Those whose first notice is ahead; the others are found by the first sweep, which looks at all of them.
FILL = f"""{DUE_ACCOUNT} SELECT account_id, {{first}}, FALSE FROM tokens_apitoken
    WHERE ended_at IS NULL AND {{first}} > {{now}}"""
STATEMENTS = {"postgresql": on_postgresql, "sqlite": on_sqlite}
TIMES = {
    "postgresql": {"first": "expires_at - INTERVAL '720 hours'", "now": "CURRENT_TIMESTAMP"},
    "sqlite": {"first": "datetime(expires_at, '-30 days')", "now": "datetime('now')"},  # by the second: early, not late
}


def install(apps, schema_editor):
    for trigger in TRIGGERS:
        for statement in STATEMENTS[schema_editor.connection.vendor](*trigger):
            schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, what, _, _ in TRIGGERS:
        table = what.rpartition(" ")[2]
        where = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS notifications_{name}{where}", params=None)
        if on_postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS notifications_{name}()", params=None)


def fill(apps, schema_editor):
    schema_editor.execute(FILL.format(**TIMES[schema_editor.connection.vendor]), params=None)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_generation"),
        ("tokens", "0005_generation"),
        ("notifications", "0005_next_notice"),
    ]

    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
