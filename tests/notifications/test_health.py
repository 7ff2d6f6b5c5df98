from datetime import timedelta
from unittest.mock import Mock

import pytest

from accounts.actors import Actor
from jobs import heartbeats
from jobs.models import Heartbeat
from notifications import delivery, events, health, metrics, planning
from notifications.failures import Failure, Verdict
from notifications.models import Email, Outbox
from tests.factories import NOW
from tests.living import everybody_lives, worker_lives
from tokens.models import ApiToken

SECOND = timedelta(seconds=1)


def red(now=NOW) -> set[str]:
    return {check.name for check in health.checks(now) if not check.ok}


@pytest.fixture
def alive(db):
    everybody_lives(NOW)


def test_what_was_never_seen_is_red(db):
    assert red() == {"beat", "worker", "worker-default", "sweep"}


def test_all_is_well_when_everybody_was_seen(alive):
    assert red() == set()


def test_a_provider_that_fails_is_red_after_an_interval_and_green_after_a_success(alive, planned):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW - 31 * SECOND)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW)
    assert red() == {"provider"}
    delivery.note_provider_works()
    assert red() == set()


def test_a_paused_outbox_is_red(alive):
    delivery.pause(by=Actor("olga@catalog.test"), reason="moving", now=NOW)
    assert red() == {"provider"}


def test_mail_that_waits_too_long_is_red(alive, planned):
    assert "outbox" not in red(NOW + health.MAX_DELAY)
    assert "outbox" in red(NOW + health.MAX_DELAY + SECOND)


def test_mail_that_waits_for_its_next_attempt_is_not_late(alive, planned):
    Email.objects.update(next_attempt_at=NOW + timedelta(hours=1))
    assert "outbox" not in red(NOW + timedelta(minutes=59))


def test_mail_that_is_sent_again_waits_from_then_on(alive, planned):
    Email.objects.update(state=Email.State.FAILED)
    later = NOW + timedelta(days=5)
    delivery.send_again([planned], by=None, now=later)
    assert details(later + SECOND)["outbox"] == "the oldest email waits for 1 s"


def test_missed_notices_are_red_until_somebody_looks(alive, issued):
    late = issued.token.expires_at + timedelta(days=2)
    planning.sweep(late)
    assert "missed" in red(late)
    delivery.dismiss([Email.objects.get(event=None)], by=Actor("olga@catalog.test"), now=late)
    planning.sweep(late)
    assert "missed" not in red(late)


def test_every_sweep_says_that_it_lives(db):
    for now in (NOW, NOW + timedelta(minutes=1)):
        planning.sweep(now)
        assert now <= Heartbeat.objects.get(part="sweep").at < now + SECOND


def test_a_sweep_that_fails_gives_no_sign_of_life(issued, monkeypatch):
    assert heartbeats.claim_sweep(NOW)
    heartbeats.release_sweep()
    monkeypatch.setattr(events, "plan_token_event", Mock(side_effect=RuntimeError))
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


def test_metrics_say_the_whole_state(planned):
    worker_lives("emails", NOW - 5 * SECOND, host="one")
    delivery.pause(by=Actor("olga@catalog.test"), reason="moving", now=NOW)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW)
    lines = metrics.exposition(NOW + 7 * SECOND).decode().splitlines()
    assert lines == [
        "# HELP catalog_outbox_oldest_seconds Age of the oldest email that is not settled",
        "# TYPE catalog_outbox_oldest_seconds gauge",
        "catalog_outbox_oldest_seconds 7.0",
        "# HELP catalog_outbox_paused 1 while nothing is sent",
        "# TYPE catalog_outbox_paused gauge",
        "catalog_outbox_paused 1.0",
        "# HELP catalog_provider_failing 1 while the provider fails",
        "# TYPE catalog_provider_failing gauge",
        "catalog_provider_failing 1.0",
        "# HELP catalog_emails Emails by state and kind",
        "# TYPE catalog_emails gauge",
        'catalog_emails{kind="generated",state="pending"} 1.0',
        "# HELP catalog_heartbeat_age_seconds Since the last sign of life",
        "# TYPE catalog_heartbeat_age_seconds gauge",
        'catalog_heartbeat_age_seconds{name="emails@one",part="worker"} 12.0',
        "# HELP catalog_health 1 when the check is well",
        "# TYPE catalog_health gauge",
        'catalog_health{check="beat"} 0.0',
        'catalog_health{check="worker"} 1.0',
        'catalog_health{check="worker-default"} 0.0',
        'catalog_health{check="sweep"} 0.0',
        'catalog_health{check="provider"} 0.0',
        'catalog_health{check="outbox"} 1.0',
        'catalog_health{check="missed"} 1.0',
        "# HELP catalog_tokens_expiring Active tokens by days left at most",
        "# TYPE catalog_tokens_expiring gauge",
        *(f'catalog_tokens_expiring{{days="{days}"}} 0.0' for days in (1, 7, 30, 90)),
        'catalog_tokens_expiring{days="366"} 1.0',
    ]


def test_metrics_of_an_empty_site_are_zero(db):
    lines = metrics.exposition(NOW).decode().splitlines()
    zero = ("catalog_outbox_oldest_seconds", "catalog_outbox_paused", "catalog_provider_failing")
    assert all(f"{name} 0.0" in lines for name in zero)


def details(now=NOW) -> dict[str, str]:
    return {check.name: check.detail for check in health.checks(now)}


def test_each_check_says_what_it_saw(alive, planned):
    assert details(NOW + 9 * SECOND) == {
        "beat": "seen 9 s ago",
        "worker": "seen 9 s ago",
        "worker-default": "seen 9 s ago",
        "sweep": "seen 9 s ago",
        "provider": "takes mail",
        "outbox": "the oldest email waits for 9 s",
        "missed": "none",
    }


def test_what_is_wrong_is_said_with_its_reason(planned):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW - 40 * SECOND)
    assert details()["provider"] == "failing for 40 s: TimeoutError"
    delivery.pause(by=None, reason="key refused", now=NOW - 5 * SECOND)
    assert details()["provider"] == "paused by Catalog itself 5 s ago: key refused"
    assert details()["beat"] == "not seen yet"
    delivery.resume(by=None, now=NOW)
    delivery.pause(by=Actor("olga@catalog.test"), reason="moving", now=NOW)
    assert details()["provider"] == "paused by olga@catalog.test 0 s ago: moving"


def test_missed_notices_are_counted(alive, issued):
    late = issued.token.expires_at + timedelta(days=2)
    planning.sweep(late)
    assert details(late)["missed"] == "1 never sent"


def test_a_provider_that_failed_is_not_red_when_nothing_waits(alive):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW - timedelta(days=60))
    assert red() == set()


def test_failing_is_bearable_for_one_interval_exactly(alive, planned):
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "TimeoutError"), now=NOW - 30 * SECOND)
    assert red() == set()
    assert red(NOW + SECOND) == {"provider"}


def test_resuming_forgets_what_was_wrong(db):
    delivery.pause(by=None, reason="key refused", now=NOW)
    delivery.note_provider_fails(Failure(Verdict.TRANSIENT, "slow", timedelta(minutes=5)), now=NOW)
    assert delivery.resume(by=None, now=NOW)
    outbox = Outbox.current()
    assert (outbox.paused_at, outbox.paused_by, outbox.pause_reason) == (None, "", "")
    assert (outbox.failing_since, outbox.held_until) == (None, None)
    assert not outbox.is_held(NOW)
    assert not delivery.resume(by=None, now=NOW)


def test_the_outbox_says_whether_it_is_paused(db):
    assert str(Outbox.current()) == "Open"
    delivery.pause(by=None, reason="key refused", now=NOW)
    assert str(Outbox.current()) == "Paused"
