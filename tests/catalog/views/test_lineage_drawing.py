from itertools import pairwise
from uuid import UUID

import pytest

from catalog.models.assets import AssetKind
from catalog.queries.lineage import Level, LineageWalk, walk_lineage
from catalog.queries.references import AssetReference
from catalog.views.lineage_drawing import BOX_HEIGHT, BOX_WIDTH, MARGIN, ROW_HEIGHT, draw, ending
from tests.catalog.factories import a_table, feeds


def reference(number, name="orders", place="warehouse.public"):
    return AssetReference(UUID(int=number), AssetKind.TABLE, name, place, f"/{number}/")


def lineage(*levels, start=0, edges=()):
    """Assets by their numbers; an edge is the parent's place, the parent's number, the child's."""
    references = [Level([reference(number) for number in level]) for level in levels]
    return LineageWalk(references, start, [(place, UUID(int=one), UUID(int=other)) for place, one, other in edges])


def numbers(drawing):
    """The assets of each column from top to bottom."""
    places = sorted({box.x for box in drawing.boxes})
    return [[box.asset.id.int for box in drawing.boxes if box.x == place] for place in places]


def test_parents_stand_left_and_children_right():
    drawing = draw(lineage([1, 2], [3], [4], start=1, edges=[(0, 1, 3), (0, 2, 3), (1, 3, 4)]))
    assert numbers(drawing) == [[1, 2], [3], [4]]
    assert [box.asset for box in drawing.boxes if box.is_own] == [reference(3)]


def test_a_line_leads_from_the_right_of_the_parent_to_the_left_of_the_child():
    drawing = draw(lineage([1], [2], edges=[(0, 1, 2)]))
    parent, child = drawing.boxes
    assert drawing.lines[0].startswith(f"M{parent.x + BOX_WIDTH} {parent.y + BOX_HEIGHT // 2}C")
    assert drawing.lines[0].endswith(f" {child.x} {child.y + BOX_HEIGHT // 2}")


@pytest.mark.parametrize("counts", [(1, 1, 1), (12, 1, 3), (12, 12, 1, 12, 12), (1,)])
def test_boxes_lie_inside_the_drawing_and_never_on_each_other(counts):
    levels = [list(range(place * 100, place * 100 + count)) for place, count in enumerate(counts)]
    drawing = draw(lineage(*levels, start=len(counts) // 2))
    for box in drawing.boxes:
        assert MARGIN <= box.x <= drawing.width - BOX_WIDTH - MARGIN
        assert MARGIN <= box.y <= drawing.height - BOX_HEIGHT - MARGIN
    for one, other in pairwise(drawing.boxes):
        assert other.x > one.x or other.y - one.y == ROW_HEIGHT


def test_the_farther_level_is_ordered_so_that_lines_do_not_cross():
    edges = [(0, 1, 12), (0, 2, 11), (1, 11, 20), (1, 12, 20)]
    assert numbers(draw(lineage([1, 2], [11, 12], [20], start=2, edges=edges)))[0] == [2, 1]


def test_a_name_that_is_too_long_is_cut_at_its_end_and_a_place_at_its_beginning():
    level = Level([reference(1, "a" * 17 + "bcd", "nearly_everything.public")])
    box = draw(LineageWalk([level], 0, [])).boxes[0]
    assert (box.name, box.place) == ("a" * 17 + "…", "…everything.public")


def test_of_a_column_the_name_of_its_table_is_the_place():
    column = AssetReference(UUID(int=1), AssetKind.COLUMN, "id", "warehouse.public.order_lines", "/t/#column-1")
    box = draw(LineageWalk([Level([column])], 0, [])).boxes[0]
    assert (box.place, box.url) == ("order_lines", f"/t/?column={UUID(int=1)}#lineage")


def test_a_folder_is_shown_whole_or_not_at_all():
    assert ending("root/Shared/Company") == "…/Shared/Company"


def test_the_assets_beyond_a_column_are_counted_below_it():
    drawing = draw(LineageWalk([Level([reference(1)]), Level([reference(2), reference(3)], more=34)], 0, []))
    assert [(box.y, box.more) for box in drawing.boxes if not box.asset] == [(MARGIN + 2 * ROW_HEIGHT, 34)]


def test_a_circle_and_a_table_made_from_itself_are_drawn(acme):
    orders, other, own = (a_table(acme, f"lake.raw.{name}") for name in ("orders", "other", "own"))
    for parent, child in ((orders, other), (other, orders), (own, own)):
        feeds(parent, child)
    walks = [walk_lineage(acme, table, upstream=2, downstream=2, level_size=12) for table in (orders, own)]
    assert [len(draw(walk).lines) for walk in walks] == [4, 4]
