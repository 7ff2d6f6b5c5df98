"""Admin > Assistant: what operators see and do, without a word of what people wrote."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from assistant.models import Breaker, Job, Spend
from tests.assistant.asked import State, answered, asked
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db

PAGE, LIST = "/admin/assistant/overview/", "/admin/assistant/job/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def breaker():
    at = timezone.now()
    until = {"open_until": at + MINUTE, "wait": 60, "reason": "429"}
    return Breaker.objects.create(provider="llm.acme.test", changed_at=at, **until)


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 403), ("olga", 200)])
def test_operators_alone_see_it(client, signed_in, request, carol, ada, olga, breaker, who, status):
    client = signed_in(request.getfixturevalue(who)) if who else client
    assert [client.get(one).status_code for one in (PAGE, LIST)] == [status, status]
    closed = client.post(f"{PAGE}breaker/{breaker.pk}/close/")
    assert (closed.status_code, closed.headers.get("Location", "").partition("?")[0]) == {
        None: (302, "/accounts/login/"),
        "olga": (302, PAGE),
    }.get(who, (403, ""))
    breaker.refresh_from_db()
    assert (breaker.open_until is None) is (who == "olga")


def test_figures_are_of_every_account_and_no_text_is_shown(signed_in, carol, eve, olga):
    asked(carol, "Marker one", ago=2 * MINUTE)
    asked(eve, "Marker two", state=State.ACTIVE, lease_until=timezone.now() + MINUTE, attempts=1)
    took = {"tokens_in": 1_200, "tokens_out": 30, "cost_micros": 2_500}
    Spend.objects.create(account=carol.account, date=timezone.now().date(), questions=1, **took)
    job = answered(carol, "Marker three", answer="Marker four", because="The model was busy.", thumb_note="Marker five")
    Job.objects.filter(pk=job.pk).update(thumb=-1)
    client = signed_in(olga)
    page = client.get(PAGE)
    said = text(page)
    for part in ("1 waiting, the oldest for 2 min", "1 being answered", "The model was busy.", "1,200", "0.0025"):
        assert part in said
    assert "Amber The oldest question waits for 2 min" in said
    for address in (PAGE, LIST, f"{LIST}?q=Marker", f"{LIST}{job.pk}/change/"):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "Marker" not in shown.content.decode().replace("q=Marker", "").replace('value="Marker"', "")


def test_of_what_was_given_up_it_is_said_why_and_never_what_was_asked(signed_in, carol, olga):
    ended = {"state": State.RETRIES_EXHAUSTED, "writer": ""}
    answered(carol, "Marker one", answer="Marker two", attempts=3, error="KeyError in x.py:1", **ended)
    answered(carol, "Marker three", error="cancelled", **ended)
    answered(carol, error="long ago", **(ended | {"finished_at": timezone.now() - timedelta(days=2)}))
    answered(carol, error="of one that was answered")
    page = signed_in(olga).get(PAGE)
    assert [(job.attempts, job.error) for job in page.context["given_up"]] == [
        (0, "cancelled"),
        (3, "KeyError in x.py:1"),
    ]
    said = text(page)
    assert [part in said for part in ("3 KeyError in x.py:1", "0 Cancelled", "Marker")] == [True, True, False]


def test_an_operator_asks_a_provider_again(signed_in, olga, breaker):
    client, address = signed_in(olga), f"{PAGE}breaker/{breaker.pk}/close/"
    assert "Left alone until" in text(client.get(PAGE))
    assert "is asked again with the next question" in text(client.post(address, follow=True))
    breaker.refresh_from_db()
    assert (breaker.open_until, breaker.configuration) == (None, "")
    client.post(address)
    assert AuditEntry.objects.filter(operation="close_breaker").count() == 1
    assert client.post(f"{PAGE}breaker/{breaker.pk + 1}/close/").status_code == 404


def test_an_operator_retries_and_cancels_with_an_entry_in_the_log(signed_in, carol, olga):
    later = timezone.now() + MINUTE
    waits = asked(carol, state=State.FAILED, attempts=1, next_attempt_at=later)
    client = signed_in(olga)
    client.post(LIST, {"action": "retry", "_selected_action": [str(waits.pk)]})
    waits.refresh_from_db()
    assert waits.next_attempt_at < later
    client.post(LIST, {"action": "cancel", "_selected_action": [str(waits.pk)]})
    waits.refresh_from_db()
    assert waits.state == State.RETRIES_EXHAUSTED
    assert {*AuditEntry.objects.values_list("operation", "actor_name")} == {
        ("retry_jobs", olga.email),
        ("cancel_jobs", olga.email),
    }


def test_an_empty_site_says_so(signed_in, olga):
    said = text(signed_in(olga).get(PAGE))
    for part in ("0 waiting", "Well No question waits", "None was ever left alone.", "No model was asked."):
        assert part in said
