import logging
from datetime import timedelta

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


def pause() -> float:
    row = Breaker.objects.get()
    assert row.open_until
    return (row.open_until - row.changed_at).total_seconds()


def test_a_provider_that_never_failed_may_be_asked():
    assert breaker.lets_through(NOW)
    breaker.note_success(NOW)
    assert not Breaker.objects.exists()


def test_a_failure_holds_everybody_back_for_half_a_minute():
    breaker.note_failure("503", now=NOW)
    assert not breaker.lets_through(NOW + 29 * SECOND)
    assert breaker.lets_through(NOW + 30 * SECOND)


def test_after_a_pause_one_tries_and_the_others_wait_for_how_it_goes():
    breaker.note_failure("503", now=NOW)
    later = NOW + 31 * SECOND
    assert breaker.lets_through(later)
    assert not breaker.lets_through(later)
    breaker.note_success(later)
    assert breaker.lets_through(later)


def test_pauses_double_up_to_ten_minutes():
    pauses = []
    for number in range(7):
        breaker.note_failure("503", now=NOW + number * 1_000 * SECOND)
        pauses.append(pause())
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


@pytest.mark.parametrize(("asked", "given"), [(7.0, 7), (0.0, 1), (-5.0, 1), (1e9, 3_600)])
def test_a_provider_is_left_alone_for_as_long_as_it_asks_but_an_hour(asked, given):
    breaker.note_failure("429", asked=asked, now=NOW)
    assert pause() == given


def test_a_success_begins_anew():
    for number in range(3):
        breaker.note_failure("503", now=NOW + number * 1_000 * SECOND)
    breaker.note_success(NOW)
    breaker.note_failure("503", now=NOW + SECOND)
    assert pause() == 30


def test_a_pause_that_no_right_clock_can_have_given_is_void():
    breaker.note_failure("503", now=NOW + timedelta(days=300))
    assert breaker.lets_through(NOW)


def test_a_refused_key_is_not_sent_again_until_it_changes_and_operators_hear_of_it_once(settings, caplog):
    with caplog.at_level(logging.ERROR):
        breaker.note_refusal("401", now=NOW)
        breaker.note_refusal("401", now=NOW + SECOND)
    assert [record.getMessage() for record in caplog.records] == [
        "assistant_model_refused provider=models.example.com why=401"
    ]
    assert not breaker.lets_through(NOW + timedelta(days=300))
    settings.ASSISTANT_API_KEY = "another"
    assert breaker.lets_through(NOW)
    assert "key" not in Breaker.objects.get().configuration


def test_another_provider_is_another_matter(settings):
    breaker.note_failure("503", now=NOW)
    settings.ASSISTANT_BASE_URL = "https://others.example.com/v1"
    assert breaker.lets_through(NOW)


def test_an_operator_lets_it_be_asked_at_once_and_that_is_on_record(olga):
    breaker.note_refusal("401", now=NOW)
    row = Breaker.objects.get()
    assert breaker.close_breaker(row, by=Actor(olga.email, olga), now=NOW)
    assert breaker.lets_through(NOW)
    assert not breaker.close_breaker(row, by=Actor(olga.email, olga), now=NOW)
    assert AuditEntry.objects.get().operation == "close_breaker"
