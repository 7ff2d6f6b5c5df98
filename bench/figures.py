"""What all measurements do: read their options, make calls, and say figures with their spread."""

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog_site.wsgi import application


def spread(values: Sequence[float], form: str) -> str:
    """Median and quartiles, as `1.05 (1.04 to 1.07)`."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Of each round."""
    return [value / other for value, other in zip(values, others, strict=True)]


def queries(prepare: Callable[[], Any], do: Callable[[Any], object]) -> int:
    """Of one call with what was prepared for it, after one that warms up."""
    do(prepare())
    prepared = prepare()
    with CaptureQueriesContext(connection) as captured:
        do(prepared)
    return len(captured)


def called(environ: dict[str, Any]) -> str:
    """The status that `answered` gives."""
    return answered(environ)[0]


def answered(environ: dict[str, Any]) -> tuple[str, bytes]:
    """One call through the whole WSGI application, with middleware and the line in the log: its status, its answer."""
    said: list[str] = []

    def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
        said.append(status)
        return bytes

    response = application(environ, begin)
    answer = b"".join(response)
    response.close()
    return said[0], answer


def verdict(what: str, figure: float, *, at_most: float) -> bool:
    """Say whether this bound was kept, and return it."""
    kept = figure <= at_most
    print(f"\nBound: {what} {figure:.3f}, {at_most} at the most: {'kept' if kept else 'BROKEN'}", flush=True)
    return kept


def arguments(
    doc: str | None, short: dict[str, int], flags: Mapping[str, str] = MappingProxyType({}), **defaults: int
) -> argparse.Namespace:
    """The options of a measurement: numbers, for which --short, which takes ten seconds, has others, and flags."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"default: {default:,}; short: {short[name]:,}")
    for name, what in ({"short": "a few of everything in one process; breaks no bound"} | dict(flags)).items():
        parser.add_argument(f"--{name}", action="store_true", help=what)
    options = parser.parse_args()
    for name, number in (short if options.short else defaults).items():
        if getattr(options, name) is None:
            setattr(options, name, number)
    return options
