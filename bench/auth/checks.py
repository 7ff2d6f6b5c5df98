"""What a call costs behind each way to authenticate, and the check alone beside TokenAuthentication's."""

import statistics
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone
from rest_framework.request import Request

from api.authentication import TokenAuthentication
from bench.auth.rounds import Spent, Turn, measured, request_for
from bench.auth.variants import VARIANTS
from bench.auth.views import FIRST_SIGHT, FLOOR, OURS, Variant
from bench.figures import called, queries, ratios, spread, verdict
from tokens.authentication import authenticate

BOUND = 1.15  # ours ÷ no authentication, the whole application
BOUNDS_AT_FIRST_SIGHT = {"sqlite": 1.6, "postgresql": 2.4}

Headers = dict[str, str]  # the Authorization header, by kind


def report(headers: Headers, tokens: int, rounds: int, calls: int) -> bool:
    """Print the table; whether the whole application keeps its bounds."""
    turns = {variant.name: of_application(variant, headers) for variant in VARIANTS}
    found = measured(turns, rounds, calls)
    print(f"\nThe whole application, {tokens:,} tokens, {connection.vendor}: median of {rounds} rounds (quartiles)")
    print("| variant | µs a call | ratio to no authentication | queries of a warm call |\n|---|---|---|---|")
    for variant, values in found.items():
        ratio = spread(ratios(values, found[FLOOR.name]), ".3f")
        print(f"| {variant} | {spread(values, '.0f')} | {ratio} | {queries(*turns[variant])} |", flush=True)
    bounds = {OURS.name: BOUND, FIRST_SIGHT.name: BOUNDS_AT_FIRST_SIGHT[connection.vendor]}
    return all([keeps(found, name, bound) for name, bound in bounds.items()])  # noqa: C419  # all are printed


def keeps(found: Spent, name: str, bound: float) -> bool:
    ratio = statistics.median(ratios(found[name], found[FLOOR.name]))
    return verdict(f"{name} ÷ no authentication", ratio, at_most=bound)


def of_application(variant: Variant, headers: Headers) -> Turn:
    environ = request_for(variant.path, headers[variant.credential]).environ

    def call(environ: dict[str, Any]) -> None:
        assert called(environ) == "200 OK"

    return lambda: dict(environ), call


def report_check_alone(headers: Headers, rounds: int, calls: int) -> None:
    """What authenticates, without view, permissions, ledger and rendering; beside a peer's where it is installed."""
    now = timezone.now()
    turns: dict[str, Turn] = {
        "ours: header, check and throttling": authenticating(TokenAuthentication().authenticate, headers["ours"]),
        "ours: the check": (lambda: headers["text"], lambda sent: authenticate(sent, now=now)),
    }
    for variant in VARIANTS:
        if variant.credential == "authtoken":
            check = variant.view.authentication_classes[0]().authenticate
            turns[f"{variant.name}.authenticate"] = authenticating(check, headers["authtoken"])
    found = measured(turns, rounds, calls)
    whole = list(found.values())[-1]
    print(f"\nThe check alone, {connection.vendor}\n| what | µs | the last ÷ this |\n|---|---|---|")
    for name, values in found.items():
        print(f"| {name} | {spread(values, '.1f')} | {statistics.median(ratios(whole, values)):.0f} |", flush=True)


def authenticating(authenticate: Callable[[Request], Any], header: str) -> Turn:
    request = Request(request_for(FLOOR.path, header))
    return lambda: request, authenticate
