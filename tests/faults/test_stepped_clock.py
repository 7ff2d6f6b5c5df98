"""Beat and a worker whose clock steps: mail goes on, and the signs of life say what is wrong."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from devtools.environment import package
from notifications import health
from notifications.models import Email, Heartbeat
from tests.factories import AccountFactory, UserFactory
from tests.faults.test_delivery import FAST, wait_for
from tests.processes import celery
from tokens.models import TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALONE = ("--concurrency=1", "--without-gossip", "--without-mingle")
INBOX = {"EMAIL_BACKEND": "notifications.inbox.InboxBackend", "CELERY_BEAT_MAX_LOOP_INTERVAL": "0.2"}


class Stepping:
    """The time of day of beat and worker, which goes on from wherever it is stepped to; ours stays as it was."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "offset"
        self.step(timedelta())

    def step(self, ahead: timedelta) -> None:
        self.ahead = ahead
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{ahead.total_seconds():+.0f}")
        draft.rename(self.file)

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    @contextmanager
    def jobs(self) -> Iterator[list[subprocess.Popen[bytes]]]:
        installed = package("libfaketime")
        assert installed
        pace = FAST | INBOX | {
            "LD_PRELOAD": str(installed / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        with ExitStack() as stack:
            beat = stack.enter_context(celery("beat", self.folder, **pace))
            worker = stack.enter_context(celery("worker", self.folder, *ALONE, **pace))
            yield [beat, worker]

    def red(self) -> dict[str, str]:
        """What is said of the parts, seen by somebody with their clock."""
        parts = set(Heartbeat.Part.values)
        return {one.name: one.detail for one in health.checks(self.now()) if one.name in parts and not one.ok}


@pytest.fixture
def clock(tmp_path):
    return Stepping(tmp_path)


def owe() -> int:
    """An event that nobody planned yet, of whatever clock; how many emails are owed by now."""
    account = AccountFactory.create()
    UserFactory.create(account=account, role=User.Role.ADMIN)
    generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    return TokenEvent.objects.count()


def is_sent(number: int) -> bool:
    return wait_for(lambda: Email.objects.filter(state=Email.State.SENT).count() == number)


def tell(processes: list[subprocess.Popen[bytes]], what: signal.Signals) -> None:
    for process in processes:
        os.killpg(process.pid, what)


def test_a_clock_that_goes_back_two_hours_is_named_and_stops_no_mail(clock):
    with clock.jobs() as processes:
        assert is_sent(owe())
        assert wait_for(lambda: clock.red() == {})
        tell(processes, signal.SIGSTOP)
        clock.step(-2 * HOUR)
        assert all(detail.startswith("its clock is") for detail in clock.red().values())
        assert set(clock.red()) == set(Heartbeat.Part.values)
        tell(processes, signal.SIGCONT)
        assert is_sent(owe())
        assert wait_for(lambda: clock.red() == {})


def test_a_clock_that_was_a_day_ahead_silences_nothing(clock):
    with clock.jobs() as processes:
        assert is_sent(owe())
        clock.step(DAY)
        assert is_sent(owe())
        assert wait_for(lambda: clock.red() == {})  # by its own clock: the sweep has been there
        clock.step(timedelta())
        assert is_sent(owe())
        assert wait_for(lambda: clock.red() == {})
        clock.step(DAY)
        assert is_sent(owe())
        tell(processes, signal.SIGKILL)
    clock.step(timedelta())
    with clock.jobs():
        assert is_sent(owe())
        assert wait_for(lambda: clock.red() == {})
