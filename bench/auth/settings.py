"""The settings of measurements with the packages that the check is compared with, where they are installed."""

from importlib.util import find_spec

from bench.settings import *

WITH_PEERS = find_spec("knox") is not None  # .venv-bench has them; where the tests run nobody does
PEERS = ["rest_framework.authtoken", "knox", "rest_framework_api_key"] if WITH_PEERS else []
INSTALLED_APPS = [*INSTALLED_APPS, *PEERS]
ROOT_URLCONF = "bench.auth.urls"
