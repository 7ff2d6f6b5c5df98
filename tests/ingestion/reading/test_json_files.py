import io
import tracemalloc

import pytest

from ingestion.errors import Unusable
from ingestion.reading import json_files
from ingestion.reading.json_files import PLAIN, WHOLE, members


def read(text, wanted):
    return list(members(io.BytesIO(text if isinstance(text, bytes) else text.encode()), wanted))


def test_only_what_is_wanted_is_read():
    text = '{"n": {"a": {"x": 1, "y": {"z": [2]}, "l": [{"x": 3, "y": 4}, [5], "t"]}, "b": 7}, "o": {"c": {"x": 1}}}'
    assert read(text, {"n": {"x": PLAIN, "l": {"x": PLAIN}}}) == [
        ("n", "a", {"x": 1, "l": [{"x": 3}, [5], "t"]}),
        ("n", "b", 7),
    ]
    assert read(text, {"n": {"y": PLAIN}}) == [("n", "a", {"y": {}}), ("n", "b", 7)]
    assert read(text, {"o": WHOLE}) == [("o", "c", {"x": 1})]


def test_sections_may_be_lists_or_plain():
    assert read("\ufeff" + '{"r": [{"a": 1}, 2], "s": "t", "u": null}', {"r": WHOLE, "s": PLAIN, "u": PLAIN}) == [
        ("r", 0, {"a": 1}),
        ("r", 1, 2),
        ("s", None, "t"),
        ("u", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1]", "one JSON object"),
        ('"a"', "one JSON object"),
        ('{"n": {"a": {"x": 1', "cut off"),
        ('{"n": {}', "cut off"),
        ('{"n": {}}x', "cannot be read .*trailing garbage"),
        ("{'n': 1}", "cannot be read"),
        (b'{"n": {"a": "\xff"}}', "cannot be read"),
        (b'{"n": {"a": "\xed\xa0\x80"}}', "cannot be read"),
        ('{"n": ' + "[" * 10_000, "nested more than 100"),
        ('{"m": ' + '{"a":' * 10_000, "nested more than 100"),
    ],
)
def test_what_is_no_json_object_is_refused(text, sentence):
    with pytest.raises(Unusable, match=sentence):
        read(text, {"n": WHOLE})


def test_depth_of_100_is_read():
    assert read('{"n": ' + "[" * 99 + "]" * 99 + "}", {"n": WHOLE})


@pytest.mark.parametrize("value", ['"%s"', '{"x": ["%s", 1, ["%s"]]}'])
def test_member_that_is_too_large_is_refused(value, monkeypatch):
    monkeypatch.setattr(json_files, "VALUE_SIZE", 300_000)
    many = ",".join(f'"{number}": "{"x" * 1000}"' for number in range(400))
    assert len(read(f'{{"n": {{{many}}}}}', {"n": WHOLE})) == 400
    for section in ("n", "m"):
        large = value.replace("%s", "x" * 400_000)
        with pytest.raises(Unusable, match="more than 64 MB"):
            read(f'{{"{section}": {{"a": {large}}}}}', {"n": WHOLE})


def test_memory_does_not_grow_with_the_file():
    member = '"%d": {"text": "' + "x" * 2_000 + '", "more": [' + "1," * 200 + "1]}"
    content = ('{"n": {' + ",".join(member % number for number in range(800)) + "}}").encode()
    tracemalloc.start()
    try:
        assert sum(1 for _ in members(io.BytesIO(content), {"n": {"text": PLAIN}})) == 800
        assert tracemalloc.get_traced_memory()[1] < 1_000_000  # the file has 2 MB
    finally:
        tracemalloc.stop()
