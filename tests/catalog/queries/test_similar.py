"""How much two texts look like each other."""

import pytest

from catalog.queries.similar import similarity, trigrams


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("orders", "ORDERS", 1),
        ("word", "words", 4 / 7),  # "  w", " wo", "wor", "ord" of these and "rd ", "rds", "ds "
        ("word", "abc", 0),
    ],
)
def test_it_is_what_they_share_out_of_all_that_is_in_either(one, other, score):
    assert similarity(trigrams(one), trigrams(other)) == similarity(trigrams(other), trigrams(one)) == score


def test_of_a_text_that_is_much_longer_nothing_is_compared():
    one, other = trigrams("word"), trigrams("word and many more of them")
    assert one & other
    assert similarity(one, other) == similarity(other, one) == 0
