"""How much a word says of its asset."""

from catalog.index.impacts import COLUMN_NAMES, NAME, TEXT, impacts


def test_a_name_says_more_than_a_text_and_that_more_than_a_column():
    found = impacts({NAME: ["orders"], TEXT: ["paid"], COLUMN_NAMES: ["amount", *(f"other_{n}" for n in range(9))]})
    assert found["order"] > found["paid"] > found["amount"] > 0


def test_the_same_word_says_less_in_a_long_text():
    short, long = impacts({TEXT: ["revenue"]}), impacts({TEXT: ["revenue " + "and cost of sale " * 30]})
    assert short["revenu"] > long["revenu"]


def test_more_of_a_word_says_ever_less():
    one, two, three = (impacts({NAME: ["order " * count]})["order"] for count in (1, 2, 3))
    assert one < two < three < 4_000
    assert two - one > three - two


def test_no_word_has_no_impact():
    assert min(impacts({COLUMN_NAMES: [f"column_{number}" for number in range(2_000)]}).values()) >= 1
    assert impacts({NAME: [""]}) == {}
