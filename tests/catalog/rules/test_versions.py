from hashlib import sha256

import pytest

from catalog.errors import InvalidInput, TextChanged, TextExists
from catalog.ids import uuid7
from catalog.rules.versions import check_one_each, check_versions, version_of

ONE, OTHER = uuid7(), uuid7()


def test_a_version_is_the_beginning_of_a_hash_of_the_text_as_stored():
    assert version_of("Größe") == sha256("Größe".encode()).hexdigest()[:12]
    assert version_of("Größe") != version_of("Größe ")


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_has_no_version(text):
    assert version_of(text) == ""


def test_the_versions_that_were_read_let_their_writer_through():
    check_versions([(ONE, "Text"), (OTHER, None)], [version_of("Text"), ""])


def test_a_text_that_was_not_named_is_told_with_its_length_and_version():
    with pytest.raises(TextExists) as refused:
        check_versions([(ONE, "Text"), (OTHER, "More")], ["", version_of("Stale")])
    [text] = refused.value.texts
    assert (text.id, text.characters, text.version, text.expected) == (ONE, 4, version_of("Text"), "")


@pytest.mark.parametrize("now", ["Other", None])
def test_a_text_that_is_another_by_now_is_told_with_both_versions(now):
    with pytest.raises(TextChanged) as refused:
        check_versions([(ONE, now)], [version_of("Text")])
    [text] = refused.value.texts
    assert (text.version, text.expected) == (version_of(now), version_of("Text"))


def test_each_row_needs_a_version():
    with pytest.raises(InvalidInput, match="2 rows, 1 versions"):
        check_one_each([ONE, OTHER], [""])
