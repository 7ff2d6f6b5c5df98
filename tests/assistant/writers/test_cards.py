"""What a language model is shown: JSON that fits, without addresses and ids."""

import json
from uuid import uuid4

import pytest

from assistant.drafts import Candidate, ColumnFact, Neighbour
from assistant.writers.cards import MAX_RESULT, card, clean, fitting
from assistant.writers.refs import Refs


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://a.test/b or ada@a.test", "see … or …"),
        ("[the wiki](https://a.test/b) says", "the wiki says"),
        ("table 0190a6f0-1111-7222-8333-0123456789ab is old", "table … is old"),
        ("zero\u200bwidth\u202e", "zerowidth"),
        ("marts.finance.revenue_daily", "marts.finance.revenue_daily"),
    ],
)
def test_addresses_ids_and_what_nobody_sees_are_left_out(text, left):
    assert clean({"a": [text], "b": "", "c": None}) == {"a": [left]}


def big_table() -> Candidate:
    columns = [ColumnFact(uuid4(), f"column_{number}", "word " * 60) for number in range(15)]
    parents = [Neighbour("table", uuid4(), f"db.core.parent_{number}{'x' * 200}") for number in range(10)]
    texts = [("description_raw", "word " * 900)] * 2
    return Candidate(
        kind="table", id=uuid4(), name="t", place="db.s", path="db.s.t", url="", score=1,
        texts=texts, columns=columns, parents=parents, children=parents, tags=["tag"] * 5,
    )  # fmt: skip


def test_one_asset_of_which_there_is_too_much_to_tell_is_told_in_part():
    told = fitting("asset", [card(Refs(), big_table())])
    assert len(told) <= MAX_RESULT
    [asset] = json.loads(told)["catalog_data"]["asset"]
    assert asset["cut"]
    assert asset["ref"] == "T1"
    assert asset["columns"]


def test_of_many_the_last_are_left_out_and_counted():
    told = json.loads(fitting("found", [{"path": "x" * 1_000} for _ in range(10)]))["catalog_data"]
    assert (len(told["found"]), told["left_out"]) == (5, 5)
