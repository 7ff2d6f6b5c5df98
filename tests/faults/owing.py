"""Owes emails in the database of the environment: `python -m tests.faults.owing NUMBER`."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django has to be set up first

from tests.faults.test_delivery import owe  # noqa: E402

owe(int(sys.argv[1]))
print(timezone.now())
