import pytest

from tokens.charts import HEIGHT, stacked, top_of_scale


def test_the_tallest_column_has_the_whole_height_and_the_others_their_share():
    tall, half = stacked([{"answered": 10}, {"answered": 5}], step=18)
    assert [(bar.y, bar.height) for bar in (*tall.bars, *half.bars)] == [(0, HEIGHT), (HEIGHT // 2, HEIGHT // 2)]


def test_bars_pile_up_from_the_ground_in_their_order():
    (column,) = stacked([{"answered": 6, "refused": 4}], step=18)
    assert [bar.what for bar in column.bars] == ["answered", "refused"]
    first, second = column.bars
    assert (first.y + first.height, second.y + second.height) == (HEIGHT, first.y)


def test_columns_stand_a_step_apart():
    assert [column.x for column in stacked([{}, {}, {}], step=18)] == [1, 19, 37]


@pytest.mark.parametrize("count", [1, 10**6, 10**15])
def test_one_call_beside_many_is_still_seen(count):
    one, many = stacked([{"answered": 1}, {"answered": count}], step=18)
    assert 1 <= one.bars[0].height <= many.bars[0].height == HEIGHT


def test_days_without_calls_have_no_height():
    columns = stacked([{"answered": 0, "refused": 0}] * 30, step=18)
    assert {(bar.y, bar.height) for column in columns for bar in column.bars} == {(HEIGHT, 0)}


@pytest.mark.parametrize(
    ("tallest", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (10, 10), (11, 20), (21, 40), (41, 100), (10**9 + 1, 2 * 10**9)],
)
def test_the_top_of_a_scale_is_the_next_round_number_with_a_round_half(tallest, top):
    assert top_of_scale(tallest) == top


def test_a_column_stands_as_high_as_the_scale_says():
    [column] = stacked([{"answered": 50}], step=18, top=100)
    assert column.bars[0].height == HEIGHT // 2
