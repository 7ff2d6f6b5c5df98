"""What somebody types into the search, in its parts."""

import pytest

from catalog.errors import InvalidInput
from catalog.queries.search_text import MAX_PARTS, Part, parse, parts_of, written


def told(text):
    """Key, value and minus of each part."""
    return [("-" if part.is_excluded else "", part.key, part.value) for part in parts_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  order   status ", [("", "", "order"), ("", "", "status")]),
        ('"net  revenue" x', [("", "", "net revenue"), ("", "", "x")]),
        ('"never ended', [("", "", "never ended")]),
        ('"" "', []),
        ('-test -"a b"', [("-", "", "test"), ("-", "", "a b")]),
        ("kind:table TAG:Finance", [("", "kind", "table"), ("", "tag", "Finance")]),
        ('source:"My lake" owner: ada', [("", "source", "My lake"), ("", "owner", "ada")]),
        ("-tag:pii", [("-", "tag", "pii")]),
        ("- --x", [("", "", "-"), ("-", "", "-x")]),
        ('http://x a:b 5" kind', [("", "", "http://x"), ("", "", "a:b"), ("", "", '5"'), ("", "", "kind")]),
        ("Größe 表", [("", "", "Größe"), ("", "", "表")]),
    ],
)
def test_a_text_has_words_phrases_filters_and_what_is_unwanted(text, expected):
    assert told(text) == expected


def test_a_part_knows_where_it_begins():
    assert [part.start for part in parts_of('one -tag:x "two three"')] == [0, 4, 11]


def test_so_many_parts_and_no_more():
    assert len(parse("x " * MAX_PARTS)) == MAX_PARTS
    with pytest.raises(InvalidInput, match=f"at most {MAX_PARTS} words and filters, not {MAX_PARTS + 1}"):
        parse("x " * (MAX_PARTS + 1))


@pytest.mark.parametrize("key", ["kind", "source", "tag", "owner"])
def test_a_filter_that_says_nothing_is_refused_with_what_to_say(key):
    with pytest.raises(InvalidInput, match=f"Say which {key} you mean, as in {key}:"):
        parse(f"order {key}:")


@pytest.mark.parametrize("value", ["finance", "net revenue", "a:b", "Größe"])
def test_a_filter_that_is_written_is_read_as_it_was_meant(value):
    assert list(parts_of(written("tag", value))) == [Part(value, "tag")]
