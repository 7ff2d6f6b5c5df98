import logging
from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import AuditEntry
from assistant import breaker
from assistant.models import Breaker
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def model(settings):
    settings.ASSISTANT_MODEL = "openai:any"
    settings.ASSISTANT_BASE_URL = "https://models.example.com/v1"
    settings.ASSISTANT_API_KEY = "key"


def fails(why="503", *, at=NOW, began=None, **more):
    """A request that began then, or at that moment."""
    breaker.note_failure(why, began=began or at, now=at, **more)


def succeeds(at=NOW, *, began=None):
    breaker.note_success(began=began or at, now=at)


def refused(why="401", *, at=NOW, began=None):
    breaker.note_refusal(why, began=began or at, now=at)


def pause() -> float:
    row = Breaker.objects.get()
    assert row.open_until
    return (row.open_until - row.changed_at).total_seconds()


def test_a_provider_that_never_failed_may_be_asked():
    assert breaker.lets_through(NOW)
    succeeds()
    assert not Breaker.objects.exists()


def test_a_failure_holds_everybody_back_for_half_a_minute():
    fails()
    assert not breaker.lets_through(NOW + 29 * SECOND)
    assert breaker.lets_through(NOW + 30 * SECOND)


def test_after_a_pause_one_tries_and_the_others_wait_for_how_it_goes():
    fails()
    later = NOW + 31 * SECOND
    assert breaker.lets_through(later)
    assert not breaker.lets_through(later)
    succeeds(later)
    assert breaker.lets_through(later)


def test_pauses_double_up_to_ten_minutes():
    pauses = []
    for number in range(7):
        fails(at=NOW + number * 1_000 * SECOND)
        pauses.append(pause())
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


@pytest.mark.parametrize(("asked", "given"), [(7.0, 7), (0.0, 1), (-5.0, 1), (1e9, 3_600)])
def test_a_provider_is_left_alone_for_as_long_as_it_asks_but_an_hour(asked, given):
    fails("429", asked=asked)
    assert pause() == given


def test_a_success_begins_anew():
    for number in range(3):
        fails(at=NOW + number * SECOND)
    succeeds(NOW + 3 * SECOND)
    fails(at=NOW + 4 * SECOND)
    assert pause() == 30


def test_a_pause_that_no_right_clock_can_have_given_is_void():
    fails(at=NOW + timedelta(days=300))
    assert breaker.lets_through(NOW)
    assert breaker.providers(NOW)[0][1] is True  # one tries
    succeeds(NOW + SECOND)
    assert breaker.providers(NOW + SECOND)[0][1] is False


# --- Requests that were under way when the row changed -----------------------------------------


def test_requests_that_fail_together_make_one_pause():
    for number in range(5):
        fails(at=NOW + number * SECOND, began=NOW - SECOND)
    assert pause() == 30


def test_a_late_failure_does_not_shorten_the_pause_that_a_provider_asked_for():
    fails("429", asked=600.0)
    fails("503", at=NOW + SECOND, began=NOW - SECOND)
    assert (pause(), Breaker.objects.get().reason) == (600, "429")


def test_a_late_success_does_not_end_a_pause():
    fails()
    succeeds(NOW + SECOND, began=NOW - SECOND)
    assert not breaker.lets_through(NOW + 2 * SECOND)


def test_what_fails_late_says_nothing_of_the_trial():
    fails()
    assert breaker.lets_through(NOW + 31 * SECOND)
    fails(at=NOW + 32 * SECOND, began=NOW + 30 * SECOND)
    assert Breaker.objects.get().wait == 30
    succeeds(NOW + 33 * SECOND, began=NOW + 31 * SECOND)
    assert breaker.lets_through(NOW + 33 * SECOND)
    refused(at=NOW + 34 * SECOND, began=NOW + 32 * SECOND)
    assert breaker.lets_through(NOW + 34 * SECOND)


def test_no_failure_reopens_a_refused_key(settings):
    refused()
    fails(at=NOW + SECOND, began=NOW - SECOND)
    assert not breaker.lets_through(NOW + timedelta(days=1))
    settings.ASSISTANT_API_KEY = "another"
    fails(at=NOW + timedelta(days=1))
    settings.ASSISTANT_API_KEY = "key"  # of a process that was not started anew yet
    assert not breaker.lets_through(NOW + timedelta(days=2))


# --- Refusals, and operators -------------------------------------------------------------------


def test_a_refused_key_is_not_sent_again_until_it_changes_and_operators_hear_of_it_once(settings, caplog):
    with caplog.at_level(logging.ERROR):
        refused()
        refused(at=NOW + SECOND)
    assert [record.getMessage() for record in caplog.records] == [
        "assistant_model_refused provider=models.example.com why=401"
    ]
    assert not breaker.lets_through(NOW + timedelta(days=300))
    settings.ASSISTANT_API_KEY = "another"
    assert breaker.lets_through(NOW)
    assert "key" not in Breaker.objects.get().configuration


def test_of_what_they_have_to_mend_operators_hear_once(caplog):
    with caplog.at_level(logging.ERROR):
        for number in range(3):
            fails("402", at=NOW + number * 1_000 * SECOND, is_fault_of_site=True)
    assert [record.getMessage() for record in caplog.records] == [
        "assistant_model_away provider=models.example.com why=402 seconds=30"
    ]


def test_another_provider_is_another_matter(settings):
    fails()
    settings.ASSISTANT_BASE_URL = "https://others.example.com/v1"
    assert breaker.lets_through(NOW)


def test_operators_see_what_requests_are_told():
    states: dict[str, dict[str, Any]] = {
        "a": {"open_until": NOW + SECOND},
        "b": {"open_until": NOW},
        "c": {"configuration": breaker.configuration()},
        "d": {"configuration": "x" * 64},
        "e": {"open_until": NOW + timedelta(days=300)},
        "f": {},
    }
    for host, more in states.items():
        Breaker.objects.create(provider=host, changed_at=NOW, **more)
    shown = [is_left_alone for _, is_left_alone in breaker.providers(NOW)]
    assert shown == [True, False, True, False, False, False]


def test_an_operator_lets_it_be_asked_at_once_and_that_is_on_record(olga):
    refused()
    row = Breaker.objects.get()
    assert breaker.close_breaker(row, by=Actor(olga.email, olga), now=NOW)
    assert breaker.lets_through(NOW)
    assert not breaker.close_breaker(row, by=Actor(olga.email, olga), now=NOW)
    assert AuditEntry.objects.get().operation == "close_breaker"
