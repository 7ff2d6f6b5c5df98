"""What an answer of a language model must pass, without any model: blocks of text, and refs that were handed out."""

from uuid import uuid4

import pytest

from assistant.drafts import Candidate, ColumnFact
from assistant.writers.checks import Answer, Block, Miss, draft_of, spoken_names
from assistant.writers.refs import Refs
from catalog.models import Table
from tests.assistant.hostile import EVIL, TEXTS
from tests.assistant.writers.test_hostile import check
from tests.catalog.factories import ColumnFactory, a_table
from tests.factories import NOW

HERE = "http://localhost:8000/assets/tables/1/"


@pytest.fixture
def refs() -> Refs:
    """T1 with its column C1."""
    made = Refs()
    table = Candidate(
        kind="table",
        id=uuid4(),
        name="revenue_daily",
        place="db.marts",
        path="db.marts.revenue_daily",
        url=HERE,
        score=1,
    )
    made.show([{"ref": made.to_asset(table)}, {"ref": made.to_column(table, ColumnFact(uuid4(), "net_revenue", ""))}])
    return made


def written(refs, text, cites=()):
    return Answer(refs, refs.names).written(Block(text, cites))


def missed(refs, text, cites=()):
    with pytest.raises(Miss) as miss:
        written(refs, text, cites)
    return miss.value.key, miss.value.what


@pytest.mark.parametrize(
    ("text", "cites", "said"),
    [
        ("Use [T1].", (), f"Use [db.marts.revenue_daily]({HERE})."),
        ("Use `T1`.", (), f"Use [db.marts.revenue_daily]({HERE})."),
        ("It is **good**, *really*.", ("T1",), f"It is **good**, *really*. ([db.marts.revenue_daily]({HERE}))"),
        ("Use [T1].", ("T1", "[t1]"), f"Use [db.marts.revenue_daily]({HERE})."),
        ("`net_revenue` of marts.revenue_daily", (), "`net_revenue` of marts.revenue_daily"),
        ("e.g. 3.5 or z.B. v1.2, i.e. 10,000", (), "e.g. 3.5 or z.B. v1.2, i.e. 10,000"),
        ("- one\n- two\n  - three", (), "- one\n- two\n  - three"),
        ("3. one\n4. two", (), "3. one\n4. two"),
        ("one\ntwo", (), "one two"),
        ("3.5 million [T1]", (), f"3.5 million [db.marts.revenue_daily]({HERE})"),
        ("1\\. one", (), "1\\. one"),
        ("\\- one", (), "\\- one"),
        ("a * b \\[x\\] 5 > 3", (), "a \\* b \\[x\\] 5 \\> 3"),
    ],
)
def test_what_is_allowed_is_written_anew(refs, text, cites, said):
    assert written(refs, text, cites) == said


@pytest.mark.parametrize(
    ("text", "cites", "miss"),
    [
        ("Use [T99].", (), ("unknown_ref", "T99")),
        ("Use it.", ("T99",), ("unknown_ref", "T99")),
        ("Use fct_invented.", (), ("unknown_name", "fct_invented")),
        ("Use marts.invented.", (), ("unknown_name", "marts.invented")),
        ("Use **fct**_invented.", (), ("unknown_name", "fct_invented")),
        ("Use marts.**inv**ented.", (), ("unknown_name", "marts.invented")),
        ("See evil.**co**m/x", (), ("address", "")),
        ("Use `orders`.", (), ("unknown_name", "orders")),
        ("# Title", (), ("forbidden", "heading")),
        ("```\nselect 1\n```", (), ("forbidden", "a block of code")),
        ("<b>x</b>", (), ("forbidden", "HTML")),
        ("[x](T1)", (), ("forbidden", "link")),
        ("![x](T1)", (), ("forbidden", "image")),
        ("[x]: T1\n\n[x]", (), ("forbidden", "link")),
        ("[x]: T1\n\nx", (), ("forbidden", "a link")),
        ("see https://evil.test", (), ("address", "")),
        ("see ada@evil.test", (), ("address", "")),
        ("see t.me/evil", (), ("address", "")),
        ("see bit.ly/evil", (), ("address", "")),
        ("see 203.0.113.9/login", (), ("address", "")),
        ("see 203.0.113.9:8080", (), ("address", "")),
        ("see x.ai", (), ("unknown_name", "x.ai")),
        ("see 203.0.113.9", (), ("unknown_name", "203.0.113.9")),
        ("see evil.test", (), ("unknown_name", "evil.test")),
        ("see evil。test", (), ("unknown_name", "evil.test")),
        ("x" * 4_001, (), ("too_long", "")),
    ],
)
def test_what_is_not_is_refused_with_the_reason(refs, text, cites, miss):
    assert missed(refs, text, cites) == miss


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["{}", "- {}", "[T1] {}", "**{}**", "`{}`", "x\n\n{}\n\n[T1]"])
def test_a_model_that_obeys_gets_no_address_out(refs, text, form):
    try:
        markdown = written(refs, form.format(text))
    except Miss:
        return
    check(markdown, {HERE})
    assert EVIL not in markdown


def test_an_asker_s_own_words_may_be_said_back_only_when_the_catalog_does_not_tell(refs, db, acme):
    question = "What is `fct_invented`?"
    blocks = [Block("Nothing is called fct_invented.")]
    assert "fct_invented" in spoken_names(question)
    said = draft_of(blocks, enough=False, refs=refs, account=acme, question=question)
    assert (said.enough, said.cited) == (False, [])
    with pytest.raises(Miss, match="unknown_name"):
        draft_of(blocks, enough=True, refs=refs, account=acme, question=question)


@pytest.mark.parametrize(
    ("blocks", "key"),
    [([Block("Yes.")], "no_ref"), ([Block(" ")], "empty"), ([Block("word " * 790, ["T1"])] * 2, "too_long")],
)
def test_an_answer_cites_something_and_is_neither_empty_nor_endless(refs, acme, blocks, key):
    with pytest.raises(Miss, match=key):
        draft_of(blocks, enough=True, refs=refs, account=acme, question="")


@pytest.fixture
def handed(acme) -> Refs:
    """T1 is a table of Acme, as rows have it."""
    table = a_table(acme, "db.marts.revenue_daily")
    ColumnFactory.create(table=table, name="net_revenue")
    made = Refs()
    handed = made.hand_out("table", table.pk, table.path, HERE, None)  # type: ignore[arg-type]
    made.show({"ref": handed.ref})
    return made


def drafted(refs, account):
    return draft_of([Block("Use [T1].")], enough=True, refs=refs, account=account, question="")


def test_what_is_cited_is_still_shown_to_the_account(handed, acme, umbrella):
    assert drafted(handed, acme).markdown == f"Use [db.marts.revenue_daily]({HERE})."
    with pytest.raises(Miss, match="gone_ref"):
        drafted(handed, umbrella)


def test_what_was_deleted_since_is_cited_no_more(handed, acme):
    Table.objects.filter(account=acme).update(deleted_at=NOW)
    with pytest.raises(Miss, match="gone_ref"):
        drafted(handed, acme)
