"""What a word of a question may also be called."""

import pytest

from catalog.index.lexicon import FOLDER, concepts_of
from catalog.index.words import fold


def words_asked(question, **options):
    return {word for concept in concepts_of(question, **options) for word in concept.words}


@pytest.mark.parametrize("name", ["abbreviations", "de", "fr", "synonyms"])
def test_a_file_is_folded_in_order_and_says_each_word_once(name):
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    for line in lines:
        said, *meant = line.split("\t")
        assert said
        assert meant
        assert line == fold(line).strip()


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("qty by country", "quantiti"),
        ("quantity by country", "qti"),
        ("welche Tabelle enthält die Rechnungen?", "invoic"),
        ("Wie hoch ist der Kundenumsatz?", "revenu"),
        ("Wie hoch ist der Kundenumsatz?", "custom"),
        ("quel est le chiffre d'affaires par pays ?", "turnov"),
        ("umsatz", "revenu"),
        ("Umsatz je Tag", "revenu"),
        ("fastest lap times", "laptim"),
    ],
)
def test_a_word_may_be_called_otherwise(question, word):
    assert word in words_asked(question)


def test_an_english_question_has_no_german_words_in_it():
    assert "day" not in words_asked("what is the tag of the order")


def test_foreign_words_are_left_alone_on_demand():
    assert "revenu" not in words_asked("welche Tabelle hat den Umsatz?", foreign=False)


def test_a_word_that_comes_twice_is_one_concept():
    assert [concept.said for concept in concepts_of("orders of orders")] == ["orders"]


def test_what_stands_for_a_word_weighs_less_than_the_word():
    (concept, *_) = concepts_of("qty")
    assert concept.words["qti"] == 1.0
    assert concept.words["quantiti"] < 1.0
