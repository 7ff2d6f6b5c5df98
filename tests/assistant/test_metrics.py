"""Figures of the assistant for operators and Prometheus."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from assistant import reports
from assistant.metrics import exposition
from assistant.models import Job, ModelCall, Spend
from catalog.models.search import SearchDue
from tests.assistant.asked import State, answered, asked

pytestmark = pytest.mark.django_db


def lines(now):
    return dict(line.rsplit(" ", 1) for line in exposition(now).decode().splitlines() if not line.startswith("#"))


def test_metrics_count_and_name_nobody(carol, acme):
    now = timezone.now()
    asked(carol, "A marker", ago=timedelta(seconds=90))
    job = answered(carol, "Another marker", writer="model", tokens_in=100, tokens_out=7, requests=1)
    ModelCall.objects.create(job=job, number=1, at=now, milliseconds=1, outcome="429", request="marker")
    SearchDue.objects.create(account=acme, what="asset", kind="table", asset=job.pk, since=now)
    told = lines(now)
    assert told['assistant_jobs_total{state="ADDED",writer=""}'] == "1.0"
    assert told['assistant_jobs_total{state="COMPLETED",writer="model"}'] == "1.0"
    assert float(told["assistant_waiting_seconds"]) >= 89
    assert told['assistant_model_requests_total{outcome="429"}'] == "1.0"
    assert told['assistant_tokens_total{direction="read"}'] == "100.0"
    assert 'assistant_job_seconds{quantile="0.95"}' in told
    assert not any(word in str(told) for word in ("marker", "acme", "carol"))


def test_the_metrics_page_has_them(client, settings):
    settings.METRICS_TOKEN = "m" * 20
    page = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert "assistant_waiting_seconds 0.0" in page.content.decode()


@pytest.mark.parametrize(("ago", "ok"), [(59, True), (61, False)])
def test_health_is_amber_when_the_oldest_question_waits_for_more_than_a_minute(carol, ago, ok):
    job = asked(carol)
    waiting = reports.waiting(job.created_at + timedelta(seconds=ago))
    assert reports.check(waiting).ok is ok


def test_a_question_that_waits_makes_no_probe_red(client, carol):
    asked(carol, ago=timedelta(minutes=4))
    assert not {name: state for name, state in client.get("/readyz").json().items() if "assistant" in name + state}


def test_what_is_being_answered_does_not_wait(carol):
    now = timezone.now()
    asked(carol, ago=timedelta(minutes=3), state=State.ACTIVE, attempts=1, lease_until=now + timedelta(minutes=1))
    assert reports.check(reports.waiting(now)).ok


def test_percentiles_are_of_answers_of_the_last_day(carol):
    now = timezone.now()
    assert reports.seconds(now) == {}
    for took in range(1, 101):
        job = answered(carol, f"Question {took}")
        Job.objects.filter(pk=job.pk).update(finished_at=job.created_at + timedelta(seconds=took))
    answered(carol, ago=timedelta(days=3), finished_at=now - timedelta(days=2))
    found = reports.seconds(now)
    assert (found[50], found[95]) == (50, 95)


def test_accounts_of_one_name_are_two_accounts(acme, umbrella):
    now = timezone.now()
    Account.objects.update(name="Acme")
    for account, tokens in ((acme, 5), (umbrella, 7)):
        for days in (0, 6, 7):
            date = now.date() - timedelta(days=days)
            Spend.objects.create(account=account, date=date, questions=1, tokens_in=tokens)
    told = [(one.account, one.date, one.tokens_in) for one in reports.spent(now)]
    before = now.date() - timedelta(days=6)
    assert told == [(umbrella, now.date(), 7), (acme, now.date(), 5), (umbrella, before, 7), (acme, before, 5)]
