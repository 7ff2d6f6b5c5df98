"""Answers that models can read: lean, whole, and never longer than clients take."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from api.mcp.answers import MAX_CHARACTERS, Answer, asked_for, done, fitted, lean, line, moment, part, percent, single


def read(answer):
    text = fitted(answer).decode()
    assert len(text) <= MAX_CHARACTERS
    return json.loads(text)


def items(number, length=1_000):
    return [{"n": place, "text": "x" * length} for place in range(number)]


def test_what_is_empty_false_or_unknown_is_left_out_at_every_depth():
    said: dict[str, Any] = {
        "a": None,
        "b": "",
        "c": [],
        "d": False,
        "e": 0,
        "f": {"g": None, "h": [{"i": ""}]},
        "items": [],
    }
    assert lean(said) == {"e": 0, "f": {"h": [{}]}, "items": []}


@pytest.mark.parametrize("name", ["items", "nodes", "edges"])
def test_lists_that_are_the_answer_stay_when_empty(name):
    assert lean({name: []}) == {name: []}


def test_an_answer_says_that_it_may_not_be_complete():
    assert lean({"complete": False}) == {"complete": False}


def test_a_part_that_fits_is_whole():
    assert read(part({"total": 3}, items(3), offset=0, more=False)) == {"total": 3, "items": items(3), "returned": 3}


def test_a_part_says_where_the_next_begins():
    said = read(part({}, items(3), offset=20, more=True))
    assert (said["truncated"], said["next_offset"]) == (True, 23)


def test_what_does_not_fit_is_left_off_and_asked_for_next():
    said = read(part({}, items(100), offset=7, more=False))
    kept = len(said["items"])
    assert 30 < kept < 100
    assert (said["returned"], said["truncated"], said["next_offset"]) == (kept, True, 7 + kept)


def test_as_much_is_kept_as_fits():
    kept = len(read(part({}, items(100), offset=0, more=False))["items"])
    longer = json.dumps({"items": items(kept + 1)}, separators=(",", ":"))
    assert len(longer) + 100 > MAX_CHARACTERS


def test_references_that_do_not_fit_are_named():
    said = read(asked_for({f"t{n}": item for n, item in enumerate(items(60))}, missing={"gone": ["near"]}))
    assert len(said["items"]) + len(said["left_out"]) == 60
    assert said["left_out"][-1] == "t59"
    assert said["not_found"] == [{"ref": "gone", "similar": ["near"]}]


def test_a_single_item_that_is_too_long_loses_what_is_longest():
    item = {"id": "1", "readme": "x" * 30_000, "readme_chars": 30_000, "column_list": items(100, 300)}
    said = read(asked_for({"t": item}, missing={}))
    assert said["truncated"]
    assert (said["items"][0]["id"], said["items"][0]["readme_chars"]) == ("1", 30_000)
    assert said["items"][0]["readme"]


def test_of_what_was_done_the_first_are_told():
    said = read(done(items(100)))
    assert (said["returned"], said["truncated"]) == (len(said["items"]), True)
    assert len(said["items"]) > 30
    assert read(done(items(3))) == {"items": items(3), "returned": 3}


def test_an_answer_of_which_nothing_can_be_left_off_ends_too():
    said = json.loads(fitted(single({"items": items(100), "returned": 100})))
    assert len(said["items"]) == 100


def test_references_that_are_not_found_can_be_as_long_as_they_may_be():
    missing = {f"{n}{'x' * 999}": ["y" * 770] * 3 for n in range(19)}
    assert read(asked_for({"t": {"id": "1"}}, missing=missing))["items"] == [{"id": "1"}]


def test_edges_that_are_too_many_make_an_answer_incomplete():
    def build(kept):
        edges = [{"from": n, "to": 0, "how": "AUTOMATIC"} for n in range(2_000)]
        return {"nodes": [{"n": 1}][:kept], "edges": edges, "complete": True}

    said = read(Answer(build, 1))
    assert (said["nodes"], said["complete"], bool(said["edges"])) == ([{"n": 1}], False, True)
    assert said["why_incomplete"]


def test_characters_count_and_not_bytes():
    assert read(single({"text": "é" * (MAX_CHARACTERS - 11)}))


def test_a_moment_is_said_in_utc():
    assert moment(datetime(2026, 11, 24, 13, 0, 5, 999, tzinfo=timezone(timedelta(hours=1)))) == "2026-11-24T12:00:05Z"
    assert moment(datetime(2026, 11, 24, tzinfo=UTC)) == "2026-11-24T00:00:00Z"
    assert moment(None) is None


@pytest.mark.parametrize(("stored", "said"), [(None, None), (0, 0), (1_000_000, 100), (126_000, 13)])
def test_popularity_is_out_of_a_hundred(stored, said):
    assert percent(stored) == said


def test_a_line_is_one_line_and_short():
    assert line("a\n b\t c", 120) == "a b c"
    assert line("x" * 500, 120) == f"{'x' * 119}…"
