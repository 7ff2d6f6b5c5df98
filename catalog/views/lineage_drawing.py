"""Lineage as a drawing: boxes in columns, lines between neighbouring columns, in the units of an SVG."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog.queries.lineage import Level, Neighbours
from catalog.queries.references import Card

BOX_WIDTH, BOX_HEIGHT = 148, 44
COLUMN, ROW = BOX_WIDTH + 28, BOX_HEIGHT + 10  # from one box to the next
MARGIN = 2  # for the width of a box's line
LONGEST = 18  # characters that fit into a box; longer names end in an ellipsis


@dataclass(frozen=True, slots=True)
class Box:
    """One asset; or, without a card, how many more there are."""

    x: int
    y: int
    card: Card | None = None
    more: int = 0
    is_own: bool = False

    @property
    def name(self) -> str:
        return cut(self.card.name) if self.card else ""

    @property
    def place(self) -> str:
        return ending(self.card.place) if self.card else ""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    lines: list[str]  # paths, each from the right of a parent to the left of its child


def draw(lineage: Neighbours) -> Drawing:
    columns = ordered(lineage)
    tallest = max(map(height_of, columns))
    boxes = [
        box
        for place, column in enumerate(columns)
        for box in stacked(column, x=MARGIN + place * COLUMN, height=tallest, is_own=place == lineage.middle)
    ]
    at = {(box.x, box.card.id): box for box in boxes if box.card}
    lines = [
        line(at[MARGIN + place * COLUMN, parent], at[MARGIN + (place + 1) * COLUMN, child])
        for place, parent, child in lineage.edges
    ]
    width = len(columns) * COLUMN - (COLUMN - BOX_WIDTH) + 2 * MARGIN
    return Drawing(width, tallest + 2 * MARGIN, boxes, lines)


def ordered(lineage: Neighbours) -> list[Level]:
    """The levels, outwards each in the order of what its assets are tied to, so that few lines cross."""
    columns, middle = list(lineage.levels), lineage.middle
    ties: dict[tuple[int, UUID], list[UUID]] = defaultdict(list)
    for place, parent, child in lineage.edges:
        ties[place, parent].append(child)
        ties[place + 1, child].append(parent)
    for place in [*range(middle - 2, -1, -1), *range(middle + 2, len(columns))]:
        inner = columns[place + 1 if place < middle else place - 1]
        rows = {one.id: row for row, one in enumerate(inner.cards)}
        columns[place] = Level(by_ties(columns[place].cards, place, ties, rows), columns[place].more)
    return columns


def by_ties(
    cards: Sequence[Card], place: int, ties: Mapping[tuple[int, UUID], list[UUID]], rows: Mapping[UUID, int]
) -> list[Card]:
    """The cards by the mean row of what they are tied to."""

    def mean(one: Card) -> float:
        found = [rows[other] for other in ties[place, one.id] if other in rows]
        return sum(found) / len(found) if found else math.inf

    return sorted(cards, key=mean)


def height_of(level: Level) -> int:
    return (len(level.cards) + bool(level.more)) * ROW - (ROW - BOX_HEIGHT)


def stacked(level: Level, *, x: int, height: int, is_own: bool) -> list[Box]:
    """The boxes of one column, in the middle of the height."""
    top = MARGIN + (height - height_of(level)) // 2
    boxes = [Box(x, top + row * ROW, card=one, is_own=is_own) for row, one in enumerate(level.cards)]
    if level.more:
        boxes.append(Box(x, top + len(level.cards) * ROW, more=level.more))
    return boxes


def line(parent: Box, child: Box) -> str:
    """A curve that leaves and arrives level."""
    start, end, half = parent.x + BOX_WIDTH, child.x, (parent.x + BOX_WIDTH + child.x) // 2
    high, low = parent.y + BOX_HEIGHT // 2, child.y + BOX_HEIGHT // 2
    return f"M{start} {high}C{half} {high} {half} {low} {end} {low}"


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def ending(path: str) -> str:
    """The path with its end, which says more than its beginning: whole folders, if there are some."""
    if len(path) <= LONGEST:
        return path
    shown = path[1 - LONGEST :]
    folder = max(shown.find("/"), 0)
    return f"…{shown[folder:]}"
