"""The Celery application and its timetable, one line a job.

Nothing here asks for the time of day: a clock that steps must neither stop jobs nor drop them (decision 0020).
"""

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, Task
from celery.schedules import schedule
from celery.signals import after_task_publish, beat_init, setup_logging, task_postrun, worker_ready
from django.conf import settings
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")


class Job(Task):
    """A task that leaves out what has piled up: a job of the timetable which this process began a moment ago.

    `expires` would do that by comparing beat's time of day with the worker's.
    """

    abstract = True
    begun: float | None = None  # monotonic seconds

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        moment, interval = time.monotonic(), self.request.get("interval")  # none of a task that beat did not send
        if interval and self.begun is not None and moment - self.begun < interval / 2:
            return None
        self.begun = moment
        return self.run(*args, **kwargs)


app = Celery("catalog_site", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def steady_now() -> datetime:
    """The time of beat's timetable: its differences count, and no step of the host's clock changes them."""
    return BEGINNING + timedelta(seconds=time.monotonic())


def every(seconds: float, task: str) -> dict[str, Any]:
    """A job that is due when beat starts, and then every so many seconds."""
    return {
        "task": task,
        "schedule": schedule(seconds, nowfun=steady_now),
        "last_run_at": steady_now() - timedelta(seconds=seconds),
        "options": {"headers": {"interval": seconds}},
    }


@app.on_after_configure.connect  # not before: the settings import this module
def write_timetable(sender: Celery, **kwargs: Any) -> None:
    sender.conf.beat_schedule = {
        "plan-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.plan_emails"),
        "send-emails": every(settings.OUTBOX_INTERVAL, "notifications.tasks.send_emails"),
        "sweep": every(settings.SWEEP_INTERVAL, "notifications.tasks.sweep"),
        "forget-workers": every(3600.0, "notifications.tasks.forget_workers"),
        "forget-old-entries": every(3600.0, "accounts.tasks.forget_old_entries"),
        "forget-old-uses": every(3600.0, "tokens.tasks.forget_old_uses"),
        "forget-expired-sessions": every(3600.0, "accounts.tasks.forget_expired_sessions"),
    }


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Connected so that Celery leaves the root logger, and with it the redaction of tokens, in place."""


# --- Signs of life: beat when it hands a job to the broker, a worker when it has done one --------

last_beat = 0.0  # monotonic seconds


def note(part: str, name: str = "") -> None:
    """Note it three times an interval; a database that is away must not stop beat or a worker."""
    global last_beat  # noqa: PLW0603  # of this process
    if last_beat and time.monotonic() - last_beat < settings.HEARTBEAT_INTERVAL / 3:
        return
    last_beat = time.monotonic()
    from notifications import heartbeats  # noqa: PLC0415  # models are not ready when Celery imports this module

    heartbeats.try_beat(heartbeats.Part(part), name=name, now=timezone.now())


@beat_init.connect
def beat_started(**kwargs: Any) -> None:
    after_task_publish.connect(job_was_published, weak=False)  # in beat's process alone
    note("beat")


def job_was_published(**kwargs: Any) -> None:
    note("beat")


@worker_ready.connect
@task_postrun.connect
def worker_lives(**kwargs: Any) -> None:
    note("worker", socket.gethostname())
