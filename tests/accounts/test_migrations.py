"""Triggers outlive the migrations of the tables that they belong to."""

import os
import subprocess
import sys

from devtools.environment import ROOT

SCRIPT = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        return cursor.fetchall()
call_command("migrate", "accounts", "0006", verbosity=0)
call_command("migrate", "notifications", "0007", verbosity=0)
before = triggers()
call_command("migrate", "accounts", "0007", verbosity=0)
assert triggers() == before != []
call_command("migrate", "accounts", "0006", verbosity=0)
assert triggers() == before
for app in ("accounts", "notifications", "sessions"):  # and what they need: nobody else has triggers or sessions
    call_command("migrate", app, verbosity=0)
before = triggers()
def sessions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        return cursor.fetchone()[0]
for name in ("0009", "0008"):
    call_command("migrate", "accounts", name, verbosity=0)
    assert triggers() == before != []
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO django_session VALUES ('of before', '', '2026-11-24')")
call_command("migrate", "accounts", "0009", verbosity=0)
assert triggers() == before
assert sessions() == 1, "they are deleted while nobody can read the table of people"
for name in ("0010", "0011"):
    call_command("migrate", "accounts", name, verbosity=0)
    assert triggers() == before
    assert sessions() == 0
"""


def test_new_columns_of_accounts_and_people_leave_the_triggers_of_sqlite(tmp_path):
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "VAR_DIR": str(tmp_path)}
    variables |= {"DJANGO_SETTINGS_MODULE": "catalog_site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
