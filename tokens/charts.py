"""Columns of stacked bars for an SVG, in its own units."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 110  # of the tallest column, in units of the SVG


@dataclass(frozen=True, slots=True)
class Bar:
    what: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    x: int
    bars: list[Bar]


def top_of_scale(tallest: int) -> int:
    """The least of 2, 4, 10, 20, 40, 100, 200, … that is no less: a round number, and so is its half."""
    power = 1
    while 10 * power < tallest:
        power *= 10
    return next(top for top in (2 * power, 4 * power, 10 * power) if top >= tallest)


def stacked(counts: Sequence[Mapping[str, int]], *, step: int, top: int = 0) -> list[Column]:
    """A column of bars for each mapping of what to how many, `step` apart; `top` (0: the tallest) is HEIGHT high."""
    tallest = top or max((sum(one.values()) for one in counts), default=0) or 1
    return [Column(place * step + step // 10, piled(one, tallest)) for place, one in enumerate(counts)]


def piled(counts: Mapping[str, int], tallest: int) -> list[Bar]:
    """The bars of one column, from the ground up. Their ends are rounded, not their heights: no column is too high."""
    bars, below, top = [], 0, HEIGHT
    for what, count in counts.items():
        below += count
        end = HEIGHT - math.ceil(below * HEIGHT / tallest)
        bars.append(Bar(what, end, top - end))
        top = end
    return bars
