"""How permits are counted, and whose they are."""

import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest

from api import throttling
from api.throttling import WINDOW_SECONDS, Throttle, network
from tokens.errors import TooManyRequests


def refused(waits):
    return sum(1 for wait in waits if wait)


def test_as_many_calls_pass_as_the_limit_says():
    bucket = Throttle("calls")
    assert [bool(bucket.take("a", limit=3, batch=1)) for _ in range(5)] == [False] * 3 + [True] * 2


def test_the_limit_is_exact_over_two_processes():
    one, two = Throttle("calls"), Throttle("calls")
    waits = [bucket.take("a", limit=10, batch=1) for _ in range(10) for bucket in (one, two)]
    assert refused(waits) == 10
    assert not any(waits[:10])


def test_keys_and_kinds_have_permits_of_their_own():
    calls, bad = Throttle("calls"), Throttle("bad")
    taken = [bucket.take(key, limit=1, batch=1) for bucket in (calls, bad) for key in ("a", "b")]
    assert taken == [0, 0, 0, 0]
    assert calls.take("a", limit=1, batch=1) > 0


@pytest.mark.parametrize(("limit", "batch"), [(10, 3), (10, 10), (10, 1), (7, 2), (1, 1), (2, 5)])
def test_batches_let_one_process_have_the_whole_limit_and_no_more(limit, batch):
    bucket = Throttle("calls")
    waits = [bucket.take("a", limit=limit, batch=batch) for _ in range(limit + 5)]
    assert [bool(wait) for wait in waits] == [False] * limit + [True] * 5


def test_batches_never_let_processes_have_more_than_the_limit_together():
    buckets = [Throttle("calls") for _ in range(4)]
    waits = [bucket.take("a", limit=20, batch=3) for _ in range(30) for bucket in buckets]
    assert len(waits) - refused(waits) == 20


def test_a_warm_call_makes_no_round_trip(round_trips):
    bucket = Throttle("calls")
    for _ in range(100):
        assert bucket.take("a", limit=1000, batch=50) == 0
    assert round_trips == ["throttle.calls.a"] * 2


def test_whoever_is_out_of_permits_makes_no_round_trip(round_trips):
    bucket = Throttle("calls")
    for _ in range(50):
        bucket.take("a", limit=1, batch=1)
    assert len(round_trips) == 1


def test_no_limit_is_no_round_trip(round_trips):
    bucket = Throttle("calls")
    assert not any(bucket.take("a", limit=0, batch=1) for _ in range(50))
    assert round_trips == []


@pytest.mark.parametrize("seconds", [5, 60])
def test_the_wait_is_what_valkey_says_is_left_of_the_window(valkey, seconds):
    valkey.set("throttle.calls.a", 5, px=seconds * 1000 - 100)
    assert Throttle("calls").take("a", limit=5, batch=1) in range(seconds - 3, seconds + 1)


def test_the_first_permit_begins_a_window_of_a_minute_and_later_ones_do_not_stretch_it(valkey):
    bucket = Throttle("calls")
    bucket.take("a", limit=9, batch=1)
    assert WINDOW_SECONDS - 5 < valkey.ttl("throttle.calls.a") <= WINDOW_SECONDS
    valkey.expire("throttle.calls.a", 20)
    bucket.take("a", limit=9, batch=1)
    assert valkey.ttl("throttle.calls.a") <= 20
    assert int(valkey.get("throttle.calls.a")) == 2


def test_a_key_that_lost_its_end_refuses_for_a_minute_at_most(valkey):
    valkey.set("throttle.test.lost", 99)
    assert Throttle("test").take("lost", limit=3, batch=1) > 0
    assert 0 < valkey.ttl("throttle.test.lost") <= WINDOW_SECONDS


def test_threads_that_spend_a_batch_at_once_are_refused_nothing():
    throttle = Throttle("test")
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: throttle.take("threads", limit=2_100, batch=2), range(2_000)))
    assert refused(waits) == 0


def test_a_new_window_gives_permits_again():
    bucket, begun = Throttle("calls"), time.monotonic()
    throttling.counters.client.set("throttle.calls.a", 1, px=2_000)
    assert 0 < bucket.take("a", limit=1, batch=1) <= 3
    while bucket.take("a", limit=1, batch=1):
        time.sleep(0.02)
    assert time.monotonic() - begun >= 0.5


def test_permits_of_a_batch_end_with_their_window(round_trips):
    bucket = Throttle("calls")
    bucket.take("a", limit=100, batch=50)
    bucket.shares["a"].ends = time.monotonic()
    bucket.take("a", limit=100, batch=50)
    assert len(round_trips) == 2


def test_a_process_keeps_so_many_buckets_and_counts_the_rest_in_valkey(monkeypatch):
    monkeypatch.setattr(throttling, "MAX_BUCKETS", 3)
    bucket = Throttle("bad")
    for number in range(10):
        bucket.take(f"a{number}", limit=2, batch=1)
    assert len(bucket.shares) == 3
    assert [bool(bucket.take("a9", limit=2, batch=1)) for _ in range(3)] == [False, True, True]


def test_buckets_whose_window_is_over_make_room(monkeypatch):
    monkeypatch.setattr(throttling, "MAX_BUCKETS", 3)
    bucket = Throttle("bad")
    for number in range(3):
        bucket.take(f"a{number}", limit=2, batch=1)
    for share in bucket.shares.values():
        share.ends = 0.0
    bucket.take("b", limit=2, batch=1)
    assert set(bucket.shares) == {"b"}


def test_while_valkey_is_away_every_call_passes_and_it_is_said_once(away, caplog):
    bucket = Throttle("calls")
    assert not any(bucket.take("a", limit=1, batch=1) for _ in range(20))
    assert [record.getMessage() for record in caplog.records if record.name == "api.throttling"] == [
        "throttling_off error=ConnectionError"
    ]


def test_it_is_said_again_after_a_minute(away, caplog):
    bucket = Throttle("calls")
    for _ in range(3):
        bucket.take("a", limit=1, batch=1)
        throttling.counters.away_until = 0.0
        throttling.counters.complained -= WINDOW_SECONDS
    assert caplog.text.count("throttling_off") == 3


def test_a_valkey_that_is_away_is_not_asked_at_each_call(away, monkeypatch):
    bucket = Throttle("calls")
    bucket.take("a", limit=1, batch=1)
    monkeypatch.setattr(throttling.counters.client, "pipeline", asked := Mock())
    assert not any(bucket.take("a", limit=1, batch=1) for _ in range(20))
    assert asked.call_count == 0


def test_a_valkey_that_comes_back_counts_again(away, valkey, settings, monkeypatch):
    bucket = Throttle("calls")
    bucket.take("a", limit=1, batch=1)
    throttling.counters.away_until = 0.0
    monkeypatch.setattr(throttling.counters, "client", valkey)
    assert [bool(bucket.take("a", limit=1, batch=1)) for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "nowhere"),
    ],
)
def test_a_bucket_is_an_address_s_and_of_ipv6_a_customer_s(address, whose):
    assert network(address) == whose


def test_the_error_says_whose_limit_it_was(live, settings):
    settings.CALLS_PER_MINUTE = settings.BAD_TOKENS_PER_MINUTE = 1
    throttling.count_call(live.token)
    throttling.count_bad_token(None)
    with pytest.raises(TooManyRequests, match="more than 1 calls with this token") as found:
        throttling.count_call(live.token)
    assert (found.value.token, found.value.limit) == (live.token, 1)
    with pytest.raises(TooManyRequests, match="with bad tokens from this address") as found:
        throttling.count_bad_token(None)
    assert found.value.token is None
