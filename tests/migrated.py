"""Migrations run once a run: the database of each worker is a copy of the one that they made (PostgreSQL alone)."""

from contextlib import closing

from django.db import connection

MIGRATED, DRAFT = "migrated", "being_migrated"


def migrated_once() -> str:
    """The name of a database with all tables and no rows, to be copied by CREATE DATABASE … TEMPLATE.

    The first worker to ask makes it while the others wait. Nobody stays connected to it, which would forbid the copy.
    """
    told = connection.settings_dict
    name, test_name = told["NAME"], told["TEST"]["NAME"]
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")  # until it is closed
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED])
        if cursor.fetchone() is None:
            told["TEST"]["NAME"] = DRAFT
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connection.close()
            cursor.execute(f"ALTER DATABASE {DRAFT} RENAME TO {MIGRATED}")
            told["NAME"], told["TEST"]["NAME"] = name, test_name
    return MIGRATED
