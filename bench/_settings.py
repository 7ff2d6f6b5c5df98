"""The tests' settings with the packages that we are compared with."""

import base64
import hashlib

from tests.settings import *  # noqa: F403  # a settings module that starts from another

PEERS = ["rest_framework.authtoken", "knox", "rest_framework_api_key", "drf_simple_apikey"]
INSTALLED_APPS = [*INSTALLED_APPS, *PEERS]  # noqa: F405
ROOT_URLCONF = "bench._urls"
# Limits that no call reaches; `bench._variants` keeps the batches as they are shipped.
CALLS_PER_MINUTE = BAD_TOKENS_PER_MINUTE = 10_000_000
FERNET = base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()  # noqa: F405
DRF_API_KEY = {"FERNET_SECRET": FERNET, "ENFORCE_HTTPS": False}
