"""The settings of the other measurements, and over those of the database what BENCH_CONNECTIONS says, in JSON."""

import json
import os

from bench._settings import *  # noqa: F403  # a settings module that starts from another

said = json.loads(os.environ["BENCH_CONNECTIONS"])
database = DATABASES["default"]  # noqa: F405
database |= said | {"OPTIONS": database["OPTIONS"] | said.get("OPTIONS", {})}
