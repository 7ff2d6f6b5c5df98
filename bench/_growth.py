"""One site of `bench growth`: an account that is the same at each size among so many tokens, and what is done."""

import random
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django has to be set up first

from accounts.actors import Actor  # noqa: E402
from bench import _filling  # noqa: E402
from bench._cases import Case, add_uses, new_account, page, serve  # noqa: E402
from bench._sites import METRICS_TOKEN  # noqa: E402
from jobs.models import Heartbeat  # noqa: E402
from notifications import claims, planning  # noqa: E402
from notifications.models import Email  # noqa: E402
from tokens import entries, usage  # noqa: E402
from tokens.authentication import authenticate  # noqa: E402
from tokens.lookup import look_up  # noqa: E402
from tokens.models import ApiToken, TokenUse  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token  # noqa: E402

IN_A_ROW = 1_000  # warm checks: one is too short for the clock
BATCH = 100  # rows of the ledger that are written at once, or forgotten
KNOWN, NEW = "known", "new"
SETTINGS = "/settings/api/"
AHEAD = timedelta(hours=1)  # of the signs of life, so that they last as long as the measurement

Do = Callable[[], object]


def main(tokens: int) -> None:
    if tokens > 1:
        _filling.fill(tokens)
        _filling.fill_traces(tokens)
    now = timezone.now()
    account, admin = new_account("Measured", now=now)
    issued = generate_token(account, scope=Scope.READ_ONLY, by=Actor(admin.email, admin), now=now)
    add_uses(issued.token, _filling.USES, [1], now=now)
    planning.plan_events(now, all_of_them=True)
    for part, name in (("beat", ""), ("worker", "emails@mill"), ("worker", "default@mill"), ("sweep", "")):
        Heartbeat.objects.update_or_create(part=part, name=name, defaults={"at": now + AHEAD})
    _filling.tidy()
    cases = checks(issued.secret) | ledger(issued.token) | notices()
    cases |= {
        "Settings > API": page(SETTINGS, user=admin),
        "history": page(f"{SETTINGS}history/", user=admin),
        "/readyz": page("/readyz"),
        "/metrics": page("/metrics", Authorization=f"Bearer {METRICS_TOKEN}"),
    }
    serve(cases)


def doing(do: Do) -> Case:
    return Case(lambda _: do())


# --- Checks ----------------------------------------------------------------------------------------


def checks(text: str) -> dict[str, Case]:
    def warm(_: None) -> None:
        now = timezone.now()
        for _number in range(IN_A_ROW):
            authenticate(text, now=now)

    public_ids = list(ApiToken.objects.values_list("public_id", flat=True)[:50_000])
    return {
        "warm check": Case(warm, of_a_call=IN_A_ROW),
        "first sight of a token": Case(look_up, partial(random.choice, public_ids)),
    }


# --- The ledger ------------------------------------------------------------------------------------


def ledger(token: ApiToken) -> dict[str, Case]:
    today = timezone.now().date()
    numbers = count()

    def new() -> entries.Tallies:
        """Clients that nobody has seen; the day has no others, or there would soon be no room for them."""
        TokenUse.objects.filter(token=token, client__startswith=NEW).delete()
        return tallies(token, today, f"{NEW}-{next(numbers)}")

    known = tallies(token, today - timedelta(days=2), KNOWN)
    here = {(token.pk, today - timedelta(days=2)): frozenset(entry.client for entry in known)}
    return {
        f"ledger, {BATCH} first uses": Case(lambda found: entries.write(found, {}), new),
        f"ledger, {BATCH} known rows": Case(lambda _: entries.write(known, here)),
        "forget, nothing is old": doing(lambda: usage.forget_old(timezone.now())),
        f"forget {BATCH} old rows": Case(lambda _: usage.forget_old(timezone.now()), partial(add_old, token)),
    }


def tallies(token: ApiToken, day: date, client: str) -> dict[entries.Entry, entries.Tally]:
    now = timezone.now()
    return {
        entries.Entry(token.pk, day, "rest", f"{client}-{number}", ""): entries.Tally(1, now, now, "192.0.2.1")
        for number in range(BATCH)
    }


def add_old(token: ApiToken) -> None:
    add_uses(token, BATCH, [usage.KEPT.days + 1], now=timezone.now())


# --- Notices ---------------------------------------------------------------------------------------


def notices() -> dict[str, Case]:
    return {
        "events to plan, none": doing(lambda: planning.plan_events(timezone.now())),
        "sweep, nothing is due": doing(lambda: planning.sweep(timezone.now())),
        "outbox, claim the next": Case(claim_next, owe_one),
    }


def owe_one() -> None:
    """The last email is the only one that waits."""
    email = Email.objects.order_by("-pk")[0]
    waiting: dict[str, Any] = {"state": Email.State.PENDING, "lease_until": None, "sent_at": None}
    Email.objects.filter(pk=email.pk).update(**waiting, next_attempt_at=timezone.now())


def claim_next(_: None) -> None:
    """As `delivery.send_emails` does it."""
    now: datetime = timezone.now()
    (email,) = claims.next_page(now)
    assert claims.claim(email, now + timedelta(minutes=3), now=now)


if __name__ == "__main__":
    main(int(sys.argv[1]))
