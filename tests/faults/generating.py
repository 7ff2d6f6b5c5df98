"""One of several processes that generate a token for each account at the same instants; prints the statuses as JSON.

Says "ready" and then reads from its standard input when to begin (seconds since the epoch).
"""

import collections
import json
import time

import django

django.setup()

from django.test import Client  # noqa: E402  # Django has to be set up first

from accounts.models import User  # noqa: E402

STEP = 0.03  # seconds from one account to the next, so that nobody runs ahead


def signed_in(administrator: User) -> Client:
    client = Client(raise_request_exception=False, headers={"Host": "127.0.0.1"})
    client.force_login(administrator)
    return client


clients = [signed_in(administrator) for administrator in User.objects.filter(role=User.Role.ADMIN).order_by("pk")]
clients[0].get("/healthz")  # loads the addresses
print("ready", flush=True)
begin = float(input())
statuses: collections.Counter[int] = collections.Counter()
for place, client in enumerate(clients):
    time.sleep(max(0.0, begin + place * STEP - time.time()))
    answer = client.post("/settings/api/tokens/generate/", "scope=READ_ONLY", "application/x-www-form-urlencoded")
    statuses[answer.status_code] += 1
print(json.dumps(statuses))
