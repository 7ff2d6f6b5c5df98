"""Calls in this process, whose variants take turns in random order: one figure a round and variant."""

import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

SLICES = 10  # of a round: in each of them every variant has its turn
HEADERS = {
    "Host": "127.0.0.1",
    "User-Agent": "python-requests/2.32.5",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
}

Prepared = Callable[[], Any]  # what is made anew before each call, outside the clock
Turn = tuple[Prepared, Callable[[Any], Any]]
Spent = dict[str, list[float]]  # microseconds of a call, one figure a round, by what was called


def request_for(path: str, authorization: str = "") -> WSGIRequest:
    sent = {"Authorization": authorization} if authorization else {}
    return RequestFactory().get(f"/{path}", headers=HEADERS | sent)


def measured(turns: dict[str, Turn], rounds: int, calls: int) -> Spent:
    """One figure a round and name: the median of its slices. Half as many calls before them are not counted."""
    spent: Spent = {name: [] for name in turns}
    for one in turns.values():
        timed(one, calls // 2)
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
