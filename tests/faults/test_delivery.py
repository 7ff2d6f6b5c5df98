"""The promise, measured by killing: nothing is lost, one extra copy a crash at most, none from a provider with keys."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

import psutil
import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from devtools.environment import ROOT
from jobs.models import Heartbeat
from notifications import events
from notifications.models import Email, Outbox
from tests.factories import AccountFactory, UserFactory
from tests.processes import celery, environment, gunicorn
from tests.provider import Provider, running
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

State = Email.State
FAST = {"OUTBOX_INTERVAL": "0.5", "SWEEP_INTERVAL": "2", "HEARTBEAT_INTERVAL": "2", "EMAIL_LEASE": "3"}


def owe(emails: int) -> None:
    """So many accounts whose administrator is owed one email."""
    for _ in range(emails):
        account = AccountFactory.create()
        UserFactory.create(account=account, role=User.Role.ADMIN)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    events.plan_token_events(timezone.now())


def kill_senders(emails: int, kills: int, *, idempotent: bool, owe: Callable[[int], object] = owe) -> None:
    owe(emails)
    with running(Provider(latency=0.03, idempotent=idempotent)) as provider:
        settings = environment(EMAIL_LEASE="2", **provider.environment())
        command = [sys.executable, "-m", "tests.faults.sending", "4", str(kills)]
        done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    killed, copies = int(done.stdout), provider.copies()
    lost = emails - len(copies)
    extra = sum(copies.values()) - len(copies)
    print(f"{emails} emails, 4 senders, {killed} SIGKILLs, idempotent={idempotent}: lost {lost}, duplicates {extra}")
    assert killed == kills
    assert lost == 0
    assert extra <= (0 if idempotent else kills)
    assert set(Email.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize("idempotent", [False, True])
def test_killed_senders_lose_nothing(idempotent):
    kill_senders(40, 6, idempotent=idempotent)


@pytest.mark.long
@pytest.mark.parametrize("idempotent", [False, True])
def test_a_hundred_killed_senders_lose_nothing_of_six_hundred(idempotent):
    kill_senders(600, 100, idempotent=idempotent)


def wait_for(condition, *, seconds: float = 300) -> bool:
    """Whether it came true; so many seconds are for a machine that is busy with other things, and only pass in vain."""
    deadline = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(found)


def sent() -> bool:
    return not Email.objects.exclude(state=State.SENT).exists() and Email.objects.exists()


@pytest.mark.parametrize(
    ("victim", "moment"),
    [
        ("child", "during"),
        ("worker", "before"),
        pytest.param("child", "before", marks=pytest.mark.long),
        pytest.param("worker", "during", marks=pytest.mark.long),
    ],
)
def test_a_worker_that_is_killed_leaves_its_email_to_the_next(tmp_path, victim, moment):
    owe(1)
    with running(Provider(latency=30 if moment == "before" else 0, mood=200)) as provider:
        if moment == "during":
            provider.mood = "hang"  # it got the message and does not answer
        pace = FAST | provider.environment()
        with celery("beat", tmp_path, **pace):
            with celery("worker", tmp_path, "--concurrency=1", **pace) as worker:
                assert wait_for(provider.arrived.is_set)
                kill(worker, victim)
                provider.mood, provider.latency = 200, 0
                if victim == "child":
                    assert wait_for(sent)
            if victim == "worker":
                with celery("worker", tmp_path, "--concurrency=1", **pace):
                    assert wait_for(sent)
    assert len(provider.copies()) == 1


def kill(worker: subprocess.Popen[bytes], victim: str) -> None:
    """SIGKILL for the worker's pool process, or for the worker and with it whatever it started."""
    children = psutil.Process(worker.pid).children(recursive=True)
    if victim == "worker":
        os.killpg(worker.pid, signal.SIGKILL)
    else:
        max(children, key=lambda child: child.create_time()).kill()


@pytest.mark.parametrize(
    ("mood", "recovers"), [("reset", True), (500, True), (503, True), (429, True), ("garbage", True), (422, False)]
)
def test_a_provider_in_a_bad_mood_loses_nothing(settings, mood, recovers):
    owe(1)
    with running(Provider(mood=mood, retry_after="1" if mood == 429 else "")) as provider:
        provider.configure(settings)
        call_command("send_due_emails")
        email = Email.objects.get()
        assert email.state == (State.PENDING if recovers else State.FAILED)
        provider.mood = 200
        Email.objects.update(next_attempt_at=timezone.now())
        Outbox.objects.update(held_until=None)
        call_command("send_due_emails")
    assert len(provider.copies()) == int(recovers)


def test_two_senders_leave_a_provider_alone_that_says_too_much(tmp_path):
    owe(20)
    with running(Provider(mood=429, latency=0.2)) as provider:
        variables = environment(**provider.environment())
        command = [sys.executable, "manage.py", "send_due_emails", "--verbosity=0"]
        senders = [subprocess.Popen(command, cwd=ROOT, env=variables) for _ in range(2)]
        assert [sender.wait(timeout=120) for sender in senders] == [0, 0]
    assert 1 <= provider.asked <= 2  # each at most once, and then nobody
    assert Email.objects.filter(attempts=0, state=State.PENDING).count() >= 18


def test_refused_credentials_pause_until_somebody_resumes(tmp_path):
    owe(3)
    with running(Provider(mood=401)) as provider:
        variables = environment(**provider.environment())
        done = subprocess.run(
            [sys.executable, "manage.py", "send_due_emails"],
            cwd=ROOT, env=variables, check=True, capture_output=True, text=True,
        )  # fmt: skip
    assert "outbox_paused" in done.stderr
    assert Outbox.current().paused_at
    assert list(Email.objects.order_by().values_list("state", "attempts").distinct()) == [(State.PENDING, 0)]


def test_two_beats_two_workers_and_a_flushed_broker_send_each_email_once(tmp_path, settings):
    owe(20)
    with running(Provider()) as provider:
        pace = FAST | provider.environment() | {"EMAIL_LEASE": "300"}  # nobody is killed, but somebody may be slow
        folders = [tmp_path / name for name in ("a", "b")]
        for folder in folders:
            folder.mkdir()
        with (
            celery("beat", folders[0], **pace),
            celery("beat", folders[1], **pace),
            celery("worker", folders[0], "--concurrency=1", "--hostname=a@test", **pace),
            celery("worker", folders[1], "--concurrency=1", "--hostname=b@test", **pace),
        ):
            assert wait_for(sent)
            flush(settings.REDIS_URL)
            owe(20)
            assert wait_for(lambda: sent() and Email.objects.count() == 40)
    assert set(provider.copies().values()) == {1}
    assert len(provider.copies()) == 40


def flush(url: str) -> None:
    import redis  # noqa: PLC0415  # of this test alone

    redis.Redis.from_url(url).flushdb()


def red_parts(port: int) -> set[str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=120) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        body = json.load(error)
    return {name for name, state in body.items() if state not in {"ok", "unavailable"}}


def test_readiness_turns_red_for_whoever_stops_and_green_again(tmp_path):
    """Beat, worker (with it the sweep) and provider."""
    with running(Provider()) as provider:
        pace = FAST | provider.environment()
        with gunicorn(tmp_path, **pace) as (port, _), celery("beat", tmp_path, **pace) as beat:
            with celery("worker", tmp_path, "--concurrency=1", **pace):
                assert wait_for(lambda: red_parts(port) == set())
                beat.send_signal(signal.SIGSTOP)
                assert wait_for(lambda: "beat" in red_parts(port))
                beat.send_signal(signal.SIGCONT)
                assert wait_for(lambda: red_parts(port) == set())
                provider.mood = 500
                owe(1)
                assert wait_for(lambda: red_parts(port) == {"provider"})
                provider.mood = 200
                assert wait_for(lambda: red_parts(port) == set())
            assert wait_for(lambda: {"worker", "sweep"} <= red_parts(port))
            with celery("worker", tmp_path, "--concurrency=1", **pace):
                assert wait_for(lambda: red_parts(port) == set())
    assert Heartbeat.objects.filter(part="beat").count() == 1


@pytest.mark.long
@pytest.mark.parametrize("mood", [429, "hang", "reset"])
def test_a_provider_that_is_in_trouble_for_a_minute_gets_everything_afterwards(tmp_path, mood):
    owe(20)
    with running(Provider(mood=mood, retry_after="60" if mood == 429 else "")) as provider:
        pace = FAST | provider.environment()
        with celery("beat", tmp_path, **pace), celery("worker", tmp_path, "--concurrency=2", **pace):
            assert wait_for(provider.arrived.is_set)
            time.sleep(60)
            provider.mood, provider.retry_after = 200, ""
            assert wait_for(sent)
    assert set(provider.copies().values()) == {1}
    assert len(provider.copies()) == 20
