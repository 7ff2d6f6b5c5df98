"""What a language model is shown: JSON that fits, without addresses and ids."""

import json
from uuid import uuid4

import pytest

from assistant.drafts import Candidate, ColumnFact, Neighbour
from assistant.writers.cards import MAX_RESULT, card, clean, fitting, short_card
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
    refs = Refs()
    told = fitting(refs, "asset", [card(refs, big_table())])
    assert len(told) <= MAX_RESULT
    [asset] = json.loads(told)["catalog_data"]["asset"]
    assert asset["cut"]
    assert asset["ref"] == "T1"
    assert asset["columns"]
    told_refs = {one["ref"] for key in ("columns", "made_from", "used_by") for one in asset[key]}
    assert refs.shown == {"T1", *told_refs} < {*refs.by_ref}


def test_of_many_the_last_are_left_out_and_counted():
    told = json.loads(fitting(Refs(), "found", [{"path": "x" * 1_000} for _ in range(10)]))["catalog_data"]
    assert (len(told["found"]), told["left_out"]) == (5, 5)


def a_table(name: str, **more) -> Candidate:
    return Candidate(kind="table", id=uuid4(), name=name, place="db", path=f"db.{name}", url="", score=1, **more)


def test_what_found_no_room_can_be_neither_cited_nor_named():
    refs = Refs()
    tables = [a_table(f"table_{number}", texts=[("description_raw", "word " * 100)]) for number in range(3)]
    fitting(refs, "found", [short_card(refs, one) for one in tables], longest=650)
    assert [refs.get(ref) is not None for ref in ("T1", "T2", "T3")] == [True, True, False]
    assert {"table_1", "db.table_1"} <= refs.names
    assert not {"table_2", "db.table_2"} & refs.names


def test_tags_and_checks_may_be_named_where_they_were_shown_and_nothing_that_looks_like_a_host():
    refs = Refs()
    table = a_table("orders.id", tags=["gold_tier", "Evil.AI"], quality=[("row_count", "PASS"), ("x.ai", "PASS")])
    term = Candidate(kind="term", id=uuid4(), name="t.co", place="", path="t.co", url="", score=1)
    fitting(refs, "found", [short_card(refs, table), short_card(refs, term)])
    assert refs.names == {"db", "orders", "id", "db.orders", "orders.id", "db.orders.id"}
    fitting(refs, "asset", [card(refs, table)])
    assert {"gold_tier", "row_count"} <= refs.names
    assert not {"evil.ai", "x.ai"} & refs.names
