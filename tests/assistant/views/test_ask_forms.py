"""Ask: what its forms send, which is asked once, and is never lost; without a browser."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from assistant.models import Conversation, Job, Origin
from assistant.rules import MAX_QUESTION
from catalog.models import Term
from tests.assistant.asked import State, answered, asked
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db

PAGE = "/ask/"
NOWHERE = "6f9619ff-8b86-4d01-b42d-00c04fc964ff"
PART = {"X-Part": "1"}


def test_a_question_begins_a_conversation_and_the_next_goes_on_in_it(signed_in, carol):
    client = signed_in(carol)
    first = client.post(PAGE, {"question": "Where is\r\nour revenue?"})
    job = Job.objects.get()
    assert first.url == f"/ask/{job.conversation_id}/#q-{job.pk}"
    assert (job.conversation.user, job.conversation.origin, job.token) == (carol, Origin.APP, None)
    client.post(PAGE, {"question": "And by day?", "conversation": str(job.conversation_id)})
    assert list(Job.objects.values_list("conversation", flat=True)) == [job.conversation_id] * 2


def test_a_link_fills_the_box_and_sends_nothing(signed_in, carol):
    page = signed_in(carol).get(PAGE, {"q": 'a</textarea><b>"'})
    assert page.context["question"] == 'a</textarea><b>"'
    assert "a&lt;/textarea&gt;" in page.content.decode()
    assert not Conversation.objects.exists()


def form_of(page):
    """The id of the conversation that the page's form begins."""
    [found] = re.findall(r'name="new" value="([0-9a-f-]{36})"', page.content.decode())
    return found


def test_a_form_that_is_sent_twice_asks_once_even_when_the_first_is_answered(signed_in, carol):
    client = signed_in(carol)
    sent = {"question": "Where is it?", "new": form_of(client.get(PAGE))}
    first = client.post(PAGE, sent).url
    assert client.post(PAGE, sent).url == first
    Job.objects.update(state=State.COMPLETED, answer="Here.", finished_at=timezone.now())
    assert client.post(PAGE, sent).url == first
    assert (Job.objects.count(), Conversation.objects.count()) == (1, 1)


def test_another_question_by_the_same_form_begins_another_conversation(signed_in, carol):
    client = signed_in(carol)
    new = form_of(client.get(PAGE))
    assert new != form_of(client.get(PAGE))
    for question in ("One", "Two"):
        client.post(PAGE, {"question": question, "new": new})
    assert (Job.objects.count(), Conversation.objects.count()) == (2, 2)


@pytest.mark.parametrize("who", ["ada", "eve"])  # of the same account, and of another one
def test_nobody_gets_into_a_conversation_by_the_id_of_its_form(signed_in, request, carol, who):
    client = signed_in(carol)
    sent = {"question": "Marker of Carol", "new": form_of(client.get(PAGE))}
    theirs = client.post(PAGE, sent).url
    client = signed_in(request.getfixturevalue(who))
    for new in (sent["new"], str(Job.objects.get().conversation_id)):
        own = client.post(PAGE, sent | {"new": new}, follow=True)
        assert own.redirect_chain[0][0] != theirs
        assert own.context["conversation"].user == request.getfixturevalue(who)
    assert Job.objects.filter(conversation__user=carol).count() == 1


@pytest.mark.parametrize("new", ["", "x", "\0", "6F9619FF8B86D01B42D00C04FC964FF"])
def test_a_form_without_an_id_asks_all_the_same(signed_in, carol, new):
    assert signed_in(carol).post(PAGE, {"question": "Where?", "new": new}).status_code == 302


def test_a_script_is_told_where_the_question_is_with_its_fragment(signed_in, carol):
    answer = signed_in(carol).post(PAGE, {"question": "Where?"}, headers=PART)
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/ask/{job.conversation_id}/#q-{job.pk}")


@pytest.mark.parametrize("question", ["", " \n ", "x" * (MAX_QUESTION + 1), "Where\0is it?"])
def test_what_is_no_question_comes_back_with_the_reason(signed_in, carol, question):
    answer = signed_in(carol).post(PAGE, {"question": question})
    assert (answer.status_code, answer.context["question"]) == (422, question)
    assert answer.context["error"] in text(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize("is_follow_up", [False, True])
def test_over_the_limit_the_question_comes_back(signed_in, carol, settings, is_follow_up):
    settings.ASSISTANT_OPEN_JOBS = 1
    waiting = asked(carol)
    more = {"conversation": str(waiting.conversation_id)} if is_follow_up else {}
    answer = signed_in(carol).post(PAGE, {"question": "One more", **more})
    assert (answer.status_code, answer.context["question"], int(answer["Retry-After"]) > 0) == (429, "One more", True)
    assert "questions of this account as may wait (1) wait" in text(answer)
    assert 'http-equiv="refresh"' not in answer.content.decode() or not is_follow_up


@pytest.mark.parametrize("sent_in", [NOWHERE, "x", "\0"])
def test_a_question_for_a_conversation_that_is_gone_is_shown_to_be_copied(signed_in, carol, sent_in):
    answer = signed_in(carol).post(PAGE, {"question": "What I wrote", "conversation": sent_in})
    assert (answer.status_code, "What I wrote" in answer.content.decode()) == (404, True)


def forms(user):
    """Each form of the assistant in which people write, with its texts."""
    return {
        PAGE: {"question": "What I <wrote>"},
        f"/ask/questions/{answered(user).pk}/rate/": {"note": "What I <wrote>"},
        "/ask/gaps/synonym/": {"word": "churn", "other": "What I <wrote>"},
        "/ask/gaps/term/": {"name": "Churn", "description": "What I <wrote>"},
    }


def is_shown(answer, sent):
    said = answer.content.decode()
    return all(f"\n{escape(one)}</textarea>" in said for one in sent.values()) and "no-store" in answer["Cache-Control"]


def test_what_was_written_is_shown_again_to_whoever_was_signed_out(client, carol):
    for address, sent in forms(carol).items():
        answer = client.post(address, sent)
        assert (answer.status_code, is_shown(answer, sent)) == (403, True), address


@pytest.mark.parametrize(("origin", "kept"), [("http://testserver", True), ("https://evil.test", False), (None, False)])
def test_a_form_that_had_grown_old_shows_its_texts_again_to_our_own_pages_alone(ada, origin, kept):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    headers = {"Origin": origin} if origin else {}
    for address, sent in forms(ada).items():
        answer = client.post(address, sent, headers=headers)
        assert (answer.status_code, is_shown(answer, sent)) == (403, kept), address
        assert ("What I" in answer.content.decode()) is kept
    assert not Term.objects.exists()


def test_a_term_is_shown_again_to_whoever_is_no_steward_any_more_and_a_note_whose_answer_is_gone(signed_in, carol):
    client = signed_in(carol)
    written = forms(carol)
    Job.objects.all().delete()
    said = {address: client.post(address, sent) for address, sent in list(written.items())[1:]}
    assert [(one.status_code, is_shown(one, written[address])) for address, one in said.items()] == [
        (404, True),
        (403, True),
        (403, True),
    ]


def test_a_question_of_dust_that_failed_is_asked_again_here(signed_in, carol):
    job = answered(carol, origin=Origin.DUST, state=State.RETRIES_EXHAUSTED)
    client = signed_in(carol)
    page = client.get(f"/ask/{job.conversation_id}/").content.decode()
    again = page.index("Ask it again")
    assert 'name="conversation"' not in page[page.rindex("<form", 0, again) : again]
    again = {"question": job.question, "new": form_of(client.get(f"/ask/{job.conversation_id}/"))}
    assert client.post(PAGE, again).url == client.post(PAGE, again).url  # however often it is clicked
    own = answered(carol, state=State.RETRIES_EXHAUSTED).conversation_id
    assert f'name="conversation" value="{own}"' in client.get(f"/ask/{own}/").content.decode()
