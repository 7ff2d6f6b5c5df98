"""Lineage as a drawing: boxes in columns, lines between neighbouring columns, in the units of an SVG."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog.models.assets import AssetKind
from catalog.queries.lineage import Level, LineageWalk
from catalog.queries.references import AssetReference

BOX_WIDTH, BOX_HEIGHT = 148, 44
COLUMN_WIDTH, ROW_HEIGHT = BOX_WIDTH + 28, BOX_HEIGHT + 10  # from one box to the next
MARGIN = 2  # for the width of a box's line
MAX_TEXT_LENGTH = 18  # characters that fit into a box; longer names end in an ellipsis
PICKED_BY = {AssetKind.COLUMN: "column", AssetKind.DASHBOARD_FIELD: "field"}  # in the query of a page


@dataclass(frozen=True, slots=True)
class Box:
    """One asset; or, without one, how many more there are."""

    x: int
    y: int
    asset: AssetReference | None = None
    more: int = 0
    is_own: bool = False

    @property
    def name(self) -> str:
        return cut(self.asset.name) if self.asset else ""

    @property
    def place(self) -> str:
        """What the asset lies in; of a column its table's own name, since paths differ at their end."""
        if not self.asset:
            return ""
        place = self.asset.place
        return cut(place.rpartition(".")[2]) if self.asset.kind == AssetKind.COLUMN else ending(place)

    @property
    def url(self) -> str:
        """The page of the asset; of a column or a field, the drawing of its own lineage there."""
        return lineage_url(self.asset) if self.asset else ""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    lines: list[str]  # paths, each from the right of a parent to the left of its child


def lineage_url(asset: AssetReference) -> str:
    name = PICKED_BY.get(asset.kind)
    return f"{asset.url.partition('#')[0]}?{name}={asset.id}#lineage" if name else asset.url


def draw(lineage: LineageWalk) -> Drawing:
    columns = ordered(lineage)
    tallest = max(map(height_of, columns))
    boxes = [
        box
        for place, column in enumerate(columns)
        for box in stacked(column, x=MARGIN + place * COLUMN_WIDTH, height=tallest, is_own=place == lineage.start)
    ]
    at = {(box.x, box.asset.id): box for box in boxes if box.asset}
    lines = [
        line(at[MARGIN + place * COLUMN_WIDTH, parent], at[MARGIN + (place + 1) * COLUMN_WIDTH, child])
        for place, parent, child in lineage.edges
    ]
    width = len(columns) * COLUMN_WIDTH - (COLUMN_WIDTH - BOX_WIDTH) + 2 * MARGIN
    return Drawing(width, tallest + 2 * MARGIN, boxes, lines)


def ordered(lineage: LineageWalk) -> list[Level]:
    """The levels; from the second outwards sorted by the assets that they are tied to, so that few lines cross."""
    columns, start = list(lineage.levels), lineage.start
    ties: dict[tuple[int, UUID], list[UUID]] = defaultdict(list)
    for place, parent, child in lineage.edges:
        ties[place, parent].append(child)
        ties[place + 1, child].append(parent)
    for place in [*range(start - 2, -1, -1), *range(start + 2, len(columns))]:
        inner = columns[place + 1 if place < start else place - 1]
        rows = {one.id: row for row, one in enumerate(inner.assets)}
        columns[place] = Level(by_ties(columns[place].assets, place, ties, rows), columns[place].more)
    return columns


def by_ties(
    assets: Sequence[AssetReference], place: int, ties: Mapping[tuple[int, UUID], list[UUID]], rows: Mapping[UUID, int]
) -> list[AssetReference]:
    """The assets sorted by the mean row of the assets that they are tied to."""

    def mean(one: AssetReference) -> float:
        tied = [rows[other] for other in ties[place, one.id] if other in rows]
        return sum(tied) / len(tied) if tied else math.inf

    return sorted(assets, key=mean)


def height_of(level: Level) -> int:
    return (len(level.assets) + bool(level.more)) * ROW_HEIGHT - (ROW_HEIGHT - BOX_HEIGHT)


def stacked(level: Level, *, x: int, height: int, is_own: bool) -> list[Box]:
    """The boxes of one column, in the middle of the height."""
    top = MARGIN + (height - height_of(level)) // 2
    boxes = [Box(x, top + row * ROW_HEIGHT, asset=one, is_own=is_own) for row, one in enumerate(level.assets)]
    if level.more:
        boxes.append(Box(x, top + len(level.assets) * ROW_HEIGHT, more=level.more))
    return boxes


def line(parent: Box, child: Box) -> str:
    """The SVG path of a curve from parent to child, horizontal at both ends."""
    start, end, half = parent.x + BOX_WIDTH, child.x, (parent.x + BOX_WIDTH + child.x) // 2
    high, low = parent.y + BOX_HEIGHT // 2, child.y + BOX_HEIGHT // 2
    return f"M{start} {high}C{half} {high} {half} {low} {end} {low}"


def cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[: MAX_TEXT_LENGTH - 1]}…"


def ending(path: str) -> str:
    """The end of a long path, which says more than its beginning; whole folders, if they fit."""
    if len(path) <= MAX_TEXT_LENGTH:
        return path
    shown = path[1 - MAX_TEXT_LENGTH :]
    folder = max(shown.find("/"), 0)
    return f"…{shown[folder:]}"
