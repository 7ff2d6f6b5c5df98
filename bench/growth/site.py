"""One site: an account that is the same at each size among so many tokens, and what is done there."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from accounts.services import create_account, create_user
from bench import figures, filling
from bench.growth.turns import Case
from jobs import queues
from jobs.models import Heartbeat
from notifications import claims, events, planning
from notifications.models import Email
from tokens import entries, usage
from tokens.authentication import authenticate
from tokens.doors import Door
from tokens.lookup import look_up
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

IN_A_ROW = 1_000  # warm checks: one is too short for the clock
BATCH = 100  # rows of the ledger that are written at once, or forgotten
CLIENTS, DAYS = 50, 30  # that use the account's token, and on how many days
KNOWN, NEW = "known", "new"
PAGES, ADMIN = "/settings/api/", "/admin/"


def cases(tokens: int) -> dict[str, Case]:
    """Fill the database with so many tokens beside the account's own; what there is to do, by name."""
    if tokens > 1:
        filling.fill(tokens)
        filling.fill_traces(tokens)
    now = timezone.now()
    account, admin = create_account("Measured", admin_email="ada@measured.test", by=None, now=now)
    olga = create_user("olga@measured.test", is_staff=True, by=None, now=now)
    issued = generate_token(account, scope=Scope.READ_ONLY, by=Actor(admin.email, admin), now=now)
    add_uses(issued.token, CLIENTS, range(1, DAYS + 1), now=now)
    events.plan_token_events(now, all_of_them=True)
    filling.tidy()
    return checks(issued.secret) | counting(issued.token) | notices() | pages(admin, olga)


def doing(do: Callable[[], object], **more: Any) -> Case:
    return Case(lambda _: do(), **more)


# --- Checks and the ledger -------------------------------------------------------------------------


def checks(text: str) -> dict[str, Case]:
    def warm() -> None:
        now = timezone.now()
        for _number in range(IN_A_ROW):
            authenticate(text, now=now)

    public_ids = list(ApiToken.objects.values_list("public_id", flat=True)[:50_000])
    return {
        "warm check": doing(warm, of_a_call=IN_A_ROW),
        "first sight of a token": Case(look_up, partial(random.choice, public_ids)),
    }


def counting(token: ApiToken) -> dict[str, Case]:
    """What the ledger writes and forgets."""
    today, numbers = timezone.now().date(), count()

    def new() -> entries.Tallies:
        """Clients that nobody has seen; the day has no others, or there would soon be no room for them."""
        TokenUse.objects.filter(token=token, client__startswith=NEW).delete()
        return tallies(token, today, f"{NEW}-{next(numbers)}")

    known = tallies(token, today - timedelta(days=2), KNOWN)
    here = {(token.pk, today - timedelta(days=2)): frozenset(entry.client for entry in known)}
    return {
        f"ledger, {BATCH} first uses": Case(lambda found: entries.write(found, {}), new),
        f"ledger, {BATCH} known rows": doing(lambda: entries.write(known, here)),
        f"forget {BATCH} old rows": doing(lambda: usage.forget_old(timezone.now()), prepare=partial(add_old, token)),
    }


def tallies(token: ApiToken, day: date, client: str) -> dict[entries.Entry, entries.Tally]:
    now = timezone.now()
    return {
        entries.Entry(token.pk, day, Door.REST.value, f"{client}-{number}", "", ""): entries.Tally(
            1, now, now, "192.0.2.1"
        )
        for number in range(BATCH)
    }


def add_old(token: ApiToken) -> None:
    add_uses(token, BATCH, [usage.RETENTION.days + 1], now=timezone.now())


def add_uses(token: ApiToken, clients: int, days_ago: Any, *, now: datetime) -> None:
    """Each client called on each of the days."""
    at = [now - timedelta(days=back) for back in days_ago]
    TokenUse.objects.bulk_create(
        TokenUse(
            token=token, day=moment.date(), door=Door.REST.value, client=f"client-{number}", reason="", calls=100,
            first_seen=moment, last_seen=moment, last_address="192.0.2.1",
        )
        for moment in at
        for number in range(clients)
    )  # fmt: skip


# --- Notices ---------------------------------------------------------------------------------------


def notices() -> dict[str, Case]:
    return {
        "events to plan, none": doing(lambda: events.plan_token_events(timezone.now())),
        "sweep, nothing is due": doing(lambda: planning.sweep(timezone.now())),
        "outbox, claim the next": doing(claim_next, prepare=owe_one),
    }


def owe_one() -> None:
    """The last email is the only one that waits."""
    email = Email.objects.order_by("-pk")[0]
    waiting: dict[str, Any] = {"state": Email.State.PENDING, "lease_until": None, "sent_at": None}
    Email.objects.filter(pk=email.pk).update(**waiting, next_attempt_at=timezone.now())


def claim_next() -> None:
    """As `delivery.send_emails` does it."""
    now = timezone.now()
    (email,) = claims.next_page(now)
    assert claims.claim(email, now + timedelta(minutes=3), now=now)


# --- Pages -----------------------------------------------------------------------------------------


def pages(admin: User, olga: User) -> dict[str, Case]:
    """Of the administrator, then of operators and their machines."""
    of_admin = {"": PAGES, "usage": f"{PAGES}usage/", "usage.csv": f"{PAGES}usage.csv"}
    of_admin |= {"history": f"{PAGES}history/", "history.csv": f"{PAGES}history.csv"}
    lists = ("tokens/apitoken", "tokens/tokenuse", "notifications/email", "accounts/account", "notifications/delivery")
    return {
        "/healthz": page("/healthz"),
        **{f"Settings > API, {what}".rstrip(", "): page(path, user=admin) for what, path in of_admin.items()},
        **{f"admin: {path}": page(f"{ADMIN}{path}/", user=olga) for path in lists},
        "/readyz": replace(page("/readyz"), prepare=partial(signs_of_life, page("/readyz").prepare)),
        "/metrics": page("/metrics", Authorization=f"Bearer {settings.METRICS_TOKEN}"),
    }


def signs_of_life(prepare: Callable[[], Any]) -> Any:
    """All parts of the site are well at this moment."""
    workers = [(Heartbeat.Part.WORKER, f"{queue}@bench") for queue in queues.expected()]
    for part, name in [(Heartbeat.Part.BEAT, ""), (Heartbeat.Part.SWEEP, ""), *workers]:
        Heartbeat.objects.update_or_create(part=part, name=name, defaults={"at": timezone.now()})
    return prepare()


def page(path: str, *, user: User | None = None, **headers: str) -> Case:
    """A GET through the whole WSGI application, signed in as this user."""
    if user:
        client = Client()
        client.force_login(user)
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    environ = RequestFactory().get(path, headers={"Host": "127.0.0.1", "User-Agent": "Firefox", **headers}).environ

    def call(environ: dict[str, Any]) -> None:
        assert figures.called(environ) == "200 OK", path

    return Case(call, lambda: dict(environ))


# --- When much falls due ---------------------------------------------------------------------------


def fall_due(tokens: int) -> Case:
    """A twentieth of the tokens near their end, of which nobody has been told, and one sweep that plans the notices."""
    return Case(lambda _: planning.sweep(timezone.now()), partial(filling.bring_near, tokens // 20))
