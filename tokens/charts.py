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
    tallest = max(1, *(sum(one.values()) for one in counts))
    columns = []
    for place, one in enumerate(counts):
        ground, bars = HEIGHT, []
        for what, count in one.items():
            height = math.ceil(count * HEIGHT / tallest)
            ground -= height
            bars.append(Bar(what, max(0, ground), height))
        columns.append(Column(place * step + step // 10, bars))
    return columns
