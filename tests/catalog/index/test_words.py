"""One way to take words out of texts, names and questions."""

import pytest

from catalog.index.words import MAX_LENGTH, languages_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("orders", ["order"]),
        ("orderStatus_2", ["order", "status", "2", "orderstatus_2"]),
        ("fct_orders", ["fct", "order", "fct_orders"]),
        ("analytics.core.fct_orders", ["analyt", "core", "fct", "order", "fct_orders"]),
        ("HTTPServer", ["http", "server", "httpserver"]),
        ("covid19", ["covid", "19", "covid19"]),
        ("Durée de séjour", ["dure", "sejour"]),
        ("Straßen", ["strassen"]),
        ("which table has our revenue?", ["revenu"]),
        ("売上 revenue", ["売上", "revenu"]),
        ("", []),
        ("\0 .. __", []),
    ],
)
def test_words_of_a_text(text, words):
    assert words_of(text) == words


def test_a_name_that_says_nothing_is_still_a_name():
    assert words_of("who_is_it") == ["who", "is", "it", "who_is_it"]


def test_a_long_word_is_cut_where_it_is_asked_and_where_it_is_written():
    assert max(map(len, words_of("x" * 1_000))) <= MAX_LENGTH
    assert words_of("x" * 1_000) == words_of("x" * 2_000)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("which table has our revenue", ["en"]),
        ("welche Tabelle hat unseren Umsatz", ["de"]),
        ("quelle table donne le chiffre d'affaires", ["fr"]),
        ("umsatz", []),
        ("Umsatz je Kampagne", ["fr", "de"]),
    ],
)
def test_the_language_is_that_of_the_words_that_say_nothing(text, languages):
    assert languages_of(text.lower().split()) == languages
