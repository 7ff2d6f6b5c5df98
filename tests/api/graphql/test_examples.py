"""The examples of the playground run as they are."""

import pytest
from graphql import parse

from api.playground import examples
from tests.api.graphql.asking import ask, codes, data
from tests.api.graphql.filling import fill

READS = [text for text in examples() if parse(text).definitions[0].operation.value == "query"]  # type: ignore[attr-defined]
WRITES = [text for text in examples() if text not in READS]


@pytest.mark.parametrize("text", READS)
def test_a_read_answers_something(acme, reader, text):
    fill(acme, "orders", 2)
    assert data(reader, text)


@pytest.mark.parametrize("text", WRITES)
def test_a_write_says_what_is_still_missing(writer, text):
    assert codes(ask(writer, text)) == (200, ["NOT_FOUND"])


def test_there_are_examples_of_both():
    assert (len(READS), len(WRITES)) == (4, 1)
