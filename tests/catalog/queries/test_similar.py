"""How much two texts look like each other."""

import pytest

from catalog.models.assets import AssetKind
from catalog.queries.similar import similar_names, similarity, trigrams
from tests.catalog.factories import ColumnFactory, a_table


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


@pytest.mark.django_db
def test_columns_are_never_looked_for_by_halves_that_no_index_finds(acme, django_assert_num_queries):
    ColumnFactory.create(table=a_table(acme), name="email_of_owner")
    with django_assert_num_queries(0):
        assert similar_names(acme, AssetKind.COLUMN, ["emil"]) == {"emil": []}
    with django_assert_num_queries(1):
        assert similar_names(acme, AssetKind.COLUMN, ["email_of_wner"])["email_of_wner"] == ["email_of_owner"]
