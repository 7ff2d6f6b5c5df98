import pytest

from ingestion.reading.lists import NotAList, read_list


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("['a','b']", ("a", "b")),
        ("('a', 'b')", ("a", "b")),
        ("{'a','b','c'}", ("a", "b", "c")),
        ('["a", "b"]', ("a", "b")),
        ("[]", ()),
        ("[ ]", ()),
        ("'a'", ("a",)),
        ('"a"', ("a",)),
        ("['a', 1, 2.5, True, None]", ("a", "1", "2.5", "True")),
        ("[a, b c]", ("a", "b c")),
        ("['a',]", ("a",)),
        ("['a','a','','b']", ("a", "b")),
        (r"""['it\'s', 'it''s', "it's", 'a\\b']""", ("it's", r"a\b")),
        (r'["\u00e9\n", "\ud83d\ude00", "\ud83d"]', ("é", "😀")),
        ("['a,b', '[c]']", ("a,b", "[c]")),
    ],
)
def test_every_form_is_a_list(text, items):
    assert read_list(text) == items


@pytest.mark.parametrize("text", ["a", "a,b", "['a'", "'a','b'", "['a' 'b']", "[['a']]", "[,'a']", "['a)", "[", "'"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(NotAList):
        read_list(text)


def test_long_lists_and_long_items_are_read():
    assert len(read_list("[" + ",".join(f"'{number}'" for number in range(20_000)) + "]")) == 20_000
    assert len(read_list("['" + "''" * 100_000 + "']")[0]) == 100_000
    with pytest.raises(NotAList):
        read_list("['" + "''" * 100_000 + "]")
