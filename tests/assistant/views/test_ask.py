"""Ask: who sees what of it, and what one does with answers; without a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from assistant import services
from assistant.answering import answer_next
from assistant.models import Citation, Conversation, Job, Origin
from catalog.index import writing
from catalog.models import Table
from catalog.models.assets import AssetKind
from tests.assistant.asked import State, answered, asked, cite
from tests.catalog.factories import a_table
from tests.factories import UserFactory
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db

PAGE = "/ask/"
PART = {"X-Part": "1"}


@pytest.fixture
def bob(acme):
    return UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.VIEWER)


def addresses(job):
    """Everything that is one's own."""
    of_job, of_all = f"/ask/questions/{job.pk}/", f"/ask/{job.conversation_id}/"
    reads = [of_job, of_all, f"{of_all}delete/"]
    return reads, [f"{of_job}cancel/", f"{of_job}rate/", f"{of_all}delete/"]


# --- Who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ada", "eve"])  # of the same account, and of another one
def test_nobody_else_reads_changes_or_deletes_a_conversation(signed_in, request, carol, who):
    job = answered(carol, "Marker of Carol")
    client = signed_in(request.getfixturevalue(who))
    reads, writes = addresses(job)
    answers = [client.get(one) for one in reads] + [client.get(reads[0], headers=PART)]
    answers += [client.post(one, {"thumb": "-1"}) for one in writes[:-1]]
    assert client.post(writes[-1]).url == PAGE  # as of a conversation that was deleted
    answers.append(client.post(PAGE, {"question": "Mine", "conversation": str(job.conversation_id)}))
    assert {answer.status_code for answer in answers} == {404}
    assert not any("Marker of Carol" in answer.content.decode() for answer in [*answers, client.get(PAGE)])
    assert Job.objects.get().thumb == 0


def test_whoever_is_not_signed_in_is_led_to_sign_in(client, carol):
    reads, writes = addresses(answered(carol))
    for answer in [client.get(PAGE), *map(client.get, reads), *map(client.post, writes)]:
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")


def test_a_suspended_person_is_signed_out(signed_in, carol):
    client, job = signed_in(carol), answered(carol)
    User.objects.filter(pk=carol.pk).update(status=User.Status.SUSPENDED)
    assert {client.get(one).status_code for one in [PAGE, *addresses(job)[0]]} == {302}
    kept = client.post(PAGE, {"question": "What I wrote"})
    assert (kept.status_code, "What I wrote" in kept.content.decode()) == (403, True)


def test_viewers_ask_too_and_an_operator_without_an_account_does_not(signed_in, bob, olga):
    assert signed_in(bob).post(PAGE, {"question": "Where?"}).status_code == 302
    kept = signed_in(olga).post(PAGE, {"question": "What I wrote"})
    assert (kept.status_code, "What I wrote" in kept.content.decode()) == (403, True)


# --- What is shown -----------------------------------------------------------------------------


def test_examples_are_of_ones_own_popular_assets(signed_in, carol, acme, umbrella):
    a_table(acme, "shop.public.orders", popularity=5)
    a_table(acme, "shop.public.rare", popularity=1)
    a_table(acme, "shop.public.gone", popularity=9, deleted_at=timezone.now())
    a_table(umbrella, "theirs.public.secrets", popularity=9)
    assert signed_in(carol).get(PAGE).context["examples"] == ["Who owns orders?", "Which columns does rare have?"]


def test_ones_own_conversations_are_listed_the_latest_first_by_their_first_question(signed_in, carol, ada):
    first = asked(carol, "The first", ago=timedelta(hours=2))
    asked(carol, "On from it", conversation=first.conversation, ago=timedelta(hours=1))
    asked(carol, "Later, from Dust", origin=Origin.DUST)
    asked(ada, "Of Ada")
    page = signed_in(carol).get(PAGE)
    assert [title for _, title in page.context["conversations"]] == ["Later, from Dust", "The first"]


def test_an_answer_shows_what_it_rests_on_and_what_changed_since(signed_in, carol, acme):
    rows = [a_table(acme, f"shop.public.{name}", description_raw="Paid orders.\n\nMore.") for name in ("a", "b", "c")]
    job = answered(carol)
    for position, row in enumerate(rows):
        cite(job, row, quote="Paid orders.", field="description_raw", position=position, place="shop.public")
    Table.objects.filter(name="b").update(description_raw="Others.")
    Table.objects.filter(name="c").update(deleted_at=timezone.now())
    page = signed_in(carol).get(f"/ask/{job.conversation_id}/")
    cited = page.context["shown"][0].citations
    assert [(one.name, bool(one.url), one.has_changed) for one in cited] == [
        ("a", True, False),
        ("b", True, True),
        ("c", False, False),
    ]
    assert [text(page).count(said) for said in ("Changed since", "Gone since", "nothing left this site")] == [1, 1, 1]


def test_a_page_of_a_conversation_costs_the_same_whatever_it_has(signed_in, carol, acme, django_assert_max_num_queries):
    table, client = a_table(acme, "shop.public.orders"), signed_in(carol)
    conversation = answered(carol).conversation
    for number in range(20):
        cite(answered(carol, f"Question {number}", conversation=conversation), table)
    with django_assert_max_num_queries(12):
        assert client.get(f"/ask/{conversation.pk}/").status_code == 200


def test_answers_lead_nowhere_but_to_this_site(signed_in, carol, settings):
    settings.BASE_URL = "https://catalog.test"
    hostile = "[a](https://catalog.test/assets/) [b](https://evil.test/x) ![c](https://evil.test/i.png) <b>d</b>"
    job = answered(carol, answer=hostile)
    page = signed_in(carol).get(f"/ask/questions/{job.pk}/", headers=PART).content.decode()
    assert ('<a href="/assets/">a</a>' in page, "evil.test" in page, "<b>d" in page) == (True, False, False)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Waiting for its turn"),
        ({"ago": timedelta(seconds=31)}, "No worker has answered for 30 seconds"),
        ({"state": State.ACTIVE, "step": "reading 12", "attempts": 1}, "Reading 12"),
        ({"state": State.FAILED, "attempts": 1}, "An attempt failed, another follows"),
    ],
)
def test_an_unfinished_question_says_how_far_it_is(signed_in, carol, more, said):
    now = timezone.now()
    if more.get("state") == State.ACTIVE:
        more = more | {"lease_until": now + timedelta(minutes=1)}
    job = asked(carol, **more)
    page = signed_in(carol).get(f"/ask/{job.conversation_id}/")
    assert said in text(page)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.content.decode()


def test_a_question_that_nobody_took_in_time_is_given_up_by_the_page(signed_in, carol):
    job = asked(carol, ago=timedelta(minutes=6))
    page = signed_in(carol).get(f"/ask/{job.conversation_id}/")
    job.refresh_from_db()
    assert (job.state, job.answer in text(page), "Ask it again" in text(page)) == (State.RETRIES_EXHAUSTED, True, True)
    assert 'http-equiv="refresh"' not in page.content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"writer": "model", "model": "openai:m", "requests": 2}, "Written by the language model openai:m"),
        ({"model": "openai:m", "requests": 1}, "openai:m was asked before and sent your question"),
        ({}, "No language model read it; nothing left this site."),
    ],
)
def test_an_answer_says_who_wrote_it_and_where_the_text_went(signed_in, carol, more, said):
    job = answered(carol, **more)
    assert said in text(signed_in(carol).get(f"/ask/{job.conversation_id}/"))


# --- What one does with it ---------------------------------------------------------------------


def test_a_question_is_cancelled(signed_in, carol):
    job, client = asked(carol), signed_in(carol)
    shown = client.post(f"/ask/questions/{job.pk}/cancel/", headers=PART)
    job.refresh_from_db()
    assert (job.state, "cancelled" in text(shown)) == (State.RETRIES_EXHAUSTED, True)
    assert client.post(f"/ask/questions/{job.pk}/cancel/").url == f"/ask/{job.conversation_id}/#q-{job.pk}"


def test_a_thumb_and_its_note_are_kept_and_taken_back(signed_in, carol):
    job, client = answered(carol), signed_in(carol)
    address = f"/ask/questions/{job.pk}/rate/"
    client.post(address, {"thumb": "-1"})
    client.post(address, {"thumb": "-1", "note": " Wrong table "})
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (-1, "Wrong table")
    client.post(address, {"thumb": "0"})
    job.refresh_from_db()
    assert (job.thumb, job.thumb_note) == (0, "")


@pytest.mark.parametrize("headers", [{}, PART])
def test_a_note_that_is_too_long_comes_back_with_the_reason(signed_in, carol, headers):
    job, note = answered(carol), "n" * 501
    answer = signed_in(carol).post(f"/ask/questions/{job.pk}/rate/", {"thumb": "1", "note": note}, headers=headers)
    assert (answer.status_code, note in answer.content.decode(), "at most 500" in text(answer)) == (422, True, True)


def test_deleting_a_conversation_asks_first_and_leaves_nothing(signed_in, carol, acme):
    job = answered(carol, "Forget me")
    cite(job, a_table(acme, "shop.public.orders"))
    client, address = signed_in(carol), f"/ask/{job.conversation_id}/delete/"
    assert "1 question and its answer are deleted for good" in text(client.get(address))
    assert Job.objects.exists()
    assert client.post(address).url == PAGE
    assert [model.objects.count() for model in (Conversation, Job, Citation)] == [0, 0, 0]
    assert "Forget me" not in client.get(PAGE).content.decode()


def test_deleting_twice_says_that_it_is_gone(signed_in, carol):
    client, address = signed_in(carol), f"/ask/{answered(carol).conversation_id}/delete/"
    client.post(address)
    again = client.post(address, follow=True)
    assert (again.redirect_chain, "That conversation is gone already." in text(again)) == ([(PAGE, 302)], True)


@pytest.mark.parametrize(("service", "address"), [("cancel_job", "cancel/"), ("rate", "rate/")])
@pytest.mark.parametrize("headers", [{}, PART])
def test_what_is_deleted_in_the_same_moment_is_not_found(signed_in, carol, monkeypatch, service, address, headers):
    job = answered(carol)
    monkeypatch.setattr(services, service, lambda *_, **__: Job.objects.all().delete())
    answer = signed_in(carol).post(f"/ask/questions/{job.pk}/{address}", {"thumb": "1"}, headers=headers)
    assert answer.status_code == 404


def test_a_conversation_of_dust_is_read_here_and_goes_on_there(signed_in, carol):
    job = answered(carol, origin=Origin.DUST)
    client = signed_in(carol)
    page = client.get(f"/ask/{job.conversation_id}/").content.decode()
    assert ("in your name by Dust" in page, 'name="question"' in page) == (True, False)
    assert client.post(PAGE, {"question": "On", "conversation": str(job.conversation_id)}).status_code == 404


def test_a_question_is_answered_from_the_page_to_the_page(signed_in, carol, acme):
    table = a_table(acme, "shop.finance.revenue_daily", description_raw="Our revenue of each day.")
    writing.refresh(acme, {AssetKind.TABLE: [table.pk]}, now=timezone.now())
    client = signed_in(carol)
    address = client.post(PAGE, {"question": "Where is our revenue?"}).url
    assert answer_next(timezone.now())
    page = client.get(address)
    assert f'<a href="{table.get_absolute_url()}">' in page.content.decode()
    [cited] = page.context["shown"][0].citations
    assert (cited.name, cited.quote, cited.has_changed) == ("revenue_daily", "Our revenue of each day.", False)
