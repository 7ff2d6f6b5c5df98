"""Four hundred days in minutes: the whole stack on a clock that the test moves."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import User
from devtools.environment import package
from jobs.models import Heartbeat
from notifications import events
from notifications.models import Email, InboxMessage
from tests.factories import NOW, UserFactory
from tests.faults.test_delivery import FAST, wait_for
from tests.processes import celery
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = timedelta(minutes=20)  # near a mark
PACE = {
    "CELERY_BEAT_MAX_LOOP_INTERVAL": "0.2",
    "SWEEP_INTERVAL": "0.5",
    "EMAIL_BACKEND": "notifications.inbox.InboxBackend",
}


class Clock:
    """The time of every process that was started with `environment`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.file = folder / "now"
        self.now = now
        self.set(now)

    def set(self, now: datetime) -> None:
        self.now = now
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"@{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}")
        draft.rename(self.file)

    @property
    def environment(self) -> dict[str, str]:
        folder = package("libfaketime")
        assert folder is not None
        library = folder / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }


def swept(clock: Clock) -> bool:
    """Whether a sweep ended at this moment of the clock, and nothing that it owed waits any more."""
    alive = Heartbeat.objects.filter(part="sweep", busy_until=None, at__gte=clock.now - timedelta(seconds=1))
    return alive.exists() and not Email.objects.unsettled().exists()


def test_each_administrator_gets_each_notice_once_within_an_hour_of_its_mark(acme, ada, tmp_path):
    UserFactory.create(email="second@acme.test", account=acme, role=User.Role.ADMIN)
    token = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW).token
    clock = Clock(tmp_path, NOW)
    pace = (
        FAST
        | clock.environment
        | {
            "CELERY_BEAT_MAX_LOOP_INTERVAL": "0.2",
            "EMAIL_BACKEND": "notifications.inbox.InboxBackend",
            "SWEEP_INTERVAL": "0.5",
        }
    )
    begun = time.monotonic()
    with (
        celery("worker", tmp_path, "--concurrency=1", "--without-gossip", "--without-mingle", **pace),
        celery("beat", tmp_path, **pace),
    ):
        for moment in moments(token.expires_at):
            clock.set(moment)
            assert wait_for(lambda: swept(clock)), f"no sweep at {moment}"
    print(f"400 days in {time.monotonic() - begun:.0f} s: {InboxMessage.objects.count()} emails")
    marks = {"expires_30": 30, "expires_7": 7, "expires_1": 1, "expired": 0}
    rows = Email.objects.order_by("recipient__email", "pk").values_list("recipient__email", "kind", "state", "sent_at")
    assert [(to, kind, state) for to, kind, state, _ in rows] == [
        (to, kind, "sent") for to in ("ada@acme.test", "second@acme.test") for kind in ("generated", *marks)
    ]
    for _, kind, _, at in rows:
        mark = NOW if kind == "generated" else token.expires_at - marks[kind] * DAY
        assert at is not None
        assert mark <= at <= mark + HOUR
    assert InboxMessage.objects.count() == len(rows)


def moments(end: datetime) -> list[datetime]:
    """Every day of 400, and around each mark every twenty minutes."""
    days = [NOW + number * DAY + STEP for number in range(401)]
    near = [end - back * DAY + number * STEP for back in (30, 7, 1, 0) for number in range(-3, 4)]
    return sorted({*days, *near})


@pytest.mark.parametrize(
    ("away", "owed"), [((31, 8), ["expires_30"]), ((31, 5), ["expires_7"]), ((8, 0.5), ["expires_1"])]
)
def test_marks_that_passed_while_beat_was_away_are_one_notice(acme, ada, tmp_path, away, owed):
    end = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW).token.expires_at
    clock = Clock(tmp_path, end - away[0] * DAY)
    events.plan_token_events(clock.now)
    Email.objects.all().delete()
    pace = (
        FAST
        | clock.environment
        | {"CELERY_BEAT_MAX_LOOP_INTERVAL": "0.2", "EMAIL_BACKEND": "notifications.inbox.InboxBackend"}
    )
    clock.set(end - away[1] * DAY)
    with (
        celery("worker", tmp_path, "--concurrency=1", **pace),
        celery("beat", tmp_path, **pace),
    ):
        assert wait_for(lambda: Heartbeat.objects.filter(part="sweep").exists() and swept(clock))
    assert list(Email.objects.filter(event=None).values_list("kind", flat=True)) == owed
