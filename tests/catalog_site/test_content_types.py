import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_site.content_types import UNREADABLE, reduced
from tests import hostile

PIECES = st.sampled_from(
    [*" ;=/\"\\*'\t\x00\xe9", "charset", "utf-8", "boundary", "a/b", "multipart/x", "punycode", ";;"]
)


@pytest.mark.parametrize("header", hostile.UNREADABLE)
def test_another_charset_in_any_disguise_and_what_has_no_shape_is_unreadable(header):
    assert reduced(header) == UNREADABLE


@pytest.mark.parametrize("header", hostile.UTF_8)
def test_utf_8_in_its_usual_spellings_is_left_out(header):
    assert reduced(header) == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Application/JSON", "application/json"),
        ("application/json;", "application/json"),
        (" text/csv ; header=present; charset=UTF-8 ; ", "text/csv"),
        ('text/plain; a="; charset=punycode; b="', "text/plain"),
        (
            "multipart/form-data; boundary=----WebKitFormBoundaryAb1",
            'multipart/form-data; boundary="----WebKitFormBoundaryAb1"',
        ),
    ],
)
def test_what_the_site_reads_of_a_header_is_left(header, known):
    assert reduced(header) == known


@given(st.one_of(st.text(st.characters(max_codepoint=255)), st.lists(PIECES, max_size=30).map("".join)))
def test_what_was_reduced_stays_as_it_is(header):
    assert reduced(reduced(header)) == reduced(header)
