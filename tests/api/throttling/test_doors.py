"""What a door answers whoever calls too often."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from api.throttling import WINDOW_SECONDS
from tokens import keys
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

ADDRESS = "/api/v1/token"


def call(secret=None, *, address="192.0.2.7"):
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return Client().get(ADDRESS, headers=headers, REMOTE_ADDR=address)


def unknown():
    return keys.mint("READ_ONLY", "eu").text


def test_bad_tokens_are_401_and_then_429(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 3
    assert [call(unknown()).status_code for _ in range(5)] == [401] * 3 + [429] * 2


def test_a_429_says_how_long_to_wait_and_what_the_limit_is(db, settings):
    settings.BAD_TOKENS_PER_MINUTE = 1
    call(unknown())
    response = call(unknown())
    wait = int(response["Retry-After"])
    assert 0 < wait <= WINDOW_SECONDS
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
