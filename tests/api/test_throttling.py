"""On the Valkey of this test run; each test has counters and buckets of its own."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import Mock

import pytest
import redis
from django.test import Client
from django.utils import timezone

from api import throttling
from api.throttling import WINDOW, Counters, Throttle, network
from tokens import keys
from tokens.errors import TooManyRequests
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

ADDRESS = "/api/v1/token"


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


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())


def refused(waits):
    return sum(1 for wait in waits if wait)


def call(secret=None, *, address="192.0.2.7"):
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return Client().get(ADDRESS, headers=headers, REMOTE_ADDR=address)


def unknown():
    return keys.mint("READ_ONLY", "eu").text


# --- Permits -----------------------------------------------------------------------------------


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


@pytest.mark.parametrize("seconds", [1, 7, 60])
def test_the_wait_is_what_valkey_says_is_left_of_the_window(valkey, seconds):
    valkey.set("throttle.calls.a", 5, px=seconds * 1000 - 100)
    assert Throttle("calls").take("a", limit=5, batch=1) in {seconds, max(1, seconds - 1)}


def test_the_first_permit_begins_a_window_of_a_minute_and_later_ones_do_not_stretch_it(valkey):
    bucket = Throttle("calls")
    bucket.take("a", limit=9, batch=1)
    assert WINDOW - 5 < valkey.ttl("throttle.calls.a") <= WINDOW
    valkey.expire("throttle.calls.a", 20)
    bucket.take("a", limit=9, batch=1)
    assert valkey.ttl("throttle.calls.a") <= 20
    assert int(valkey.get("throttle.calls.a")) == 2


def test_a_key_that_lost_its_end_refuses_for_a_minute_at_most(valkey):
    valkey.set("throttle.test.lost", 99)
    assert Throttle("test").take("lost", limit=3, batch=1) > 0
    assert 0 < valkey.ttl("throttle.test.lost") <= WINDOW


def test_threads_that_spend_a_batch_at_once_are_refused_nothing():
    throttle = Throttle("test")
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: throttle.take("threads", limit=2_100, batch=2), range(2_000)))
    assert refused(waits) == 0


def test_a_new_window_gives_permits_again():
    bucket, begun = Throttle("calls"), time.monotonic()
    throttling.counters.client.set("throttle.calls.a", 1, px=900)
    assert bucket.take("a", limit=1, batch=1) == 1
    while bucket.take("a", limit=1, batch=1):
        assert time.monotonic() - begun < 10
        time.sleep(0.02)
    assert time.monotonic() - begun >= 0.5


def test_permits_of_a_batch_end_with_their_window(round_trips):
    bucket = Throttle("calls")
    bucket.take("a", limit=100, batch=50)
    bucket.shares["a"].ends = time.monotonic()
    bucket.take("a", limit=100, batch=50)
    assert len(round_trips) == 2


def test_a_process_keeps_so_many_buckets_and_counts_the_rest_in_valkey(monkeypatch):
    monkeypatch.setattr(throttling, "MOST", 3)
    bucket = Throttle("bad")
    for number in range(10):
        bucket.take(f"a{number}", limit=2, batch=1)
    assert len(bucket.shares) == 3
    assert [bool(bucket.take("a9", limit=2, batch=1)) for _ in range(3)] == [False, True, True]


def test_buckets_whose_window_is_over_make_room(monkeypatch):
    monkeypatch.setattr(throttling, "MOST", 3)
    bucket = Throttle("bad")
    for number in range(3):
        bucket.take(f"a{number}", limit=2, batch=1)
    for share in bucket.shares.values():
        share.ends = 0.0
    bucket.take("b", limit=2, batch=1)
    assert set(bucket.shares) == {"b"}


# --- Valkey away -------------------------------------------------------------------------------


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
        throttling.counters.complained -= WINDOW
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


# --- Whose bucket ------------------------------------------------------------------------------


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


# --- At the door -------------------------------------------------------------------------------


def test_bad_tokens_are_401_and_then_429(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 3
    assert [call(unknown()).status_code for _ in range(5)] == [401] * 3 + [429] * 2


def test_a_429_says_how_long_to_wait_and_what_the_limit_is(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    call(unknown())
    response = call(unknown())
    wait = int(response["Retry-After"])
    assert 0 < wait <= WINDOW
    assert (response["RateLimit-Reset"], response["RateLimit-Limit"]) == (str(wait), "1")
    assert (response["RateLimit-Remaining"], response["RateLimit-Policy"]) == ("0", "1;w=60")
    assert "WWW-Authenticate" not in response


def test_a_429_is_a_problem_in_words(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    call(unknown())
    response = call(unknown())
    body = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (body["status"], body["reason"]) == (429, "too_many_requests")
    assert body["type"].endswith("#too_many_requests")
    assert body["retry_after"] == int(response["Retry-After"])
    assert body["detail"] == "There were more than 1 calls with bad tokens from this address in a minute."


@pytest.mark.parametrize("bad", ["unknown", "malformed", "foreign", "wrong"])
def test_every_kind_of_bad_token_counts_once_a_call(live, settings, valkey, bad):
    settings.BAD_TOKENS_PER_MINUTE = 100
    forged = live.secret[:22] + keys.mint("READ_ONLY", "eu").secret
    texts = {"malformed": "x", "foreign": keys.mint("READ_ONLY", "us").text, "wrong": forged + keys.checksum(forged)}
    for _ in range(3):
        assert call(texts.get(bad, unknown())).status_code == 401
    assert int(valkey.get("throttle.bad.192.0.2.7")) == 3


def test_an_unknown_and_a_wrong_token_are_alike_at_the_limit_too(live, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    call(unknown())
    forged = live.secret[:22] + keys.mint("READ_ONLY", "eu").secret
    first, second = (call(text) for text in (unknown(), forged + keys.checksum(forged)))
    assert first.status_code == second.status_code == 429
    bodies = [re.sub(rb'"retry_after":\d+', b"", response.content) for response in (first, second)]
    assert bodies[0] == bodies[1]


def test_a_good_token_is_never_locked_out_by_bad_ones_of_its_address(live, settings):
    settings.BAD_TOKENS_PER_MINUTE = 2
    answers = []
    for _ in range(6):
        call(unknown())
        answers.append(call(live.secret).status_code)
    assert answers == [200] * 6
    assert call(unknown()).status_code == 429


def test_another_address_has_permits_of_its_own(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    for _ in range(2):
        call(unknown())
    assert call(unknown(), address="192.0.2.8").status_code == 401


def test_good_tokens_take_none_of_an_address_s_permits(live, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    for _ in range(5):
        call(live.secret)
    assert call(unknown()).status_code == 401


def test_nothing_sent_is_never_counted(db, settings, round_trips):
    settings.BAD_TOKENS_PER_MINUTE = 1
    assert [call().status_code for _ in range(5)] == [401] * 5
    assert call("").json()["reason"] == "malformed"
    assert len(round_trips) == 1


def test_whoever_proved_a_secret_learns_the_reason_whatever_its_address_did(live, acme, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    old = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now() - timedelta(days=400))
    revoke_token(live.token, by=None, now=timezone.now())
    for _ in range(3):
        call(unknown())
    assert [call(secret).json()["reason"] for secret in (live.secret, old.secret)] == ["revoked", "expired"]


def test_a_token_beyond_its_calls_is_429_and_on_record(live, settings):
    settings.CALLS_PER_MINUTE = 2
    answers = [call(live.secret) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["detail"] == "There were more than 2 calls with this token in a minute."
    assert answers[-1]["RateLimit-Limit"] == "2"
    refusal = live.token.uses.get(reason="too_many_requests")
    assert (refusal.calls, refusal.door, refusal.last_address) == (1, "rest", "192.0.2.7")


def test_a_token_has_its_calls_wherever_they_come_from(live, acme, settings):
    settings.CALLS_PER_MINUTE = 1
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())
    assert call(live.secret).status_code == 200
    assert call(live.secret, address="192.0.2.8").status_code == 429
    assert call(other.secret).status_code == 200


def test_a_dead_token_in_a_loop_is_429_in_the_end(live, settings):
    settings.CALLS_PER_MINUTE = 2
    revoke_token(live.token, by=None, now=timezone.now())
    assert [call(live.secret).status_code for _ in range(3)] == [401, 401, 429]


def test_a_bad_token_beyond_the_limit_is_nowhere_on_record(live, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    for _ in range(3):
        call(unknown())
    assert not live.token.uses.exists()


def test_a_warm_good_call_makes_no_round_trip(live, settings, round_trips):
    settings.CALLS_PER_MINUTE = 30_000
    for _ in range(20):
        assert call(live.secret).status_code == 200
    assert len(round_trips) == 1


def test_while_valkey_is_away_the_door_answers_as_ever(live, settings, away):
    settings.CALLS_PER_MINUTE = settings.BAD_TOKENS_PER_MINUTE = 1
    assert [call(live.secret).status_code for _ in range(3)] == [200] * 3
    assert [call(unknown()).status_code for _ in range(3)] == [401] * 3
