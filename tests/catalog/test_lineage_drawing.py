from itertools import pairwise
from uuid import UUID

import pytest

from catalog.queries.lineage import MOST, Level, Neighbours, neighbours
from catalog.queries.references import Card, Kind
from catalog.views.lineage_drawing import BOX_HEIGHT, BOX_WIDTH, MARGIN, ROW, draw, ending
from tests.catalog.factories import DashboardFactory, a_table, feeds
from tests.factories import NOW


def card(number, name="orders", place="warehouse.public"):
    return Card(UUID(int=number), Kind.TABLE, name, place, f"/{number}/")


def lineage(*levels, middle=0, edges=()):
    """Cards by their numbers; an edge is the parent's place, the parent's number, the child's."""
    cards = [Level([card(number) for number in level]) for level in levels]
    return Neighbours(cards, middle, [(place, UUID(int=one), UUID(int=other)) for place, one, other in edges])


def numbers(drawing):
    """The assets of each column from top to bottom."""
    places = sorted({box.x for box in drawing.boxes})
    return [[box.card.id.int for box in drawing.boxes if box.x == place] for place in places]


def test_parents_stand_left_and_children_right():
    drawing = draw(lineage([1, 2], [3], [4], middle=1, edges=[(0, 1, 3), (0, 2, 3), (1, 3, 4)]))
    assert numbers(drawing) == [[1, 2], [3], [4]]
    assert [box.card for box in drawing.boxes if box.is_own] == [card(3)]


def test_a_line_leads_from_the_right_of_the_parent_to_the_left_of_the_child():
    drawing = draw(lineage([1], [2], edges=[(0, 1, 2)]))
    parent, child = drawing.boxes
    assert drawing.lines[0].startswith(f"M{parent.x + BOX_WIDTH} {parent.y + BOX_HEIGHT // 2}C")
    assert drawing.lines[0].endswith(f" {child.x} {child.y + BOX_HEIGHT // 2}")


@pytest.mark.parametrize("counts", [(1, 1, 1), (12, 1, 3), (12, 12, 1, 12, 12), (1,)])
def test_boxes_lie_inside_the_drawing_and_never_on_each_other(counts):
    levels = [list(range(place * 100, place * 100 + count)) for place, count in enumerate(counts)]
    drawing = draw(lineage(*levels, middle=len(counts) // 2))
    for box in drawing.boxes:
        assert MARGIN <= box.x <= drawing.width - BOX_WIDTH - MARGIN
        assert MARGIN <= box.y <= drawing.height - BOX_HEIGHT - MARGIN
    for one, other in pairwise(drawing.boxes):
        assert other.x > one.x or other.y - one.y == ROW


def test_the_farther_level_is_ordered_so_that_lines_do_not_cross():
    edges = [(0, 1, 12), (0, 2, 11), (1, 11, 20), (1, 12, 20)]
    assert numbers(draw(lineage([1, 2], [11, 12], [20], middle=2, edges=edges)))[0] == [2, 1]


def test_a_name_that_is_too_long_is_cut_at_its_end_and_a_place_at_its_beginning():
    level = Level([card(1, "a" * 17 + "bcd", "nearly_everything.public")])
    box = draw(Neighbours([level], 0, [])).boxes[0]
    assert (box.name, box.place) == ("a" * 17 + "…", "…everything.public")


def test_a_folder_is_shown_whole_or_not_at_all():
    assert ending("root/Shared/Company") == "…/Shared/Company"


def test_the_assets_beyond_a_column_are_counted_below_it():
    drawing = draw(Neighbours([Level([card(1)]), Level([card(2), card(3)], more=34)], 0, []))
    assert [(box.y, box.more) for box in drawing.boxes if not box.card] == [(MARGIN + 2 * ROW, 34)]


@pytest.fixture
def orders(acme):
    return a_table(acme, "warehouse.public.orders")


def names(levels):
    return [[one.name for one in level.cards] for level in levels]


def test_two_steps_are_read_each_way(acme, orders):
    chain = [a_table(acme, f"lake.raw.{name}") for name in "abc"]
    board = DashboardFactory.create(source__account=acme, name="board")
    for parent, child in pairwise([*chain, orders, board]):
        feeds(parent, child)
    found = neighbours(acme, orders)
    assert (names(found.parents), names(found.children)) == ([["c"], ["b"]], [["board"]])
    assert [edge[0] for edge in sorted(found.edges)] == [0, 1, 2]


def test_of_many_the_most_popular_are_shown_and_the_others_counted(acme, orders):
    children = [a_table(acme, f"lake.raw.t{number}", popularity=number) for number in range(MOST + 3)]
    grandchild = a_table(acme, "lake.raw.last")
    for child in children:
        feeds(orders, child)
        feeds(child, grandchild)
    near, far = neighbours(acme, orders).children
    assert ([one.name for one in near.cards][:2], len(near.cards), near.more) == (["t14", "t13"], MOST, 3)
    assert (len(far.cards), far.more) == (1, 0)


def test_what_is_deleted_or_hidden_or_another_account_s_is_not_in_the_lineage(acme, umbrella, orders):
    gone = a_table(acme, "lake.raw.gone", deleted_at=NOW)
    hidden = a_table(acme, "lake.raw.hidden")
    type(hidden.schema).objects.filter(pk=hidden.schema_id).update(is_hidden=True)
    board = DashboardFactory.create(source__account=acme, source__deleted_at=NOW)
    for child in (gone, hidden, board):
        feeds(orders, child)
    assert neighbours(acme, orders).children == []
    assert neighbours(umbrella, orders).children == []


def test_a_circle_ends(acme, orders):
    other = a_table(acme, "lake.raw.other")
    feeds(orders, other)
    feeds(other, orders)
    found = neighbours(acme, orders)
    assert names(found.children) == [["other"], ["orders"]]
    assert len(draw(found).lines) == 4


def test_a_table_made_from_itself_is_drawn(acme, orders):
    feeds(orders, orders)
    assert len(draw(neighbours(acme, orders)).lines) == 4
