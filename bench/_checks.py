"""Parts 1 and 2 of `bench auth`, on the database of the settings: everything in one process."""

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django has to be set up first
from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.authentication import TokenAuthentication  # noqa: E402
from rest_framework.request import Request  # noqa: E402

from api.authentication import TokenAuthentication as OurAuthentication  # noqa: E402
from bench._figures import ratios, spread  # noqa: E402
from bench._peers import credentials, fill  # noqa: E402
from bench._variants import FIRST_SIGHT, FLOOR, OURS, VARIANTS, Variant  # noqa: E402
from catalog_site.wsgi import application  # noqa: E402
from tokens.authentication import authenticate  # noqa: E402

BOUND = 1.15  # ours ÷ no authentication, the whole application
BOUNDS_AT_FIRST_SIGHT = {"sqlite": 1.6, "postgresql": 2.4}
SLICES = 10  # of a round: in each of them every variant has its turn
WARM_UP = 50  # calls that are not counted
FACTORY = RequestFactory()
HEADERS = {
    "Host": "127.0.0.1",
    "User-Agent": "python-requests/2.32.5",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
}

Headers = dict[str, str]  # the Authorization header, by kind
Spent = dict[str, list[float]]  # microseconds of a call, one figure a round, by what was called


def main() -> int:
    tokens, rounds, calls = map(int, sys.argv[1:])
    headers = credentials()
    kept, alone = True, {}
    for number in (1, tokens):
        if number > 1:
            fill(number)
        for name, scope in SCOPES.items():
            turns = {variant.name: turn(scope, variant, headers) for variant in VARIANTS}
            found = alone[name, number] = measured(turns, rounds, calls)
            print_variants(f"{name}, {number:,} tokens", found, headers)
        kept = print_verdicts(found) and kept
    print_growth(alone, tokens)
    print_renewals(alone, tokens)
    print_checks(headers, rounds, calls)
    return 0 if kept else 1


# --- Calls ---------------------------------------------------------------------------------------

Prepared = Callable[[], Any]  # what is made anew before each call, outside the clock
Turn = tuple[Prepared, Callable[[Any], Any]]


def turn(scope: Callable[[Variant], Callable[[Any], Any]], variant: Variant, headers: Headers) -> Turn:
    environ = request_for(variant, headers).environ
    if scope is whole_application:
        return lambda: dict(environ), scope(variant)
    return lambda: WSGIRequest(dict(environ)), scope(variant)


def request_for(variant: Variant, headers: Headers) -> WSGIRequest:
    sent = {"Authorization": headers[variant.credential]} if variant.credential else {}
    return FACTORY.get(f"/{variant.path}", headers=HEADERS | sent)


def view_alone(variant: Variant) -> Callable[[WSGIRequest], None]:
    view = variant.view.as_view()

    def call(request: WSGIRequest) -> None:
        assert view(request).render().status_code == 200

    return call


def whole_application(variant: Variant) -> Callable[[dict[str, Any]], None]:
    def call(environ: dict[str, Any]) -> None:
        response = application(environ, answered)
        b"".join(response)
        response.close()

    return call


def answered(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
    assert status == "200 OK", status
    return bytes


SCOPES: dict[str, Callable[[Variant], Callable[[Any], Any]]] = {
    "The view alone": view_alone,
    "The whole application": whole_application,
}

# --- Rounds --------------------------------------------------------------------------------------


def measured(turns: dict[str, Turn], rounds: int, calls: int) -> Spent:
    """One figure a round and name: the median of its slices."""
    spent: Spent = {name: [] for name in turns}
    for one in turns.values():
        timed(one, WARM_UP)
    gc.collect()
    gc.freeze()  # what is here to stay makes no collection longer
    for _ in range(rounds):
        slices: Spent = {name: [] for name in turns}
        for _ in range(SLICES):
            for name in random.sample(list(turns), len(turns)):
                slices[name].append(timed(turns[name], max(1, calls // SLICES)))
        for name, values in slices.items():
            spent[name].append(statistics.median(values))
    return spent


def timed(one: Turn, calls: int) -> float:
    """Microseconds of a call, of so many in a row.

    One call before them takes the lease, which is else taken once in a slice instead of four times a second; and what
    calls leave behind is collected outside the clock.
    """
    prepare, call = one
    prepared = [prepare() for _ in range(calls)]
    gc.collect()
    call(prepare())
    gc.disable()
    begun = time.perf_counter_ns()
    for argument in prepared:
        call(argument)
    ended = time.perf_counter_ns()
    gc.enable()
    return (ended - begun) / 1000 / calls


def queries(variant: Variant, headers: Headers) -> int:
    """Of a warm call: the second of two in a row."""
    prepare, call = turn(view_alone, variant, headers)
    call(prepare())
    with CaptureQueriesContext(connection) as captured:
        call(prepare())
    return len(captured)


# --- Figures -------------------------------------------------------------------------------------


def print_variants(title: str, found: Spent, headers: Headers) -> None:
    print(f"\n{title}, {connection.vendor}: median of {len(found[FLOOR.name])} rounds (quartiles)")
    print("| variant | µs a call | ratio to no authentication | queries of a warm call |\n|---|---|---|---|")
    for variant in VARIANTS:
        values = found[variant.name]
        ratio = spread(ratios(values, found[FLOOR.name]), ".3f")
        print(f"| {variant.name} | {spread(values, '.0f')} | {ratio} | {queries(variant, headers)} |", flush=True)


def print_verdicts(found: Spent) -> bool:
    """Whether the whole application keeps its bounds."""
    kept = True
    for variant, bound in ((OURS, BOUND), (FIRST_SIGHT, BOUNDS_AT_FIRST_SIGHT[connection.vendor])):
        ratio = statistics.median(ratios(found[variant.name], found[FLOOR.name]))
        verdict = "kept" if ratio <= bound else "BROKEN"
        print(f"\nBound: {variant.name} ÷ no authentication {ratio:.3f}, {bound} at the most: {verdict}", flush=True)
        kept = kept and ratio <= bound
    return kept


def print_growth(alone: dict[tuple[str, int], Spent], tokens: int) -> None:
    """With many tokens compared with one, each as a ratio to the floor of its time."""
    print(f"\n{tokens:,} tokens ÷ 1 token, warm, {connection.vendor}")
    print(f"| variant | {' | '.join(SCOPES)} |\n|---|---|---|")
    for variant in VARIANTS:
        middles = [
            [
                statistics.median(ratios(found[variant.name], found[FLOOR.name]))
                for found in (alone[name, tokens], alone[name, 1])
            ]
            for name in SCOPES
        ]
        print(f"| {variant.name} | {' | '.join(f'{many / one:.3f}' for many, one in middles)} |")


def print_renewals(alone: dict[tuple[str, int], Spent], tokens: int) -> None:
    """What the rounds leave out: the calls that renew the lease."""
    print(f"\nThe call that renews the lease, {connection.vendor}, with {tokens:,} tokens")
    for name in SCOPES:
        found = alone[name, tokens]
        more = statistics.median(found[FIRST_SIGHT.name]) - statistics.median(found[OURS.name])
        share = more / 1e6 / settings.TOKEN_LEASE
        print(f"- {name}: {more:+.0f} µs, once in {settings.TOKEN_LEASE * 1000:.0f} ms: {share:.2%} of a busy process")


def print_checks(headers: Headers, rounds: int, calls: int) -> None:
    """Part 2: what authenticates, without view, permissions, ledger and rendering."""
    text, now = headers["text"], timezone.now()
    theirs = next(variant for variant in VARIANTS if variant.credential == "authtoken")
    request = Request(request_for(theirs, headers))
    ours = Request(request_for(OURS, headers))
    turns: dict[str, Turn] = {
        "TokenAuthentication.authenticate": (lambda: request, TokenAuthentication().authenticate),
        "ours: header, check and throttling": (lambda: ours, OurAuthentication().authenticate),
        "ours: the check": (lambda: text, lambda sent: authenticate(sent, now=now)),
    }
    found = measured(turns, rounds, calls)
    whole = found["TokenAuthentication.authenticate"]
    print(f"\nThe check alone, {connection.vendor}\n| what | µs | 1 ÷ TokenAuthentication's |\n|---|---|---|")
    for name, values in found.items():
        part = statistics.median(ratios(whole, values))
        print(f"| {name} | {spread(values, '.1f')} | 1/{part:.0f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
