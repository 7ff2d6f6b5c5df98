"""What counting a call costs, in process: a trivial view of a door, and that of the token itself."""

import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import create_account
from api.doors import DoorView
from api.rest.views import OwnTokenView
from tokens import ledger
from tokens.doors import Door
from tokens.scopes import Scope
from tokens.services import IssuedToken, generate_token

WARM_UP = 500  # calls that are not counted
FACTORY = RequestFactory()


class TrivialView(DoorView):
    """The least that a door can do."""

    door = Door.REST
    operations = {"GET": "rest.token.read"}

    def get(self, request: Request) -> Response:
        return Response({})


def new_token(name: str) -> IssuedToken:
    account, _ = create_account(name, admin_email=f"{name.replace(' ', '')}@ledger.test", by=None, now=timezone.now())
    return generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now())


def report_counting(calls: int) -> None:
    secret = new_token("Counting").secret
    print(f"\nCounting a call, in process: {calls:,} calls of each view, half of them without; medians in µs")
    print("| view | without record | with it | difference of a pair | in tenths of the run | ratio | queries |")
    print("|---|---|---|---|---|---|---|")
    for view in (TrivialView, OwnTokenView):
        pairs = measure(view.as_view(), secret, calls)
        with CaptureQueriesContext(connection) as captured:
            timed_call(view.as_view(), secret, ledger.record)
        print(f"| {view.__name__} | {costs(pairs)} | {len(captured)} |")


def costs(pairs: list[tuple[float, float]]) -> str:
    with_it, without = map(statistics.median, zip(*pairs, strict=True))
    more = [ours - bare for ours, bare in pairs]
    size, middle = max(1, len(more) // 10), statistics.median(more)
    tenths = [statistics.median(more[start : start + size]) for start in range(0, size * 10, size)]
    spread = f"{min(tenths):+.1f} to {max(tenths):+.1f}"
    return f"{without:.0f} | {with_it:.0f} | {middle:+.1f} | {spread} | {1 + middle / without:.3f}"


def nothing(*args: Any, **kwargs: Any) -> None:
    """Stands for `record`."""


def measure(view: Callable[..., Any], secret: str, calls: int) -> list[tuple[float, float]]:
    """Microseconds of calls with `record` and without it: pairs, in random order."""
    pairs = []
    for _ in range((WARM_UP + calls) // 2):
        gc.collect(0)
        spent = {record: timed_call(view, secret, record) for record in random.sample((ledger.record, nothing), 2)}
        pairs.append((spent[ledger.record], spent[nothing]))
    return pairs[WARM_UP // 2 :]


def timed_call(view: Callable[..., Any], secret: str, record: Callable[..., None]) -> float:
    request = FACTORY.get("/api/v1/token", headers={"Authorization": f"Bearer {secret}", "X-Catalog-Client": "dbt"})
    with patch.object(ledger, "record", record):
        gc.disable()
        begun = time.perf_counter_ns()
        response = view(request).render()
        ended = time.perf_counter_ns()
        gc.enable()
    assert response.status_code == 200, response.content
    return (ended - begun) / 1000
