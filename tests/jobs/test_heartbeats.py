from datetime import timedelta
from unittest.mock import Mock

from django.db import OperationalError

from jobs import heartbeats
from jobs.leases import MAX_CLOCK_SKEW
from jobs.models import Heartbeat
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def test_a_worker_s_name_keeps_its_own_row(db):
    for name in ("one", "two", "one"):
        heartbeats.beat(heartbeats.Part.WORKER, name=name, now=NOW)
    assert list(Heartbeat.objects.values_list("part", "name")) == [("worker", "one"), ("worker", "two")]


def test_a_sweep_holds_and_ends_its_own_lease_alone(db):
    heartbeats.beat(heartbeats.Part.BEAT, now=NOW)
    assert heartbeats.claim_sweep(NOW)
    assert not heartbeats.claim_sweep(NOW + heartbeats.SWEEP_LEASE - SECOND)
    heartbeats.renew_sweep(NOW + SECOND)
    row, end = Heartbeat.objects.get(part="sweep"), NOW + SECOND + heartbeats.SWEEP_LEASE
    assert (row.at, row.busy_until) == (NOW + SECOND, end)
    assert heartbeats.claim_sweep(end)
    assert Heartbeat.objects.get(part="sweep").busy_until == end + heartbeats.SWEEP_LEASE
    heartbeats.release_sweep()
    assert heartbeats.claim_sweep(NOW)
    assert Heartbeat.objects.get(part="beat").busy_until is None


def test_a_database_that_is_away_stops_no_beat_and_no_worker(db, monkeypatch, caplog):
    heartbeats.try_beat(heartbeats.Part.BEAT, now=NOW, name="one")
    assert Heartbeat.objects.get().name == "one"
    monkeypatch.setattr(heartbeats, "beat", Mock(side_effect=OperationalError))
    closed = Mock()
    monkeypatch.setattr("jobs.heartbeats.connection.close", closed)
    heartbeats.try_beat(heartbeats.Part.BEAT, now=NOW)
    assert "heartbeat_not_noted part=beat" in caplog.text
    assert closed.called


def test_a_sweep_s_lease_that_is_longer_than_any_is_void(db):
    assert heartbeats.claim_sweep(NOW + MAX_CLOCK_SKEW)
    assert not heartbeats.claim_sweep(NOW)
    assert heartbeats.claim_sweep(NOW - SECOND)
