"""The settings of the tests: the site's own, with a cheap password hash and a database file for SQLite."""

import os

from catalog_site.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOG_LEVEL = "WARNING"
if DATABASES["default"]["ENGINE"].endswith("sqlite3") and os.environ.get("CATALOG_TEST_SERVERS") != "none":
    # In memory, other processes could not see it.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}

# A code is read just before it changes and looked at just after.
MFA_TOTP_TOLERANCE = 1

# Thousands of bad tokens come from one address here; tests of the limit set it.
if "BAD_TOKENS_PER_MINUTE" not in os.environ:
    BAD_TOKENS_PER_MINUTE = 0

# Real processes of a test run at a test's pace.
PACES = (
    "ASSISTANT_INTERVAL",
    "ASSISTANT_LEASE",
    "IMPORT_LEASE",
    "EMAIL_LEASE",
    "OUTBOX_INTERVAL",
    "SWEEP_INTERVAL",
    "HEARTBEAT_INTERVAL",
    "CELERY_BEAT_MAX_LOOP_INTERVAL",
    "VALKEY_TIMEOUT",
)
for pace in PACES:
    if pace in os.environ:
        globals()[pace] = float(os.environ[pace])
