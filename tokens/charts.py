"""Stacked bars for an SVG, in its own units."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 110


@dataclass(frozen=True, slots=True)
class Bar:
    what: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    x: int
    bars: list[Bar]


def stacked(counts: Sequence[Mapping[str, int]], *, step: int) -> list[Column]:
    """A column for each mapping of what to how many, `step` apart, piled from the ground up; the tallest is HEIGHT."""
    tallest = max((sum(one.values()) for one in counts), default=0) or 1
    return [Column(place * step + step // 10, piled(one, tallest)) for place, one in enumerate(counts)]


def piled(counts: Mapping[str, int], tallest: int) -> list[Bar]:
    """From the ground up; each end is rounded up by itself, so that the pile is never higher than its sum."""
    bars, below, top = [], 0, HEIGHT
    for what, count in counts.items():
        below += count
        end = HEIGHT - math.ceil(below * HEIGHT / tallest)
        bars.append(Bar(what, end, top - end))
        top = end
    return bars
