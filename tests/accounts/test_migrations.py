"""Triggers outlive the migrations of the tables that they belong to."""

import os
import subprocess
import sys

from devtools.environment import ROOT

LIST = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
SCRIPT = f"""
import django; django.setup()
from django.core.management import call_command
from django.db import connection
def triggers():
    with connection.cursor() as cursor:
        cursor.execute({LIST!r})
        return cursor.fetchall()
call_command("migrate", "accounts", "0006", verbosity=0)
call_command("migrate", "notifications", "0007", verbosity=0)
before = triggers()
call_command("migrate", "accounts", "0007", verbosity=0)
assert triggers() == before != []
call_command("migrate", "accounts", "0006", verbosity=0)
assert triggers() == before
call_command("migrate", verbosity=0)
before = triggers()
for name in ("0009", "0008", "0009", "0010"):
    call_command("migrate", "accounts", name, verbosity=0)
    assert triggers() == before != []
"""


def test_new_columns_of_accounts_and_people_leave_the_triggers_of_sqlite(tmp_path):
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "VAR_DIR": str(tmp_path)}
    variables |= {"DJANGO_SETTINGS_MODULE": "catalog_site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
