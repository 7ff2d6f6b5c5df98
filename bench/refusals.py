"""Does time tell an unknown token from a wrong secret? Six kinds of bad tokens, and how long each takes to refuse.

    python3 dev.py bench refusals [--calls 20000] [--tokens 200]

A call is the view with its door: the token is read, looked up and refused, and the answer rendered. A round calls each
kind once, in random order, each time another of its tokens; there are 100,000 tokens beside them. Exits 1 when a
median is 50 µs or more from that of unknown tokens, or when an answer differs by a byte.
"""

import argparse
import gc
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django has to be set up first
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from accounts.services import create_account, suspend_account  # noqa: E402
from api.rest.views import OwnTokenView  # noqa: E402
from bench import _filling  # noqa: E402
from tokens import keys  # noqa: E402
from tokens.models import ApiToken  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token, revoke_token  # noqa: E402

BOUND = 50  # microseconds between two medians
OTHERS = 100_000  # tokens that nobody asks for
LIMITS = {"off": 0, "on": 10_000_000}  # bad tokens a minute; on, each call asks Valkey and none is turned away by it
WARM_UP = 200  # rounds that are not counted
VIEW = OwnTokenView.as_view()
FACTORY = RequestFactory()

Texts = dict[str, list[str]]  # what is sent, by kind
Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]  # status, body, headers
Measured = tuple[dict[str, list[float]], dict[str, set[Answer]]]  # microseconds of each call, and the distinct answers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=20_000, help="of all kinds together, for each of the two tables")
    parser.add_argument("--tokens", type=int, default=200, help="of each kind")
    options = parser.parse_args()
    texts = fill(options.tokens, now=timezone.now())
    kept = [report(name, measure(texts, limit, options.calls)) for name, limit in LIMITS.items()]
    return 0 if all(kept) else 1


# --- Bad tokens ----------------------------------------------------------------------------------


def fill(count: int, *, now: datetime) -> Texts:
    """As many bad tokens of each kind, each of an account of its own, among many others."""
    _filling.fill(OTHERS)
    _filling.fill_traces(OTHERS)
    texts = {kind: [make(new_account(f"{kind} {n}", now), now) for n in range(count)] for kind, make in KINDS.items()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return texts


def new_account(name: str, now: datetime) -> Account:
    account, _ = create_account(name, admin_email=f"{name.replace(' ', '')}@refused.test", by=None, now=now)
    return account


def generated(account: Account, now: datetime, replaces: ApiToken | None = None) -> ApiToken:
    old = replaces.pk if replaces else None
    return generate_token(account, scope=Scope.READ_ONLY, by=None, now=now, replaces=old).token


def with_wrong_secret(token: ApiToken) -> str:
    """The token's public id with another secret and the checksum that belongs to both."""
    secret = keys.random_base62(keys.SECRET_LENGTH)
    body = f"{keys.prefix(token.scope, token.region)}{token.public_id}{secret}"
    return body + keys.checksum(body)


def unknown(account: Account, now: datetime) -> str:
    return keys.mint(Scope.READ_ONLY, settings.REGION).text


def active(account: Account, now: datetime) -> str:
    return with_wrong_secret(generated(account, now))


def revoked(account: Account, now: datetime) -> str:
    token = generated(account, now)
    revoke_token(token, by=None, now=now)
    return with_wrong_secret(token)


def replaced(account: Account, now: datetime) -> str:
    token = generated(account, now)
    generated(account, now, token)
    return with_wrong_secret(token)


def expired(account: Account, now: datetime) -> str:
    return with_wrong_secret(generated(account, now - timedelta(days=400)))


def suspended(account: Account, now: datetime) -> str:
    token = generated(account, now)
    suspend_account(account, by=None, now=now)
    return with_wrong_secret(token)


KINDS: dict[str, Callable[[Account, datetime], str]] = {
    make.__name__: make for make in (unknown, active, revoked, replaced, expired, suspended)
}

# --- Calls ---------------------------------------------------------------------------------------


def measure(texts: Texts, limit: int, calls: int) -> Measured:
    settings.BAD_TOKENS_PER_MINUTE = limit
    spent: dict[str, list[float]] = {kind: [] for kind in texts}
    answers: dict[str, set[Answer]] = {kind: set() for kind in texts}
    for number in range(WARM_UP + math.ceil(calls / len(texts))):
        gc.collect(0)
        for kind in random.sample(list(texts), len(texts)):
            microseconds, answer = call(random.choice(texts[kind]))  # noqa: S311  # no secret
            answers[kind].add(answer)
            if number >= WARM_UP:
                spent[kind].append(microseconds)
    return spent, answers


def call(text: str) -> tuple[float, Answer]:
    """One call with this token: its microseconds, and the answer."""
    request = FACTORY.get("/api/v1/token", headers={"Authorization": f"Bearer {text}"})
    gc.disable()
    begun = time.perf_counter_ns()
    response = VIEW(request).render()
    ended = time.perf_counter_ns()
    gc.enable()
    return (ended - begun) / 1000, (response.status_code, response.content, tuple(sorted(response.items())))


# --- Figures -------------------------------------------------------------------------------------


def report(limit: str, measured: Measured) -> bool:
    """Print the table; whether the bound was kept."""
    spent, answers = measured
    median = statistics.median(spent["unknown"])
    print(f"\nBAD_TOKENS_PER_MINUTE {limit}: {sum(map(len, spent.values())):,} calls; times in µs")
    print("| kind | lower quartile | median | upper quartile | difference | in tenths of the run | ratio | answer |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, values in spent.items():
        low, middle, high = statistics.quantiles(values, n=4)
        apart = differences(values, spent["unknown"])
        figures = (
            f"{low:.0f} | {middle:.0f} | {high:.0f} | {middle - median:+.1f} | {min(apart):+.0f} to {max(apart):+.0f}"
        )
        print(f"| {kind} | {figures} | {middle / median:.3f} | {sameness(answers[kind], answers['unknown'])} |")
    same = all(sameness(found, answers["unknown"]) == "same" for found in answers.values())
    return same and all(abs(statistics.median(values) - median) < BOUND for values in spent.values())


def differences(values: list[float], unknown: list[float]) -> list[float]:
    """Of the medians in each tenth of the run: how much of the figure is noise."""
    size = max(1, len(values) // 10)
    starts = islice(range(0, len(values), size), 10)
    return [statistics.median(values[i : i + size]) - statistics.median(unknown[i : i + size]) for i in starts]


def sameness(found: set[Answer], unknown: set[Answer]) -> str:
    """`same` when all are the one 401 that unknown tokens get, to the byte, headers included."""
    return "same" if found == unknown and [status for status, _, _ in found] == [401] else "DIFFERENT"


if __name__ == "__main__":
    sys.exit(main())
