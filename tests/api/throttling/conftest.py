"""On the Valkey of this test run; each test has counters and buckets of its own."""

import pytest
import redis

from api import throttling
from api.throttling import Counters, Throttle


@pytest.fixture(autouse=True)
def valkey(settings, monkeypatch):
    """The numbers as they lie there; nothing that another test counted."""
    found = redis.Redis.from_url(settings.REDIS_URL)
    if stale := list(found.scan_iter("throttle.*")):
        found.delete(*stale)
    monkeypatch.setattr(throttling, "counters", Counters())
    monkeypatch.setattr(throttling, "calls", Throttle("calls"))
    monkeypatch.setattr(throttling, "bad_tokens", Throttle("bad"))
    settings.VALKEY_TIMEOUT = 5  # a busy machine is no Valkey that is away
    return found


@pytest.fixture
def round_trips(monkeypatch):
    """The keys that were asked for in Valkey, one a round trip."""
    asked, share = [], throttling.counters.share

    def counted(key, **options):
        asked.append(key)
        return share(key, **options)

    monkeypatch.setattr(throttling.counters, "share", counted)
    return asked


@pytest.fixture
def away(settings, tmp_path, monkeypatch):
    """A Valkey that is not there."""
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    monkeypatch.setattr(throttling, "counters", Counters())
