"""Ask in a real browser: sending, the steps of an answer, what is never lost, and how every state looks."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account
from assistant import queue
from assistant.models import Breaker, Job, ModelCall, Origin
from catalog.models import Synonym, Table
from tests.assistant.asked import State, answered, asked, cite
from tests.browser.conftest import SCREENS, enter, serious
from tests.browser.test_usage import picture
from tests.catalog.factories import TermFactory, a_table

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = (
    f"Start with **[revenue_daily]({settings.BASE_URL}/assets/)**, verified by Stella Horvat: “One row is a day.”\n\n"
    f"- [orders]({settings.BASE_URL}/assets/) (table): columns `amount`, `paid_at`. Owner: Finance.\n"
)


def box(page):
    return page.get_by_role("textbox", name="Your question").or_(page.get_by_role("textbox", name="Ask on"))


def worked_at(*, step: str = "") -> Job:
    """The question that waits, taken as a worker does."""
    job = queue.claim(timezone.now())
    assert job is not None
    if step:
        queue.go_on(job, step, now=timezone.now())
    return job


def complete(job: Job, answer: str = ANSWER) -> None:
    queue.complete(job, now=timezone.now(), answer=answer, evidence=0.9, writer="extract")


def test_enter_sends_and_the_answer_comes_step_by_step(page, carol):
    enter(page, carol, at="/ask/")
    box(page).fill("Where is")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("our revenue?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*-*/**")
    assert Job.objects.get().question.replace("\r\n", "\n") == "Where is\nour revenue?"
    assert page.url.endswith(f"#q-{Job.objects.get().pk}")
    expect(page.locator("[data-step]")).to_contain_text("Waiting for its turn")
    job = worked_at(step="searching: 3 words, 41 assets")
    expect(page.locator("[data-step]")).to_contain_text("Waiting for its turn · Searching: 3 words, 41 assets")
    box(page).fill("What I write meanwhile")
    complete(job)
    expect(page.get_by_role("link", name="revenue_daily")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("The answer is here.")
    expect(box(page)).to_have_value("What I write meanwhile")
    expect(page.locator("[data-poll]")).to_have_count(0)


def test_a_question_is_not_lost_to_a_session_that_ended(page, carol):
    enter(page, carol, at="/ask/")
    box(page).fill("What I wrote")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You were signed out. Your question is still in the box")
    expect(box(page)).to_have_value("What I wrote")
    other = page.context.new_page()
    enter(other, carol, at="/ask/")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**/ask/*-*/**")
    assert Job.objects.get().question == "What I wrote"


def test_a_question_is_not_lost_to_a_form_that_had_grown_old(page, carol):
    enter(page, carol, at="/ask/")
    page.locator("[name=csrfmiddlewaretoken]").first.evaluate("(field) => { field.value = 'x'.repeat(64) }")
    box(page).fill("What I wrote")
    page.evaluate("document.querySelector('[data-asking] [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask/*-*/**")
    assert Job.objects.get().question == "What I wrote"


def test_a_question_is_not_lost_to_a_site_that_is_away_or_to_a_limit(page, carol, settings):
    enter(page, carol, at="/ask/")
    box(page).fill("What I wrote")
    page.route("**/ask/", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Catalog cannot be reached")
    page.unroute("**/ask/")
    settings.ASSISTANT_OPEN_JOBS = 1
    asked(carol)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("as may wait")
    expect(box(page)).to_have_value("What I wrote")


def test_asking_on_stays_in_the_conversation(page, carol):
    job = answered(carol, answer=ANSWER * 9)
    enter(page, carol, at=f"/ask/{job.conversation_id}/")
    box(page).fill("And by month?")
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator(":target")).to_contain_text("And by month?")
    expect(page.locator(":target")).to_be_in_viewport()
    assert set(Job.objects.values_list("conversation", flat=True)) == {job.conversation_id}


def test_thumbs_notes_and_cancelling_keep_what_is_in_the_box(page, carol):
    job = answered(carol, answer=ANSWER)
    asked(carol, "One that waits", conversation=job.conversation)
    enter(page, carol, at=f"/ask/{job.conversation_id}/")
    box(page).fill("What I write")
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_role("button", name="No", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="No", exact=True)).to_be_focused()
    page.get_by_label("What was wrong, or missing?").fill("The wrong table")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("button", name="Save the note")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".failed").get_by_text("This question was cancelled")).to_be_visible()
    expect(box(page)).to_have_value("What I write")
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (-1, "The wrong table")


def test_asking_works_without_javascript(plain_page, carol):
    enter(plain_page, carol, at="/ask/?q=Where+is+our+revenue%3F")
    plain_page.get_by_role("button", name="Ask", exact=True).click()
    complete(worked_at())
    plain_page.get_by_role("button", name="Look again").click()  # Chromium without scripts reads no <noscript> here
    expect(plain_page.get_by_role("link", name="revenue_daily")).to_be_visible()
    plain_page.get_by_role("button", name="Yes").click()
    expect(plain_page.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    plain_page.get_by_role("button", name="Delete").click()
    plain_page.get_by_role("button", name="Delete for good").click()
    expect(plain_page.get_by_text("The conversation is deleted.")).to_be_visible()
    assert not Job.objects.exists()


def arguments_of(body):
    """The arguments of a query by name, which may stand in any order, and the query without them."""
    query = json.loads(body)["query"]
    pairs = re.findall(r'(\w+): ("(?:[^"\\]|\\.)*"|\w+)', query)
    assert pairs
    return dict(pairs), query[: query.index("{", query.index("data:"))], query[query.index("}") :]


def test_the_code_of_dusts_blocks_makes_the_bodies_of_the_page(page, ada):
    enter(page, ada, at="/settings/api/dust/")
    code = {name: page.locator(f"#dust-{name}").text_content() for name in ("add", "add-code", "poll", "poll-code")}
    question = "Which table has our revenue?"
    conversation = "my-dust-conversation"
    given = {"question": question, "email": ada.email, "conversationId": conversation}
    job_id = "00000000-0000-0000-0000-000000000000"
    env = {
        "state": {
            "INPUT": given,
            "ASK": {"body": {"data": {"addAiAssistantJob": {"data": {"jobId": job_id}}}}},
        }
    }
    for name in ("add", "poll"):
        made = page.evaluate(f"(env) => {{ let _fun; {code[f'{name}-code']}; return _fun(env) }}", env)
        assert arguments_of(made) == arguments_of(code[name])


# --- How it looks ------------------------------------------------------------------------------


@pytest.fixture
def shop(acme):
    rows = [a_table(acme, f"shop.public.{name}", description_raw=f"One row is a {name}.") for name in ("order", "day")]
    TermFactory.create(account=acme, name="Churn")
    return rows


def look(page: Page, name: str, width: int) -> None:
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, name)
    page.set_viewport_size({"width": width, "height": 900})


@pytest.fixture(params=SCREENS, ids=lambda screen: screen[0])
def screen(request, page):
    scheme, width = request.param
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    return width


def test_every_state_of_a_question_is_accessible_and_fits(page, screen, carol, shop, settings):
    enter(page, carol, at="/ask/")
    look(page, "ask-empty", screen)
    long = "W" * 90
    first = answered(carol, f"Where is our revenue by day, and {long}?", answer=ANSWER, thumb=-1)
    for position, row in enumerate(shop):
        said = f"One row is a {row.name}."
        cite(first, row, quote=said, field="description_raw", position=position, place=f"shop.{long}")
    Table.objects.filter(pk=shop[0].pk).update(description_raw="Others")
    enter(page, carol, at=f"/ask/{first.conversation_id}/")
    look(page, "ask-answered", screen)
    of_model = {"writer": "model", "model": "openai:gpt-5-mini", "requests": 2}
    answered(carol, "Et par mois ?", conversation=first.conversation, answer=ANSWER, **of_model)
    given_up = {"state": State.RETRIES_EXHAUSTED, "writer": "", "answer": "Three attempts failed: ask it again."}
    answered(carol, "And by year?", conversation=first.conversation, **given_up)
    asked(carol, "And by week?", conversation=first.conversation, ago=timedelta(seconds=40))
    enter(page, carol, at=f"/ask/{first.conversation_id}/")
    expect(page.get_by_text("No worker has answered for 30 seconds")).to_be_visible()
    look(page, "ask-failed-and-late", screen)
    worked_at(step="searching: 3 words, 41 assets")
    asked(carol, "In another one", origin=Origin.DUST)
    enter(page, carol, at=f"/ask/{first.conversation_id}/")
    expect(page.locator("[data-step]")).to_contain_text("Searching")
    look(page, "ask-working", screen)
    settings.ASSISTANT_OPEN_JOBS = 1
    enter(page, carol, at="/ask/?q=One+more")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("as may wait (1)")
    look(page, "ask-over-limit", screen)
    enter(page, carol, at=f"/ask/{first.conversation_id}/delete/")
    look(page, "ask-delete", screen)


def test_gaps_are_accessible_and_fit(page, screen, ada, carol, acme):
    enter(page, ada, at="/ask/gaps/")
    look(page, "gaps-empty", screen)
    page.get_by_text("Add a synonym").click()
    page.get_by_label("Word").fill("churn")
    page.get_by_label("means the same as").fill("W" * 90)
    page.context.clear_cookies(name="catalog-session")
    page.get_by_role("button", name="Add synonym").click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out meanwhile")
    expect(page.get_by_role("textbox", name="Means the same as")).to_have_value("W" * 90)
    look(page, "unsaved", screen)
    for word in ("churn", "W" * 60):
        answered(carol, f"How is {word}?", evidence=0.1, enough=False, unknown=[word])
    answered(carol, "Known, but wrong", thumb=-1, thumb_note="It is the other table.")
    Synonym.objects.create(account=acme, word="turnover", other="revenue", created_at=timezone.now())
    enter(page, ada, at="/ask/gaps/")
    page.get_by_text("Add a synonym").first.click()
    page.get_by_text("Create a term").first.click()
    look(page, "gaps", screen)
    page.get_by_label("means the same as").first.fill(page.get_by_label("Word").first.input_value())
    page.get_by_role("button", name="Add synonym").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    look(page, "gaps-refused", screen)


def test_settings_of_the_assistant_and_dust_are_accessible_and_fit(page, screen, ada, carol, acme, settings):
    settings.ASSISTANT_MODEL, settings.ASSISTANT_BASE_URL = "openai:gpt-5-mini", "https://llm.acme.test/v1"
    settings.ASSISTANT_TRACE_DAYS = 7
    enter(page, ada, at="/settings/assistant/")
    look(page, "assistant-off", screen)
    page.get_by_role("button", name="Turn on Let a language model read our catalog").click()
    expect(page.get_by_role("status")).to_contain_text("may read this catalog")
    call = {"at": timezone.now(), "milliseconds": 1_234, "tokens_in": 4_321, "tokens_out": 99, "outcome": "ok"}
    job = answered(carol, model="openai:gpt-5-mini", writer="model")
    ModelCall.objects.create(job=job, number=1, request=json.dumps({"messages": ["x" * 400]}), response="{}", **call)
    page.reload()
    look(page, "assistant-on", screen)
    page.locator("table a").click()
    expect(page.get_by_role("heading", name="What was sent", level=1)).to_be_visible()
    look(page, "assistant-sent", screen)
    enter(page, ada, at="/settings/api/dust/")
    for view in page.get_by_role("navigation", name="API tokens").get_by_role("link").all():
        expect(view).to_be_in_viewport(ratio=1)
    look(page, "dust", screen)
    for summary in page.locator(".tabs details:not([open]) summary").all()[::-1]:  # the first of them are left
        summary.click()
    look(page, "dust-code", screen)
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    page.get_by_role("link", name="By MCP", exact=True).click()
    page.wait_for_url("**mcp**")
    look(page, "dust-mcp", screen)


def test_the_page_of_operators_is_accessible(page, olga, carol):
    asked(carol, ago=timedelta(minutes=2))
    answered(carol, state=State.RETRIES_EXHAUSTED, writer="", attempts=3, error="KeyError in evidence.py:90")
    answered(carol, because="The model took too long.", requests=1, tokens_in=1_200, tokens_out=40, cost_micros=900)
    at = timezone.now()
    until = {"open_until": at + timedelta(minutes=5), "reason": "429", "changed_at": at}
    Breaker.objects.create(provider="https://llm.acme.test/v1", **until)
    enter(page, olga, at="/admin/assistant/overview/")
    look(page, "operations", 1200)
    page.get_by_role("button", name="Ask it again").click()
    expect(page.get_by_text("is asked again with the next question")).to_be_visible()
