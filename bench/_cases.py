"""What a site is measured by, in the site's own process, which does one case at a time as it is asked (`_sites.py`)."""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from accounts.services import create_account, create_user
from catalog_site.wsgi import application
from tokens.models import ApiToken, TokenUse

SLICE = 0.03  # seconds that a case has before it is another's turn
MOST = 20  # calls of it in that time
FACTORY = RequestFactory()
Prepared = Callable[[], Any]


def nothing() -> None:
    """Prepares what needs no preparation."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something to do; `prepare` runs before each call, outside the clock, and gives what the call gets."""

    call: Callable[[Any], object]
    prepare: Prepared = nothing
    of_a_call: int = 1  # how often `call` does it


# --- Pages -----------------------------------------------------------------------------------------


def page(path: str, *, user: User | None = None, status: int = 200, **headers: str) -> Case:
    """A GET through the whole WSGI application, signed in as this user; its call returns the bytes of the body."""
    if user:
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"
    environ = FACTORY.get(path, headers={"Host": "127.0.0.1", "User-Agent": "Firefox", **headers}).environ

    def answered(said: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
        assert said.startswith(str(status)), (path, said)
        return bytes

    def call(environ: dict[str, Any]) -> int:
        response = application(environ, answered)
        size = sum(map(len, response))
        response.close()
        return size

    return Case(call, lambda: dict(environ))


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def new_account(name: str, *, now: datetime) -> tuple[Account, User]:
    """An account with its administrator, who has a password and an address that the name tells."""
    account, admin = create_account(
        name, admin_email=f"{name.replace(' ', '-').lower()}@measured.test", by=None, now=now
    )
    admin.set_password("correct horse battery staple")
    admin.save()
    return account, admin


def operator(*, now: datetime) -> User:
    return create_user("olga@measured.test", is_staff=True, by=None, now=now)


def add_uses(token: ApiToken, clients: int, days: list[int], *, reason: str = "", now: datetime) -> None:
    """Each client called on each of the days, which are counted back from today."""
    at = [now - timedelta(days=back) for back in days]
    TokenUse.objects.bulk_create(
        (
            TokenUse(
                token=token, day=moment.date(), door="rest", client=f"client-{number}", reason=reason, calls=100,
                first_seen=moment, last_seen=moment, last_address="192.0.2.1",
            )
            for moment in at
            for number in range(clients)
        ),
        batch_size=5_000,
    )  # fmt: skip


# --- Turns -----------------------------------------------------------------------------------------


def serve(cases: Mapping[str, Case]) -> None:
    """Tell what there is, then do a turn of each case whose name comes in, and answer with its microseconds."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what else is said does not come between
    facts = {name: described(case) for name, case in cases.items()}
    gc.collect()
    gc.freeze()  # what is here to stay makes no collection longer
    print(json.dumps(facts), file=answers, flush=True)
    spent = {name: timed(case) for name, case in cases.items()}
    for line in sys.stdin:
        name = line.strip()
        spent[name] = turn(cases[name], spent[name])
        print(spent[name] / cases[name].of_a_call, file=answers, flush=True)


def described(case: Case) -> dict[str, Any]:
    """Queries of a warm call, and what it returned: the bytes of a page."""
    case.call(case.prepare())
    prepared = case.prepare()
    with CaptureQueriesContext(connection) as captured:
        size = case.call(prepared)
    return {"queries": len(captured), "bytes": size if isinstance(size, int) else None}


def turn(case: Case, before: float) -> float:
    """Microseconds of a call, the median of as many in a row as there is time for; `before` is what the last turn said.

    A call before them is not counted: it takes the lease, and finds the caches as other cases left them.
    """
    calls = min(MOST, max(1, int(SLICE * 1e6 / before)))
    gc.collect()
    if calls > 1:
        case.call(case.prepare())
    return statistics.median(timed(case) for _ in range(calls))


def timed(case: Case) -> float:
    """Microseconds of one call."""
    prepared = case.prepare()
    gc.disable()
    begun = time.perf_counter_ns()
    case.call(prepared)
    ended = time.perf_counter_ns()
    gc.enable()
    return (ended - begun) / 1000
