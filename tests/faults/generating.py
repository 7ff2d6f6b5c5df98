"""One of several processes that generate a token for each account at once; prints the statuses as JSON."""

import collections
import json

import django

django.setup()

from django.test import Client  # noqa: E402  # Django has to be set up first

from accounts.models import User  # noqa: E402

statuses: collections.Counter[int] = collections.Counter()
for administrator in User.objects.filter(role=User.Role.ADMIN).order_by("pk"):
    client = Client(raise_request_exception=False, headers={"Host": "127.0.0.1"})
    client.force_login(administrator)
    statuses[client.post("/settings/api/tokens/generate/", {"scope": "READ_ONLY"}).status_code] += 1
print(json.dumps(statuses))
