from datetime import timedelta
from unittest.mock import Mock

import pytest

from notifications import delivery, health, heartbeats, planning
from notifications.failures import Failure, Verdict
from notifications.models import Email, Heartbeat
from tests.factories import NOW
from tokens.models import ApiToken

SECOND = timedelta(seconds=1)


def red(now=NOW) -> set[str]:
    return {check.name for check in health.checks(now) if not check.ok}


@pytest.fixture
def alive(db):
    for part in heartbeats.Part:
        heartbeats.beat(part, now=NOW)


def test_what_was_never_seen_is_red(db):
    assert red() == {"beat", "worker", "sweep"}


def test_all_is_well_when_everybody_was_seen(alive):
    assert red() == set()


@pytest.mark.parametrize(("part", "interval"), [("beat", 30), ("worker", 30), ("sweep", 60)])
def test_two_intervals_without_a_sign_are_red_and_one_sign_is_green(alive, part, interval):
    late = NOW + 2 * interval * SECOND
    assert part not in red(late)
    assert part in red(late + SECOND)
    heartbeats.beat(heartbeats.Part(part), now=late)
    assert part not in red(late + SECOND)


def test_one_living_worker_is_enough(alive):
    heartbeats.beat(heartbeats.Part.WORKER, name="gone", now=NOW - timedelta(hours=1))
    assert red() == set()
    assert heartbeats.forget_workers(NOW + timedelta(hours=23, seconds=1)) == 1


def test_with_cron_nobody_expects_beat_and_workers(db, settings):
    settings.EMAIL_JOBS = "cron"
    heartbeats.beat(heartbeats.Part.SWEEP, now=NOW)
    assert red(NOW + timedelta(minutes=29)) == set()
    assert red(NOW + timedelta(minutes=31)) == {"sweep"}


def test_a_provider_that_fails_is_red_after_an_interval_and_green_after_a_success(alive):
    delivery.note_failure(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW - 31 * SECOND)
    delivery.note_failure(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW)
    assert red() == {"provider"}
    delivery.note_success()
    assert red() == set()


def test_a_paused_outbox_is_red(alive):
    delivery.pause(by="olga@catalog.test", reason="moving", now=NOW)
    assert red() == {"provider"}


def test_mail_that_waits_too_long_is_red(alive, planned):
    assert "outbox" not in red(NOW + health.LATE)
    assert "outbox" in red(NOW + health.LATE + SECOND)


def test_missed_notices_are_red_until_somebody_looks(alive, issued):
    late = issued.token.expires_at + timedelta(days=2)
    planning.sweep(late)
    assert "missed" in red(late)
    delivery.dismiss(Email.objects.get(event=None), by="olga@catalog.test", now=late)
    assert "missed" not in red(late)


def test_every_sweep_says_that_it_lives(db):
    for now in (NOW, NOW + timedelta(minutes=1)):
        planning.sweep(now)
        assert now <= Heartbeat.objects.get(part="sweep").at < now + SECOND


def test_a_sweep_that_fails_gives_no_sign_of_life(issued, monkeypatch):
    assert heartbeats.claim_sweep(NOW)
    heartbeats.end_sweep()
    monkeypatch.setattr(planning, "plan_event", Mock(side_effect=RuntimeError))
    with pytest.raises(RuntimeError):
        planning.sweep(NOW + timedelta(minutes=1))
    assert Heartbeat.objects.get(part="sweep").at < NOW + SECOND


def test_metrics_count_without_naming_anybody(client, settings, planned, ada):
    settings.METRICS_TOKEN = "prometheus"
    answer = client.get("/metrics", headers={"Authorization": "Bearer prometheus"})
    text = answer.content.decode()
    assert 'catalog_emails{kind="generated",state="pending"} 1.0' in text
    assert 'catalog_health{check="beat"} 0.0' in text
    assert 'catalog_tokens_expiring{days="366"} 1.0' in text
    assert "ada" not in text
    assert "acme" not in text


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic prometheus", "prometheus", "Bearer "])
def test_metrics_need_their_token(client, db, settings, header):
    settings.METRICS_TOKEN = "prometheus"
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == 403


def test_without_a_token_there_are_no_metrics(client, db):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_active_tokens_alone_have_days_left(client, settings, issued):
    settings.METRICS_TOKEN = "prometheus"
    ApiToken.objects.update(ended_at=NOW, end_reason="REVOKED")
    text = client.get("/metrics", headers={"Authorization": "Bearer prometheus"}).content.decode()
    assert 'catalog_tokens_expiring{days="366"} 0.0' in text
