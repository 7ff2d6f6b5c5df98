"""Whatever people write into names and descriptions, an answer has the links of this site's pages and nothing else."""

from datetime import UTC, datetime
from itertools import product
from uuid import uuid4

import pytest
from django.conf import settings
from markdown_it import MarkdownIt

from assistant.drafts import MAX_ANSWER, Candidate, ColumnFact, Count, Evidence, Neighbour
from assistant.intents import Intent
from assistant.writers.escaping import escaped, link
from assistant.writers.extract import write
from tests.assistant.hostile import EVIL, TEXTS

# How programs that show answers may read them: HTML allowed, bare addresses made links, with tables and strikethrough.
READERS = [
    MarkdownIt("commonmark", {"html": True}),
    MarkdownIt("js-default", {"html": True, "linkify": True, "typographer": True}),
    MarkdownIt("gfm-like", {"html": True, "linkify": True}),
]
ALLOWED = {
    *("inline", "text", "softbreak", "text_special"),
    *(
        f"{name}_{end}"
        for name in ("paragraph", "bullet_list", "list_item", "strong", "em", "link")
        for end in ("open", "close")
    ),
}


def tokens_of(reader, markdown):
    for block in reader.parse(markdown):
        yield block
        yield from block.children or ()


def check(markdown, urls):
    assert EVIL not in markdown
    for reader in READERS:
        tokens = list(tokens_of(reader, markdown))
        assert {token.type for token in tokens} <= ALLOWED
        assert {token.attrs["href"] for token in tokens if token.type == "link_open"} <= urls
        html = reader.render(markdown)
        assert "<img" not in html
        assert "<script" not in html


def address(pk):
    return f"{settings.BASE_URL}/assets/tables/{pk}/"


def a_neighbour(text):
    pk = uuid4()
    return Neighbour("table", pk, text, address(pk))


def an_asset(text, kind="table", **changes):
    pk = uuid4()
    values = {
        "name": text,
        "place": text,
        "path": f"{text}.{text}",
        "score": 1.0,
        "texts": [("description_raw", f"{text} orders"), ("external_description", f"Orders. {text}. More orders.")],
        "tags": [text],
        "owners": [text, text],
        "verified": True,
        "verified_by": text,
        "popularity": 10,
        "columns": [
            ColumnFact(uuid4(), f"orders {text}", text, personal=True, asked=True),
            ColumnFact(uuid4(), text, "orders"),
        ],
        "column_count": 30,
        "parents": [a_neighbour(text), a_neighbour(text)],
        "children": [a_neighbour(text)],
        "more_children": 4,
        "queries": [text],
        "pinned": [a_neighbour(text)],
        "freshness": datetime(2026, 11, 28, tzinfo=UTC),
        "quality": [(text, "ALERT")],
    }
    return Candidate(kind=kind, id=pk, url=address(pk), **{**values, **changes})


def evidence_of(text, intent, language, **changes):
    candidates = [
        an_asset(text),
        an_asset(text, "dashboard", deprecated=True, score=0.9),
        an_asset(text, "term", score=0.8),
        an_asset(text, score=0.1, verified_by=""),
    ]
    values = {
        "question": text,
        "language": language,
        "intent": intent,
        "score": 1.0,
        "unknown": [text],
        "asked": [frozenset({"order"})],
        "candidates": candidates,
        "counts": [Count("table", 3, of=text)],
        "listed": "owner" if intent is Intent.LIST else "",
    }
    return Evidence(**{**values, **changes})


def urls_of(evidence):
    found = {f"{settings.BASE_URL}/settings/api/", f"{settings.BASE_URL}/api/docs/"}
    for one in evidence.candidates:
        found |= {one.url, *(other.url for other in (*one.parents, *one.children, *one.pinned))}
        found |= {f"{one.url}#column-{column.id}" for column in one.columns}
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_becomes_a_link_an_image_or_html(text):
    for intent, language, score in product(Intent, ("en", "fr", "de"), (1.0, 0.1)):
        evidence = evidence_of(text, intent, language, score=score)
        if score < 0.5:
            evidence.counts, evidence.listed = [], ""
        draft = write(evidence, because=text)
        assert len(draft.markdown) <= MAX_ANSWER
        check(draft.markdown, urls_of(evidence))


@pytest.mark.parametrize("text", [text * 40 for text in TEXTS[::4]])
def test_nor_does_a_long_one(text):
    for intent in Intent:
        evidence = evidence_of(text, intent, "en")
        draft = write(evidence)
        assert len(draft.markdown) <= MAX_ANSWER
        assert draft.cited or intent in {Intent.HOW_TO, Intent.COUNT}
        check(draft.markdown, urls_of(evidence))


def test_an_asset_with_the_longest_of_names_is_told_as_far_as_there_is_room():
    long = "*" * 200
    asset = an_asset(long, owners=[long] * 5, quality=[(long, "ALERT")] * 5)
    for intent in Intent:
        draft = write(evidence_of(long, intent, "en", candidates=[asset]))
        assert draft.markdown
        assert len(draft.markdown) <= MAX_ANSWER


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_cited_has_no_address_in_its_quote(text):
    draft = write(evidence_of(text, Intent.FIND, "en"))
    assert draft.cited
    assert all(EVIL not in one.quote for one in draft.cited)


def test_usual_names_stay_as_they_are():
    assert escaped("marts.finance.revenue_daily") == "marts.finance.revenue_daily"
    assert escaped("Net revenue (EUR), 10%: Q1/Q2") == "Net revenue (EUR), 10%: Q1/Q2"
    assert escaped("_private_ *x*") == r"\_private\_ \*x\*"
    assert escaped("Ada Lovelace <ada@acme.test>") == r"Ada Lovelace \<…\>"
    assert escaped("Personal data: name, birthday") == "Personal data: name, birthday"
    assert escaped("a\nb\u200bc\u202ed") == "a bcd"


def test_a_name_of_nothing_visible_is_still_a_link():
    assert link("\u200b\n", address(1)) == f"[…]({address(1)})"


def test_a_name_is_cut():
    assert escaped("x" * 500) == "x" * 199 + "…"


@pytest.mark.parametrize(
    "address", ["t.me/x", "bit.ly/x", "evil.de/x", "evil.app:8080/x", "203.0.113.9/x", "203.0.113.9:80"]
)
def test_no_short_address_is_said_back(address):
    assert address not in escaped(f"see {address} now")


@pytest.mark.parametrize("text", ["marts.finance.revenue", "orders.id", "and/or", "raw/shop/2026", "1.2.3", "v1.10"])
def test_names_and_numbers_are_no_addresses(text):
    assert escaped(f"see {text} now") == f"see {text} now"
