"""The writer with a language model, against a stand-in: what is sent to it, and what becomes of its answers.

What it reads, it reads in threads with connections of their own: rows have to be committed.
"""

import json
import logging
import re
from collections import Counter

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.actors import SYSTEM
from assistant.answering import answer_next
from assistant.models import Breaker, Job, ModelCall
from assistant.services import allow_model
from assistant.writers import prompts
from catalog.models import Column, Table
from tests.assistant.hostile import EVIL, TEXTS
from tests.assistant.standin import Status, answer, call, data_of, seen
from tests.assistant.writers.asking import GOOD, claimed, why_not, written
from tests.catalog.factories import (
    ColumnFactory,
    TableFactory,
    TagFactory,
    TermFactory,
    a_table,
    feeds,
    owned,
    ran,
    tagged,
)
from tests.catalog.keeping import index_all
from tests.factories import ConversationFactory, JobFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


# --- What is sent ----------------------------------------------------------------------------------


def test_an_answer_is_written_from_the_evidence_and_cites_it(shop, model):
    model.in_turn(answer(("The best is [T1], of **Ada**.", ["T1"]), "- the column [C1]\n- or `net_revenue`"))
    draft = written(shop)
    assert (draft.writer, draft.enough, draft.because) == ("model", True, "")
    assert [(one.kind, one.name) for one in draft.cited] == [("table", "revenue_daily"), ("column", "net_revenue")]
    assert draft.cited[0].quote == "Revenue of each day, by payment method."
    page = f"{settings.BASE_URL}{Table.objects.get(name='revenue_daily').get_absolute_url()}"
    assert draft.markdown.startswith(f"The best is [db.marts.revenue_daily]({page}), of **Ada**.\n\n- the column [")
    assert draft.markdown.endswith("\n- or `net_revenue`")


def test_the_rules_come_first_and_the_catalog_as_data_in_results_of_tools(shop, model):
    model.in_turn(GOOD)
    written(shop)
    [request] = model.asked
    first, question, search, found = request["messages"]
    assert (first["role"], first["content"]) == ("system", prompts.rules())
    assert json.loads(question["content"])["question"].startswith("Where is the revenue of each day?")
    assert search["tool_calls"][0]["function"]["name"] == "search_assets"
    assert found["role"] == "tool"
    [data] = data_of(request)
    assert data["found"][0]["path"] == "db.marts.revenue_daily"
    assert {"ref": "C2", "name": "customer_email", "personal": True} in data["found"][0]["columns"]
    assert {tool["function"]["name"]: tool["function"]["description"] for tool in request["tools"]} == {
        name: prompts.of_tool(name)
        for name in ("search_assets", "get_asset", "list_columns", "lineage", "queries_of", "answer")
    }
    assert request["max_completion_tokens"] == 1_500


def test_no_id_no_address_no_value_of_a_query_and_no_mail_address_is_sent(shop, model):
    model.in_turn(
        call("search_assets", words="revenue", kind="column"),
        call("get_asset", ref="T1"),
        call("list_columns", ref="T1", words="taxes"),
        call("lineage", ref="T1", direction="upstream"),
        call("queries_of", ref="T1"),
        GOOD,
    )
    written(shop)
    assert len(model.bodies) == 6
    sent = "\n".join(model.bodies)
    for row in (*Table.objects.all(), *Column.objects.all()):
        assert str(row.pk) not in sent
    for told in ("localhost", "wiki.test", "@acme", "Atlantis", "1987", "0190a6f0", "key-of-the-test"):
        assert told not in sent
    assert model.headers[0]["authorization"] == "Bearer key-of-the-test"
    upstream = data_of(model.asked[-1])[-2]
    assert upstream["upstream"] == [{"ref": "T2", "kind": "table", "path": "db.core.fct_orders"}]
    assert "select net_revenue from db.marts.revenue_daily" in data_of(model.asked[-1])[-1]["queries"][0]["sql"]


def test_every_exchange_is_kept_exactly_and_counted(shop, model, settings):
    settings.ASSISTANT_PRICE_IN = 1.0
    model.in_turn(call("get_asset", ref="T1"), GOOD)
    job = claimed(shop)
    written(shop, job=job)
    calls = list(ModelCall.objects.all())
    assert [one.request for one in calls] == model.bodies
    assert [(one.number, one.outcome) for one in calls] == [(1, "ok"), (2, "ok")]
    assert json.loads(calls[0].response)["choices"][0]["message"]["tool_calls"]
    kept = Job.objects.get(pk=job.pk)
    assert (kept.model, kept.prompt, kept.requests) == ("openai:stand-in", prompts.digest(), 2)
    assert kept.tool_calls == 1
    assert kept.model_ms == sum(one.milliseconds for one in calls)
    assert kept.tokens_in == kept.cost_micros == sum(len(body) // 4 for body in model.bodies)
    assert kept.tokens_out == sum(one.tokens_out for one in calls) > 0


def test_the_last_exchanges_of_the_conversation_are_given_without_addresses(shop, model):
    user = UserFactory.create(account=shop)
    talk = ConversationFactory.create(user=user)
    now = timezone.now()
    for number in range(8):
        JobFactory.create(
            conversation=talk, question=f"question {number}", state="COMPLETED", finished_at=now, created_at=now,
            answer=f"answer {number}, [db.t](http://localhost:8000/assets/1/) " + "x" * 1_500,
        )  # fmt: skip
    model.in_turn(GOOD)
    written(shop, job=claimed(shop, conversation=talk))
    earlier = data_of(model.asked[0])[0]["earlier_exchanges"]
    assert [one["question"] for one in earlier] == [f"question {number}" for number in range(3, 8)]
    assert "localhost" not in model.bodies[0]


def test_what_another_account_has_is_never_sent(shop, umbrella, model):
    theirs = a_table(umbrella, "db.marts.revenue_daily", description_raw="MARKER revenue of each day")
    ColumnFactory.create(table=theirs, name="marker_revenue", description_raw="MARKER")
    feeds(a_table(umbrella, "db.core.marker_orders"), theirs)
    ran("select marker_x from db.marts.revenue_daily", theirs)
    tagged(theirs, TagFactory.create(account=umbrella, label="MARKER"))
    owned(theirs, UserFactory.create(account=umbrella, first_name="MARKER", last_name="Eve"))
    index_all()
    tools = [call("search_assets", words="revenue orders"), call("search_assets", words="revenue", kind="column")]
    reads = [call("get_asset", ref="T1"), call("get_asset", ref="T3"), call("queries_of", ref="T1")]
    model.in_turn(*tools, *reads, GOOD)
    draft = written(shop)
    assert "MARKER" not in draft.markdown
    assert len(model.bodies) == 6
    assert not any("marker" in body.lower() for body in model.bodies)
    assert '{"catalog_data": {"error": "unknown_ref"}}' in seen(model.asked[-1])


def test_nothing_that_was_asked_is_logged(shop, model, caplog):
    with caplog.at_level(logging.DEBUG):
        model.in_turn(answer("fct_invented"), Status(503))
        why_not(shop)
    assert "revenue" not in caplog.text
    assert "fct_invented" not in caplog.text


# --- What becomes of its answers ------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [answer(("It is [T99].", ["T99"])), answer(("Take fct_invented.", ["T1"]))])
def test_an_invented_asset_goes_back_once_with_the_reason(shop, model, wrong):
    model.in_turn(wrong, GOOD)
    draft = written(shop)
    assert [one.name for one in draft.cited] == ["revenue_daily"]
    assert "invented" not in draft.markdown
    reason = model.asked[1]["messages"][-1]["content"]
    assert "T99" in reason or "fct_invented" in reason


@pytest.mark.parametrize("wrong", [answer(("It is [T99].", ["T99"])), answer(("Take fct_invented.", ["T1"]))])
def test_an_asset_that_is_invented_twice_ends_the_attempt(shop, model, wrong):
    model.in_turn(wrong)
    assert "did not stand up to the catalog" in why_not(shop)
    assert len(model.asked) == 2
    assert not Breaker.objects.exists()


def hostile_catalog(account):
    """Each of the texts in each field that people write."""
    schema = a_table(account).schema
    for number, text in enumerate(TEXTS):
        name = f"revenue {number} {text}"[:200]
        table = TableFactory.create(schema=schema, name=name, description_raw=name, external_description=text)
        ColumnFactory.create(table=table, name=name, description_raw=text, external_description=text)
        tagged(table, TagFactory.create(account=account, label=name))
        owned(table, UserFactory.create(account=account, first_name=text[:100], last_name=text[:100]))
        TermFactory.create(account=account, name=name, description_raw=text)
    index_all()


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.long)])
def test_a_model_that_obeys_what_it_reads_gets_no_address_out(acme, model, step):
    """Each answer as it is stored, with its citations. The catalog has all texts; every third, or each, is obeyed."""
    hostile_catalog(acme)
    texts = list(enumerate(TEXTS))[::step]
    allow_model(acme, by=SYSTEM, now=timezone.now())
    user = UserFactory.create(account=acme)
    for number, text in texts:
        talk = ConversationFactory.create(user=user)
        JobFactory.create(conversation=talk, question=f"revenue {number}", created_at=timezone.now())
        again = GOOD if number % 2 else answer((text, ["T1"]), f"- {text}\n- [T2]")
        model.in_turn(answer((f"Click {text} now [T1]", ["T1"]), text), again)
        assert answer_next(timezone.now())
    jobs = Job.objects.prefetch_related("citations")
    assert {job.state for job in jobs} == {Job.State.COMPLETED}
    writers = Counter(job.writer for job in jobs)
    assert writers["model"] >= len(texts) // 2
    assert writers["extract"]
    first = [body for body, request in zip(model.bodies, model.asked, strict=True) if len(request["messages"]) == 4]
    assert len(first) == len(jobs) == len(texts)
    assert EVIL not in "\n".join(first)
    stored = "\n".join(job.answer for job in jobs)
    assert EVIL not in stored + "\n".join(one.quote for job in jobs for one in job.citations.all())
    assert all(found.startswith(settings.BASE_URL) for found in re.findall(r"https?://[^)\s]*", stored))
